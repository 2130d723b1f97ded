"""What is served of Sooner's own definitions, by type and id: made from the tables that run.

Code systems, value sets, extensions, search parameters and operations.
https://hl7.org/fhir/R4/conformance-module.html
"""

from collections.abc import Mapping
from functools import cache

from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.operation_table import OPERATIONS, Level, Operation, Parameter
from services.referral.fhir_api.own_extensions import structure_definitions
from services.referral.records.resource import Json
from services.referral.records.search_params import Param, params_of
from shared.fhir.codes import (
    OWN_CODE_SYSTEMS,
    OWN_SEARCH_PARAMETERS,
    code_system_resource,
    value_set_resource,
)
from shared.fhir.types import STORED_TYPES

PUBLISHED = "2026-11-22"
#: The types that are served to everybody, and that nobody sends.
DEFINING = ("CodeSystem", "OperationDefinition", "SearchParameter", "StructureDefinition",
            "ValueSet")  # fmt: skip
#: By what they are found, and the definition of that parameter.
FOUND_BY = {
    "_id": "http://hl7.org/fhir/SearchParameter/Resource-id",
    "name": "http://hl7.org/fhir/SearchParameter/conformance-name",
    "url": "http://hl7.org/fhir/SearchParameter/conformance-url",
}
#: What each search parameter of our own finds.
WORDS = {
    "area": "Tasks about children of this area",
    "concern": "By a code of the concern's reason",
    "due": "When the clock that runs out next does so",
    "exception": "Tasks with this exception of a clock",
    "level": "How often it has climbed",
    "next-escalation": "When it climbs next",
}


@cache
def definitions(type: str) -> Mapping[str, Json]:
    """All that is served of one of these types, by id."""
    match type:
        case "CodeSystem":
            found = [code_system_resource(url, codes) for url, codes in OWN.items()]
        case "ValueSet":
            found = [value_set_resource(url) for url in OWN]
        case "StructureDefinition":
            return structure_definitions(PUBLISHED)
        case "SearchParameter":
            found = [_search_parameter(type, one) for type, one in own_search_parameters()]
        case _:
            found = [_operation_definition(one) for one in OPERATIONS if one.is_own]
    return {one["id"]: one for one in found}


@cache
def own_search_parameters() -> tuple[tuple[str, Param], ...]:
    """Those that the standard does not have, each with its type."""
    return tuple(
        (type, one)
        for type in sorted(STORED_TYPES)
        for one in params_of(type)
        if one.url.startswith(OWN_SEARCH_PARAMETERS)
    )


def value_set_of(system: str) -> str:
    """The address of the value set that holds all codes of one of our code systems."""
    return system.replace(OWN_CODE_SYSTEMS, OWN_CODE_SYSTEMS.replace("CodeSystem", "ValueSet"))


def _published(type: str, id: str, url: str, name: str) -> Json:
    return {
        "resourceType": type,
        "id": id,
        "url": url,
        "name": "Sooner" + name.title().replace("-", ""),
        "status": "active",
        "date": PUBLISHED,
        "publisher": "Sooner",
    }


def _search_parameter(type: str, param: Param) -> Json:
    id = f"{type}-{param.name}"
    made = _published("SearchParameter", id, param.url, id) | {
        "description": f"{WORDS[param.name]}.",
        "code": param.name,
        "base": [type],
        "type": param.kind.value,
        "multipleOr": True,
        "multipleAnd": True,
    }
    modifiers = sorted(param.modifiers)
    return {**made, "modifier": modifiers} if modifiers else made


def _operation_definition(one: Operation) -> Json:
    id = one.definition.rpartition("/")[2]
    return {
        **_published("OperationDefinition", id, one.definition, id),
        "title": one.title,
        "kind": "operation",
        "description": one.words,
        "affectsState": one.affects_state,
        "code": one.name,
        "resource": sorted(one.types),
        "system": Level.SYSTEM in one.levels,
        "type": Level.TYPE in one.levels,
        "instance": Level.INSTANCE in one.levels,
        "parameter": [_parameter(given) for given in one.parameters],
    }


def _parameter(one: Parameter) -> Json:
    made = {
        "name": one.name,
        "use": one.use,
        "min": one.min,
        "max": one.max,
        "documentation": one.words,
    }
    if one.type:
        return {**made, "type": one.type}
    return {**made, "part": [_parameter(part) for part in one.parts]}
