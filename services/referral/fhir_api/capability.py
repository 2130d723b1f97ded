"""The CapabilityStatement: what the API does, from the tables that it runs on.

https://hl7.org/fhir/R4/capabilitystatement.html
"""

from collections.abc import Iterable
from functools import cache

from services.referral.fhir_api.operation_table import Level, Operation, operations_of
from services.referral.fhir_api.own_definitions import DEFINING, FOUND_BY, PUBLISHED, definitions
from services.referral.records.included import includes_of
from services.referral.records.resource import Json
from services.referral.records.search_params import Param, find_param, params_of
from services.referral.records.search_sort import sorts_of
from services.referral.use_cases.delete_resource import MAY_GO
from services.referral.use_cases.keep_resource import NOT_SENT
from shared.fhir.subscription_status import BACKPORT
from shared.fhir.types import STORED_TYPES
from shared.topics import Topic

_STRUCTURE = f"{BACKPORT}/StructureDefinition"
_SUBSCRIPTION: Json = {
    "extension": [
        {
            "url": f"{_STRUCTURE}/capabilitystatement-subscriptiontopic-canonical",
            "valueCanonical": one.url,
        }
        for one in Topic
    ],
    "type": "Subscription",
    "supportedProfile": [f"{_STRUCTURE}/backport-subscription"],
    "interaction": [
        {"code": code} for code in ("read", "search-type", "create", "update", "delete")
    ],
    "versioning": "versioned",
    "searchParam": [
        {"name": "criteria", "type": "string"},
        {"name": "status", "type": "token"},
        {"name": "url", "type": "uri"},
    ],
    "operation": [
        {"name": name, "definition": f"{BACKPORT}/OperationDefinition/backport-subscription-{name}"}
        for name in ("status", "events")
    ],
}


def capability_statement(base: str) -> Json:
    """For the server whose address, without `/fhir`, is `base`."""
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{base}/fhir/metadata",
        "name": "Sooner",
        "status": "active",
        "date": PUBLISHED,
        "publisher": "Sooner",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "patchFormat": [
            "application/fhir+json",
            "application/json-patch+json",
            "application/merge-patch+json",
        ],
        "software": {"name": "Sooner"},
        "implementation": {
            "description": "Sooner: help for a child, sooner",
            "url": f"{base}/fhir",
        },
        "rest": [_rest(base)],
    }


def _rest(base: str) -> Json:
    rest: Json = {
        "mode": "server",
        "security": _security(base),
        "resource": [
            *(_resource(type) for type in sorted(STORED_TYPES)),
            *(_definitions(type) for type in DEFINING if definitions(type)),
            _SUBSCRIPTION,
        ],
        "interaction": [{"code": "transaction"}, {"code": "batch"}],
    }
    operations = [_operation(one) for one in operations_of(None, Level.SYSTEM)]
    return {**rest, "operation": operations} if operations else rest


def _security(base: str) -> Json:
    system = "http://terminology.hl7.org/CodeSystem/restful-security-service"
    uris = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
    return {
        "extension": [
            {
                "url": uris,
                "extension": [
                    {"url": "token", "valueUri": f"{base}/oauth/token"},
                    {"url": "revoke", "valueUri": f"{base}/oauth/revoke"},
                ],
            }
        ],
        "description": f"See {base}/fhir/.well-known/smart-configuration",
        "service": [{"coding": [{"system": system, "code": "SMART-on-FHIR"}]}],
    }


@cache
def _resource(type: str) -> Json:
    codes = interactions_of(type)
    stated: Json = {
        "type": type,
        "interaction": [{"code": code} for code in codes],
        "versioning": "versioned-update" if type == "Task" else "versioned",
        "readHistory": type != "AuditEvent",
        "updateCreate": False,
        "conditionalCreate": "create" in codes,
        "conditionalRead": "full-support",
        "conditionalUpdate": "update" in codes,
        "conditionalDelete": "not-supported",
        "searchInclude": [f"{type}:{name}" for name in sorted(includes_of(type))],
        "searchRevInclude": sorted(_pointing_at(type)),
        "searchParam": [_param(type, one) for one in params_of(type)],
        "operation": [_operation(one) for one in _operations(type)],
        "documentation": _documentation(type),
    }
    return {key: value for key, value in stated.items() if value != []}


def interactions_of(type: str) -> list[str]:
    """What may be done with resources of a kept type."""
    codes = ["read", "search-type"]
    if type == "AuditEvent":
        return codes
    codes += ["vread", "history-instance", "history-type"]
    if type != "Provenance":
        codes += ["update", "patch"]
    if type in MAY_GO:
        codes.append("delete")
    return codes if type in NOT_SENT else [*codes, "create"]


def _definitions(type: str) -> Json:
    """One of the types that are served to everybody."""
    kinds = {"_id": "token", "name": "string", "url": "uri"}
    return {
        "type": type,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [
            {"name": name, "definition": url, "type": kinds[name]} for name, url in FOUND_BY.items()
        ],
        "documentation": "Sooner's own, for everybody: no token is needed.",
    }


def _pointing_at(type: str) -> Iterable[str]:
    return (
        f"{source}:{name}"
        for source in STORED_TYPES
        for name, targets in includes_of(source).items()
        if type in targets
    )


def _param(type: str, param: Param) -> Json:
    stated = {"name": param.name, "definition": param.url, "type": param.kind.value}
    modifiers = ", ".join(f":{one}" for one in sorted(param.modifiers))
    is_plain = type == "AuditEvent" or not modifiers
    return stated if is_plain else {**stated, "documentation": f"With {modifiers}."}


def _operations(type: str) -> list[Operation]:
    found = [
        *operations_of(type, Level.TYPE),
        *operations_of(type, Level.INSTANCE),
    ]
    return list(dict.fromkeys(found))


def _operation(one: Operation) -> Json:
    return {"name": one.name, "definition": one.definition, "documentation": one.words}


def _documentation(type: str) -> str:
    said = [f"Sorted by: {', '.join(sorts_of(type))}."] if sorts_of(type) else []
    if find_param(type, "patient"):
        said.append(f"Patient/[id]/{type} is {type}?patient=[id].")
    return " ".join(said) or "Found by its id."
