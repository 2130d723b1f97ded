"""Every person's system against every resource of every child, by every interaction."""

import json
from collections.abc import Iterator

import pytest

from services.referral.records.resource import Resource
from services.referral.use_cases.delete_resource import STAYS
from tests.referral.matrix.cast import ASKED, CONCERNS, COORDINATORS, PEOPLE, RAISED, SEES
from tests.referral.matrix.conftest import TYPES_OF_A_CHILD, Caller, County

FHIR = "application/fhir+json"
#: A version that nothing has: where a change is allowed it is refused as late, and nothing changes.
LATE = {"If-Match": 'W/"999"', "Content-Type": FHIR}
#: Brought by a service's move and not by whoever raised the concern.
OF_THE_SERVICE = frozenset({"Appointment"})
#: May be put right by all who work with the child; a Task is moved, by whom the moves allow.
SHARED = frozenset({"Patient", "RelatedPerson", "Task"})


def _everything(county: County) -> Iterator[tuple[str, Resource]]:
    for concern in CONCERNS:
        for one in county.kept[concern]:
            yield concern, one


def _named(concern: str, one: Resource) -> str:
    return f"{concern}: {one.type}/{one.id}"


def _may_change(who: str, concern: str, one: Resource) -> bool:
    """Of those who see it: whoever brought it and the coordinator, and for some all at work."""
    if one.type == "Provenance" or who not in RAISED | ASKED | COORDINATORS:
        return False
    if who in COORDINATORS or one.type in SHARED:
        return True
    if one.type == "Communication":
        is_of_service: bool = one.json["sender"]["display"].startswith("Asha")
        return (who in ASKED) == is_of_service
    brought = ASKED if one.type in OF_THE_SERVICE else RAISED
    return concern in brought.get(who, ())


def _reads(county: County, who: str, path: str) -> dict[str, int]:
    system = county.system_of(who)
    return {
        _named(concern, one): system.status("GET", path.format(at=f"/fhir/{one.type}/{one.id}"))
        for concern, one in _everything(county)
    }


def _expected(county: County, who: str) -> dict[str, int]:
    return {
        _named(concern, one): 200 if concern in SEES[who] else 404
        for concern, one in _everything(county)
    }


def test_the_matrix_has_a_resource_of_every_type_that_a_child_can_have(county: County) -> None:
    found = {one.type for _, one in _everything(county)}
    assert found >= set(TYPES_OF_A_CHILD)


@pytest.mark.parametrize("path", ["{at}", "{at}/_history", "{at}/_history/1"])
@pytest.mark.parametrize("who", PEOPLE)
def test_a_record_is_read_by_whom_it_concerns_and_is_not_there_for_others(
    county: County, who: str, path: str
) -> None:
    assert _reads(county, who, path) == _expected(county, who)


@pytest.mark.parametrize("type", TYPES_OF_A_CHILD)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_search_finds_what_may_be_read_and_counts_no_more(
    county: County, who: str, type: str
) -> None:
    answer = county.system_of(who).ask("GET", f"/fhir/{type}?_count=100&_total=accurate")
    found = {entry["resource"]["id"] for entry in answer.json().get("entry", [])}
    expected = {
        one.id for concern, one in _everything(county) if one.type == type and concern in SEES[who]
    }
    assert found == expected
    assert answer.json().get("total", len(expected)) == len(expected)


@pytest.mark.parametrize("who", PEOPLE)
def test_a_search_by_id_or_by_child_finds_nothing_that_may_not_be_read(
    county: County, who: str
) -> None:
    system = county.system_of(who)
    for concern, one in _everything(county):
        queries = [f"{one.type}?_id={one.id}"]
        if one.type == "Task":
            queries.append(f"Task?patient=Patient/{one.place.child}")
        for query in queries:
            answer = system.ask("GET", f"/fhir/{query}")
            assert answer.status_code == 200, (query, answer.text)
            is_found = any(e["resource"]["id"] == one.id for e in answer.json().get("entry", []))
            assert is_found == (concern in SEES[who]), (query, concern)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("who", PEOPLE)
def test_a_change_is_for_whoever_brought_it_and_unheard_of_for_others(
    county: County, who: str, method: str
) -> None:
    system = county.system_of(who)
    found, expected = {}, {}
    for concern, one in _everything(county):
        body = one.body if method == "PUT" else b"{}"
        sent = LATE | ({} if method == "PUT" else {"Content-Type": "application/merge-patch+json"})
        found[_named(concern, one)] = system.status(
            method, f"/fhir/{one.type}/{one.id}", body, **sent
        )
        allowed = 412 if _may_change(who, concern, one) else 403
        if one.type == "Task":
            allowed = 412  # whether the move is theirs is asked of the newest version only
        expected[_named(concern, one)] = allowed if concern in SEES[who] else 404
    assert found == expected


@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_that_counts_is_deleted(county: County, who: str) -> None:
    system = county.system_of(who)
    found, expected = {}, {}
    for concern, one in _everything(county):
        name = _named(concern, one)
        found[name] = system.status("DELETE", f"/fhir/{one.type}/{one.id}")
        refused = 409 if _may_change(who, concern, one) else 403
        seen = refused if concern in SEES[who] else 404
        expected[name] = 405 if one.type in STAYS else seen
    assert found == expected


@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_is_added_to_a_child_whom_one_may_not_see(county: County, who: str) -> None:
    system = county.system_of(who)
    for concern in CONCERNS:
        if concern in SEES[who]:
            continue
        child = county.one(concern, "Patient").id
        sent = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "Words"},
            "subject": {"reference": f"Patient/{child}"},
        }
        status = system.status(
            "POST", "/fhir/Observation", json.dumps(sent).encode(), **{"Content-Type": FHIR}
        )
        assert status == 422, concern


@pytest.mark.parametrize("who", PEOPLE)
def test_the_audit_is_for_the_coordinator_and_the_auditor(county: County, who: str) -> None:
    status = county.system_of(who).status("GET", "/fhir/AuditEvent")
    theirs = who in ("coordinator", "coordinator.elsewhere", "auditor")
    assert status == (200 if theirs else 403)


def test_the_coordinator_of_another_area_finds_nothing_in_the_audit_about_these_children(
    county: County,
) -> None:
    county.system_of("coordinator").ask("GET", f"/fhir/Patient/{_a_child(county)}")
    found = county.system_of("coordinator.elsewhere").ask(
        "GET", f"/fhir/AuditEvent?patient=Patient/{_a_child(county)}"
    )
    assert found.json().get("entry", []) == []


def test_without_a_token_there_is_nothing(county: County) -> None:
    nobody = Caller(county.anybody, {})
    for _, one in _everything(county):
        assert nobody.status("GET", f"/fhir/{one.type}/{one.id}") == 401


def _a_child(county: County) -> str:
    return county.one(CONCERNS[0], "Patient").id
