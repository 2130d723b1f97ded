"""Systems say that things have changed, and record an exception."""

from dataclasses import replace
from typing import Any

import pytest

from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.workplace import Workplace
from shared.fhir.codes import EXTENSION_BASE, HELP_PART, TASK_KIND
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern, service_id
from tests.referral.fhir_api.systems import SPEECH, System, issues_of, places_of


def changed(task: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Communication",
        "status": "completed",
        "category": [{"coding": [{"system": TASK_KIND, "code": "things-changed"}]}],
        "partOf": [{"reference": f"Task/{task['id']}"}],
        "payload": [{"contentString": "She has no words any more."}],
        **more,
    }


def test_a_nurserys_system_says_that_things_have_changed(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    assert nursery.send("POST", "/Communication", changed(task)).status_code == 201
    asks = [one for one in speech.tasks(f"part-of=Task/{task['id']}") if one["id"] != task["id"]]
    assert asks
    assert {one["description"] for one in asks} == {
        "Something else has changed. She has no words any more."
    }


def test_it_says_of_which_referral(nursery: System, task: dict[str, Any]) -> None:
    answer = nursery.send(
        "POST",
        "/Communication",
        {key: value for key, value in changed(task).items() if key != "partOf"},
    )
    assert answer.status_code == 422


PARTS = [
    {"url": "code", "valueString": "E4"},
    {"url": "clock", "valueString": "EHC-DECIDE"},
    {"url": "from", "valueDate": "2026-11-20"},
    {"url": "to", "valueDate": "2027-01-05"},
    {"url": "evidence", "valueString": "Abroad with family."},
]
AWAY = {"url": f"{EXTENSION_BASE}/clock-exception", "extension": PARTS}
BASELINE = {
    "type": {"coding": [{"system": HELP_PART, "code": "baseline"}]},
    "valueString": "Ten words, at home.",
}


CLOSED = [
    {"url": "code", "valueString": "E1"},
    {"url": "clock", "valueString": "EHC-DECIDE"},
    {"url": "from", "valueDate": "2026-12-01"},
    {"url": "to", "valueDate": "2027-01-11"},
    {"url": "evidence", "valueString": "The school's letter."},
]


@pytest.fixture
def request_of_law(anyshire: Anyshire, coordinator: System) -> dict[str, Any]:
    """To the education, health and care team, as the coordinator first sees it."""
    ehc = service_id("ehc")
    anyshire.raise_(replace(a_concern(), services=frozenset({ehc})))
    (task,) = coordinator.tasks(f"owner=HealthcareService/{ehc}")
    return task


def clocks(task: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in task["extension"] if one["url"] == f"{EXTENSION_BASE}/clock"]


def marked_as_seen(task: dict[str, Any]) -> list[dict[str, Any]]:
    """Its extensions, with each clock marked as seen."""
    mark = {"url": "acknowledged", "valueInstant": "2026-12-05T10:00:00Z"}
    return [
        {**one, "extension": [*one["extension"], mark]} if one in clocks(task) else one
        for one in task["extension"]
    ]


def test_only_a_coordinators_system_records_an_exception(
    speech: System, task: dict[str, Any]
) -> None:
    assert speech.changes(task, extension=[*task["extension"], AWAY]).status_code == 403


@pytest.mark.parametrize(
    ("asked", "status"),
    [(None, 422), ("2026-11-23", 422), ("2026-11-24", 200), ("2027-01-05", 200),
     ("2027-01-06", 422), ("then", 422)],
)  # fmt: skip
def test_a_closure_excuses_only_what_was_asked_for_near_it(
    coordinator: System, request_of_law: dict[str, Any], asked: str | None, status: int
) -> None:
    parts = [*CLOSED, {"url": "askedOn", "valueDate": asked}] if asked else CLOSED
    closed = {**AWAY, "extension": parts}
    answer = coordinator.changes(request_of_law, extension=[*request_of_law["extension"], closed])
    assert answer.status_code == status
    if status == 200:
        (kept,) = [one for one in answer.json()["extension"] if one["url"] == AWAY["url"]]
        assert {"url": "askedOn", "valueDate": asked} in kept["extension"]


@pytest.mark.parametrize(
    ("part", "value", "why"),
    [
        ("clock", {"valueString": "OUR-ACK"}, "No exception is known for OUR-ACK"),
        ("clock", {"valueString": "COMM-18"}, "COMM-18 does not run"),
        ("code", {"valueString": "E5"}, "E5 is not an exception"),
        ("to", {"valueDate": "2026-12-17"}, "four continuous weeks"),
        ("to", {"valueDate": "2026-11-01"}, "ends before it begins"),
        ("evidence", {"valueString": " "}, "Say what shows it"),
    ],
)
def test_what_the_limit_does_not_know_is_refused_where_it_stands(
    coordinator: System, request_of_law: dict[str, Any], part: str, value: Any, why: str
) -> None:
    wrong = [{"url": part, **value} if one["url"] == part else one for one in PARTS]
    answer = coordinator.changes(
        request_of_law,
        extension=[*request_of_law["extension"], {**AWAY, "extension": wrong}],
    )
    assert answer.status_code == 422
    assert places_of(answer) == [f"Task.extension.extension('{part}')"]
    assert why in issues_of(answer)[0]["details"]["text"]


def test_what_a_system_may_do_without_a_change_of_status_is_named_when_it_is_refused(
    speech: System, task: dict[str, Any]
) -> None:
    refused = [
        speech.changes(task, extension=marked_as_seen(task)),
        speech.changes(task, output=[BASELINE]),
    ]
    for answer in refused:
        assert answer.status_code == 422, "nothing has climbed, and nobody has said yes"
        assert "With the same status: exception." in issues_of(answer)[0]["details"]["text"]


@pytest.mark.parametrize(
    "parts",
    [
        {"extension": [AWAY, AWAY]},
        {"extension": [AWAY], "status": "received"},
        {"extension": [AWAY], "output": [BASELINE]},
        {"extension": [AWAY, {"url": f"{EXTENSION_BASE}/escalation-level", "valueInteger": 9}]},
        {"extension": [{**AWAY, "extension": PARTS[1:]}]},
    ],
)
def test_one_thing_at_a_time_and_whole(
    coordinator: System, task: dict[str, Any], parts: dict[str, Any]
) -> None:
    sent = {**parts, "extension": [*task["extension"], *parts["extension"]]}
    assert coordinator.changes(task, **sent).status_code == 422


def test_a_system_says_that_it_has_seen_what_climbed(
    anyshire: Anyshire, at: Workplace, speech: System, coordinator: System, task: dict[str, Any]
) -> None:
    """The whole way over HTTP: it climbs, is seen, and climbs on."""
    for _ in range(3):
        anyshire.clock.pass_(days=5)
        escalate_overdue(at=at, now=anyshire.clock())
    (late,) = speech.signs_in_again().tasks(f"owner={SPEECH}&level=ge1&due=lt2026-12-01")
    assert coordinator.changes(task, extension=[*late["extension"], AWAY]).status_code == 412
    seen = speech.moves(late, extension=marked_as_seen(late), note=[{"text": "We look today."}])
    assert seen["note"] == [{"text": "We look today."}]
    up = [one for one in clocks(seen) if "stopped" not in str(one) and "'rungs'" in str(one)]
    climbed = [one for one in up if {"url": "rungs", "valueInteger": 0} not in one["extension"]]
    assert climbed
    assert all("acknowledged" in str(one) for one in climbed)
    assert seen["restriction"] == late["restriction"]
    anyshire.clock.pass_(days=20)
    escalate_overdue(at=at, now=anyshire.clock())
    assert speech.signs_in_again().tasks(f"owner={SPEECH}&level=ge2")


def test_a_coordinator_excuses_a_limit_of_the_law(
    anyshire: Anyshire, at: Workplace, coordinator: System, request_of_law: dict[str, Any]
) -> None:
    """It is excused, is found by the exception, and climbs all the same."""
    owner = f"owner={request_of_law['owner']['reference']}"
    excused = coordinator.moves(request_of_law, extension=[*request_of_law["extension"], AWAY])
    (kept,) = [one for one in excused["extension"] if one["url"] == AWAY["url"]]
    assert "decidedBy" in str(kept)
    (found,) = coordinator.tasks("exception=E4&next-escalation=ge2026-11-20")
    assert found["id"] == excused["id"]
    assert not coordinator.tasks("exception=E1")
    assert excused["restriction"] == request_of_law["restriction"], "no day is subtracted"
    for _ in range(4):
        anyshire.clock.pass_(days=20)
        escalate_overdue(at=at, now=anyshire.clock())
    assert coordinator.signs_in_again().tasks(f"{owner}&level=ge4")


def test_a_part_of_the_help_is_recorded_by_an_output(speech: System, task: dict[str, Any]) -> None:
    task = speech.moves(task, status="accepted")
    task = speech.moves(task, output=[BASELINE])
    assert task["output"] == [BASELINE]
    assert task["status"] == "accepted"
    (found,) = speech.get(f"/Provenance?target=Task/{task['id']}").json()["entry"][-1:]
    assert "record" in str(found["resource"]["activity"])


def test_a_setting_records_no_help_of_a_service(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    task = speech.moves(task, status="accepted")
    assert nursery.changes(task, output=[BASELINE]).status_code == 403
