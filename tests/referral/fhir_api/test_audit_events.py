"""The audit over the API: every request leaves a line, and nobody writes one."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from services.referral.demo.places import organisation
from services.referral.use_cases.workplace import Workplace
from shared.fhir.check import check, is_refused
from tests.referral.anyshire import Anyshire
from tests.referral.fhir_api.systems import SPEECH, System, issues_of
from tests.referral.use_cases.reading import audits


@pytest.fixture
def auditor(http: TestClient) -> System:
    return System(http, "demo-auditor")


def _events(system: System, query: str = "") -> list[dict[str, Any]]:
    answer = system.get(f"/AuditEvent?{query}")
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", [])]


def _newest(at: Workplace) -> tuple[str, str, str | None]:
    line = audits(at.records)[-1]
    return line.action, line.detail, line.resource_id


def test_each_way_to_look_leaves_a_line(
    at: Workplace, task: dict[str, Any], speech: System
) -> None:
    id = task["id"]
    speech.get(f"/Task/{id}")
    assert _newest(at) == ("read", "", id)
    speech.get(f"/Task/{id}/_history/1")
    assert _newest(at) == ("vread", "", id)
    speech.get(f"/Task/{id}/_history")
    assert _newest(at) == ("history", "", id)
    speech.get(f"/Task?owner={SPEECH}&status=requested")
    assert _newest(at) == ("search", "owner status: 1 found", None)
    speech.get("/Patient?name=zoya&birthdate=2023-07-19")
    assert _newest(at) == ("search", "name birthdate: 1 found", None)
    assert audits(at.records)[-1].child_id == task["for"]["reference"].removeprefix("Patient/")


def test_each_write_and_move_leaves_a_line_with_the_system_that_made_it(
    at: Workplace, task: dict[str, Any], speech: System
) -> None:
    speech.moves(task, status="received")
    line = audits(at.records)[-1]
    assert (line.action, line.resource_id, line.version) == ("receive", task["id"], 2)
    assert line.client == "demo-speech"


def test_asking_for_another_ones_record_is_noted_as_a_refusal(
    at: Workplace, task: dict[str, Any], nursery2: System
) -> None:
    for method, path in (("GET", ""), ("GET", "/_history"), ("PUT", ""), ("PATCH", "")):
        body = task if method == "PUT" else []
        kind = {"Content-Type": "application/json-patch+json"} if method == "PATCH" else {}
        answer = nursery2.send(method, f"/Task/{task['id']}{path}", body, **kind)
        assert answer.status_code == 404, (method, path)
        assert _newest(at) == ("refuse", "not-found", task["id"])


def test_tokens_given_and_refused_are_noted(at: Workplace, http: TestClient) -> None:
    form = {"grant_type": "client_credentials"}
    http.post("/oauth/token", data=form, auth=("demo-speech", "wrong"))
    http.post("/oauth/token", data=form, auth=("Zoya Rahimi", "wrong"))
    http.post("/oauth/token", data=form, auth=("demo-speech", "demo-only"))
    trust = f"Organization/{organisation('north-trust').id}"
    assert [(line.action, line.client, line.who) for line in audits(at.records)] == [
        ("token-refused", "demo-speech", trust),
        ("token-refused", None, "Device/door"),
        ("token", "demo-speech", trust),
    ]


def test_an_auditor_sees_the_audit_of_a_child_and_no_record(
    task: dict[str, Any], auditor: System, speech: System
) -> None:
    speech.get(f"/Task/{task['id']}")
    child = task["for"]["reference"]
    found = _events(auditor, f"patient={child}")
    assert found[0]["subtype"][0]["code"] == "read"
    assert {one["entity"][0]["what"]["reference"] for one in found} == {child}
    assert auditor.get(f"/{child}").status_code == 404
    assert auditor.tasks() == []


def test_a_coordinator_sees_it_too_and_nobody_else(
    task: dict[str, Any], coordinator: System, speech: System, nursery: System
) -> None:
    assert _events(coordinator, f"patient={task['for']['reference']}")
    for other in (speech, nursery):
        assert other.get("/AuditEvent").status_code == 403


def test_every_event_is_right_fhir_and_can_be_read_by_its_id(
    task: dict[str, Any], auditor: System, nursery2: System, anyshire: Anyshire
) -> None:
    nursery2.get(f"/Task/{task['id']}")
    events = _events(auditor, "_count=100")
    assert {event["outcome"] for event in events} == {"0", "4"}
    for event in events:
        issues = check(event, now=anyshire.clock())
        assert not is_refused(issues), (event, issues)
        assert auditor.get(f"/AuditEvent/{event['id']}").json() == event
    assert auditor.get("/AuditEvent/none").status_code == 404


def test_pages_follow_each_other_without_a_gap_or_a_repeat(
    task: dict[str, Any], auditor: System, speech: System
) -> None:
    child = task["for"]["reference"]
    for _ in range(3):
        speech.get(f"/{child}")
    whole = [event["id"] for event in _events(auditor, f"patient={child}&_count=100")]
    paged, path = [], f"/AuditEvent?patient={child}&_count=2"
    while path:
        answer = auditor.get(path).json()
        paged += [entry["resource"]["id"] for entry in answer["entry"]]
        following = [one["url"] for one in answer["link"] if one["relation"] == "next"]
        path = following[0].partition("/fhir")[2] if following else ""
    assert len(whole) > 4
    assert paged == whole


@pytest.mark.parametrize(
    ("query", "is_found"),
    [("date=2026-11-20", True), ("date=2026-11-19", False), ("date=ge2026-11-20", True),
     ("date=gt2026-11-20", False), ("date=lt2026-11", False), ("date=le2026", True)],
)  # fmt: skip
def test_it_is_searched_by_date(
    task: dict[str, Any], auditor: System, query: str, is_found: bool
) -> None:
    assert bool(_events(auditor, query)) == is_found


def test_it_is_searched_by_agent(task: dict[str, Any], auditor: System) -> None:
    found = _events(auditor, "agent=demo-nursery&_count=100")
    assert found
    assert all(one["agent"][1]["who"]["identifier"]["value"] == "demo-nursery" for one in found)


@pytest.mark.parametrize("query", ["date=yesterday", "date=ne2026", "patient:missing=true", "x=1"])
def test_what_cannot_be_read_is_refused(auditor: System, query: str) -> None:
    assert auditor.get(f"/AuditEvent?{query}").status_code == 422


def test_nobody_writes_an_audit_event(
    task: dict[str, Any], nursery: System, auditor: System
) -> None:
    event = _events(auditor)[0]
    address = f"/AuditEvent/{event['id']}"
    for system in (nursery, auditor):
        assert system.post("/AuditEvent", event).status_code == 422
        assert system.send("PUT", address, event).status_code == 422
        patch = {"Content-Type": "application/json-patch+json"}
        assert system.send("PATCH", address, [], **patch).status_code == 422
    entry = {"resource": event, "request": {"method": "POST", "url": "AuditEvent"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    answer = nursery.raises(bundle)
    assert answer.status_code == 422
    assert issues_of(answer)[0]["expression"] == ["Bundle.entry[0].resource"]
