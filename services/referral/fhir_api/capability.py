"""The CapabilityStatement: what the API does, from the tables that it runs on."""

from services.referral.records.resource import Json
from services.referral.records.search_params import PARAMS, QUEUE_PARAMS, Param
from shared.fhir.subscription_status import BACKPORT
from shared.topics import Topic

_READ_ONLY = frozenset({"AuditEvent", "Provenance"})
PUBLISHED = "2026-11-21"

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
        "status": "active",
        "date": PUBLISHED,
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "patchFormat": ["application/json-patch+json"],
        "software": {"name": "Sooner"},
        "implementation": {
            "description": "Sooner: help for a child, sooner",
            "url": f"{base}/fhir",
        },
        "rest": [
            {
                "mode": "server",
                "security": _security(base),
                "resource": [*(_resource(type) for type in sorted(PARAMS)), _SUBSCRIPTION],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


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


def _resource(type: str) -> Json:
    codes = ["read", "search-type"]
    if type != "AuditEvent":
        codes += ["vread", "history-instance"]
    if type not in _READ_ONLY:
        codes += ["update", "patch"]
    if type != "Task" and type not in _READ_ONLY:
        codes.append("create")
    own = (*PARAMS[type], *(QUEUE_PARAMS if type == "Task" else ()))
    params = [_param(param) for param in sorted(own, key=lambda one: one.name)]
    stated: Json = {
        "type": type,
        "interaction": [{"code": code} for code in codes],
        "versioning": "versioned-update" if type == "Task" else "versioned",
        "readHistory": True,
        "updateCreate": False,
    }
    return {**stated, "searchParam": params} if params else stated


def _param(param: Param) -> Json:
    return {"name": param.name, "type": param.kind}
