"""Each search parameter and each include that is stated finds what it should; no other works."""

from typing import Any
from urllib.parse import quote

import pytest

from services.referral.fhir_api.capability import capability_statement
from services.referral.fhir_api.searching import query_of
from services.referral.records.included import Include, may_include
from services.referral.records.search_params import Kind, find_param, params_of
from shared.errors import Invalid
from shared.fhir.types import STORED_TYPES
from tests.referral.fhir_api.stated.filling import CODE, other_value, searched
from tests.referral.fhir_api.stated.world import AREA, CONCERN, World

Json = dict[str, Any]

_REST: Json = capability_statement("http://testserver")["rest"][0]
STATED: dict[str, Json] = {one["type"]: one for one in _REST["resource"]}
KEPT = sorted(STORED_TYPES)
#: What the queue knows of a Task, and how the concern of the world is searched for.
_OF_QUEUE = {"level": "0", "concern": CONCERN, "area": AREA, "exception": CODE}


def _names(type: str) -> list[str]:
    return [one["name"] for one in STATED[type].get("searchParam", [])]


def _sought(world: World, type: str, name: str) -> tuple[str, str]:
    """The value to search for, and the id of what it finds."""
    param = find_param(type, name)
    assert param is not None, f"{type} does not know the stated {name}"
    if type == "AuditEvent":
        return _of_audit(world, name)
    whole = world.whole[type]
    if name == "_id":
        return whole.id, whole.id
    if name == "_lastUpdated":
        return whole.json["meta"]["lastUpdated"][:10], whole.id
    if type == "Task" and name in _OF_QUEUE:
        return _OF_QUEUE[name], whole.id
    if type == "Task" and param.kind is Kind.DATE and name != "period":
        return _instant(whole.json, name), whole.id
    leading = [way for way in world.pointing if way[:2] == (type, name)]
    if leading:
        pointing, at = world.pointing[leading[0]]
        return at, pointing.id
    return searched(whole.json, param), whole.id


def _instant(task: Json, name: str) -> str:
    at = {
        "due": task.get("restriction", {}).get("period", {}).get("end"),
        "authored-on": task["authoredOn"],
        "modified": task["lastModified"],
        "next-escalation": next(
            one["valueInstant"] for one in task["extension"] if "next-esc" in one["url"]
        ),
    }[name]
    assert at
    return str(at)


def _of_audit(world: World, name: str) -> tuple[str, str]:
    event = world.found("AuditEvent", "_count=1")[0]["resource"]
    child = world.whole["Patient"].json
    values = {
        "_id": event["id"],
        "_lastUpdated": event["recorded"][:10],
        "date": event["recorded"][:10],
        "agent": event["agent"][0]["who"]["reference"],
        "patient": f"Patient/{child['id']}",
    }
    if name == "patient":
        world.nursery.get(f"/Patient/{child['id']}")
        about = world.found("AuditEvent", f"patient=Patient/{child['id']}")
        return values[name], about[0]["resource"]["id"]
    return values[name], event["id"]


@pytest.mark.parametrize("type", KEPT)
def test_each_stated_parameter_finds_what_has_it_and_nothing_else(world: World, type: str) -> None:
    wrong = []
    for name in _names(type):
        value, id = _sought(world, type, name)
        param = find_param(type, name)
        assert param is not None
        if id not in world.ids(type, f"{name}={_quoted(value)}&_count=1000"):
            wrong.append(f"{name}={value} does not find it")
        other = other_value(param, value)
        if id in world.ids(type, f"{name}={_quoted(other)}&_count=1000"):
            wrong.append(f"{name}={other} finds it")
    assert not wrong


@pytest.mark.parametrize("type", KEPT)
def test_each_stated_modifier_works(world: World, type: str) -> None:
    wrong = []
    for one in STATED[type].get("searchParam", []):
        if ":missing" in one.get("documentation", ""):
            _, id = _sought(world, type, one["name"])
            for said, expected in (("true", False), ("false", True)):
                found = id in world.ids(type, f"{one['name']}:missing={said}&_id={id}")
                if found is not expected:
                    wrong.append(f"{one['name']}:missing={said}")
    assert not wrong


@pytest.mark.parametrize("type", KEPT)
def test_each_stated_include_brings_what_is_pointed_at(world: World, type: str) -> None:
    wrong = []
    for line in STATED[type].get("searchInclude", []):
        name = line.partition(":")[2]
        ways = [way for way in world.pointing if way[:2] == (type, name)]
        assert ways, line
        for way in ways:
            made, at = world.pointing[way]
            entries = world.found(type, f"_id={made.id}&_include={line}")
            if _along(entries) != {at} - {made.reference}:
                wrong.append(f"{line} to {at} brings {_along(entries)}")
    assert not wrong


@pytest.mark.parametrize("type", KEPT)
def test_each_stated_reverse_include_brings_what_points_at_it(world: World, type: str) -> None:
    wrong = []
    for line in STATED[type].get("searchRevInclude", []):
        source, _, name = line.partition(":")
        made, at = world.pointing[source, name, type]
        entries = world.found(type, f"_id={at.partition('/')[2]}&_revinclude={line}")
        if made.reference not in _along(entries):
            wrong.append(f"{line} at {at} does not bring {made.reference}")
    assert not wrong


def _along(entries: list[Json]) -> set[str]:
    return {
        f"{one['resource']['resourceType']}/{one['resource']['id']}"
        for one in entries
        if one["search"]["mode"] == "include"
    }


def _quoted(value: str) -> str:
    return quote(value.replace(",", "\\,"))


@pytest.mark.parametrize("type", KEPT)
def test_no_other_parameter_is_known(type: str) -> None:
    every = {one.name for kind in KEPT for one in params_of(kind)} | {
        "_text", "_content", "_list", "_query", "_filter", "encounter",
    }  # fmt: skip
    known = {name for name in every if _is_known(type, name)}
    assert known == set(_names(type))


def _is_known(type: str, name: str) -> bool:
    try:
        query_of(type, [(name, "true")], None)
    except Invalid:
        return False
    return True


@pytest.mark.parametrize("type", KEPT)
def test_no_other_include_is_followed(type: str) -> None:
    every = [(source, one.name) for source in KEPT for one in params_of(source)]
    found = {
        (f"{source}:{name}", is_reverse)
        for source, name in every
        for is_reverse in (False, True)
        if may_include(type, Include(type=source, param=name, is_reverse=is_reverse))
    }
    stated = {(line, False) for line in STATED[type].get("searchInclude", [])}
    stated |= {(line, True) for line in STATED[type].get("searchRevInclude", [])}
    assert found == stated
