"""The table of search parameters is that of FHIR R4, but for what is left out on purpose."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.referral.fhir_api.search_words import REFUSED
from services.referral.records.search_params import params_of
from shared.fhir.types import STORED_TYPES

STANDARD: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "examples" / "r4-search-parameters.json").read_text()
)
OURS = {
    "Task": {"due", "next-escalation", "level", "concern", "area", "exception"},
    "ServiceRequest": {"concern"},
}
#: What they lead to is not kept here.
NOT_KEPT = frozenset({"endpoint", "encounter", "specimen", "device", "slot"})
#: Of kinds that are not known here: sounds, places on a map, and several values at once.
KINDS_LEFT_OUT = frozenset({"composite", "quantity", "special"})
#: The audit is searched from the chain of its lines, by these alone.
OF_AUDIT = frozenset({"date", "agent", "patient"})


def wanted(type: str) -> dict[str, Any]:
    return {
        name: stated
        for name, stated in STANDARD.get(type, {}).items()
        if stated[0] not in KINDS_LEFT_OUT
        and name not in NOT_KEPT | {"phonetic"}
        and (type != "AuditEvent" or name in OF_AUDIT)
    }


@pytest.mark.parametrize("type", sorted(STORED_TYPES))
def test_every_parameter_of_the_standard_works_that_makes_sense(type: str) -> None:
    common = {name for name in STANDARD["Resource"] if name not in REFUSED}
    if type == "AuditEvent":
        common = {"_id", "_lastUpdated"}
    known = {param.name for param in params_of(type)}
    assert known == wanted(type).keys() | common | OURS.get(type, set())


@pytest.mark.parametrize("type", sorted(STORED_TYPES))
def test_each_is_of_the_kind_that_the_standard_says(type: str) -> None:
    stated = STANDARD["Resource"] | wanted(type)
    wrong = {
        param.name: (param.kind, param.url)
        for param in params_of(type)
        if param.name in stated
        and [param.kind, param.url.rpartition("/")[2]] != stated[param.name][:2]
    }
    assert wrong == {}


@pytest.mark.parametrize("type", sorted(STORED_TYPES))
def test_each_leads_to_the_kept_types_that_the_standard_allows(type: str) -> None:
    stated = wanted(type)
    wrong = {
        param.name: set(param.targets) ^ allowed
        for param in params_of(type)
        if (allowed := set(stated.get(param.name, [None, None, []])[2]))
        and set(param.targets) & STORED_TYPES != allowed & STORED_TYPES
    }
    assert wrong == {}


def test_each_path_is_one_that_the_parameter_stands_for() -> None:
    """The standard's expressions name the elements that ours begin with."""
    for type in sorted(STORED_TYPES - {"AuditEvent"}):
        for param in params_of(type):
            _, _, _, elements = (STANDARD["Resource"] | wanted(type)).get(param.name, [None] * 4)
            for path in param.paths if elements else ():
                first = path.partition(".")[0].partition("[")[0]
                assert first.startswith(tuple(elements)), (type, param.name, path)


def test_what_is_not_searched_is_refused_with_a_reason() -> None:
    assert STANDARD["DomainResource"].keys() <= REFUSED.keys()
    assert {"_content", "_query"} <= REFUSED.keys()
