"""Referrals moved by other systems, as the state model allows and not otherwise."""

from typing import Any

import pytest

from tests.referral.fhir_api.systems import System, issues_of, places_of

ASK = {
    "status": "on-hold",
    "statusReason": {
        "coding": [{"code": "further-information-needed"}],
        "text": "Does she point at things?",
    },
}


def test_the_whole_way_from_receipt_to_outcome(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    task = speech.moves(task, status="received")
    task = speech.moves(task, **ASK)
    (question,) = nursery.tasks(f"part-of=Task/{task['id']}")
    assert question["description"] == "Does she point at things?"
    answer = [{"type": {"text": "answer"}, "valueString": "Yes, since the summer."}]
    assert nursery.moves(question, status="completed", output=answer)["status"] == "completed"
    task = speech.own_task()
    assert task["status"] == "received"
    task = speech.moves(task, status="accepted")
    task = speech.moves(task, status="ready", executionPeriod={"start": "2026-12-04T10:00:00Z"})
    booked = nursery.get(f"/Appointment?patient={task['for']['reference']}").json()["entry"]
    assert booked[0]["resource"]["start"] == "2026-12-04T10:00:00.000Z"
    outcome = [{"type": {"text": "outcome"}, "valueString": "A plan for home and nursery."}]
    task = speech.moves(task, status="completed", output=outcome)
    assert task["output"] == outcome
    assert task["businessStatus"]["coding"][0]["code"] == "closed-outcome"


def test_a_move_without_a_version_is_refused(speech: System, task: dict[str, Any]) -> None:
    answer = speech.send("PUT", f"/Task/{task['id']}", {**task, "status": "received"})
    assert answer.status_code == 428
    assert issues_of(answer)


def test_of_two_at_once_the_second_is_told_who_was_quicker(
    speech: System, task: dict[str, Any]
) -> None:
    speech.moves(task, status="accepted")
    late = speech.changes(task, status="accepted")
    assert late.status_code == 412
    assert "North Anyshire Community NHS Trust" in issues_of(late)[0]["details"]["text"]


def test_a_move_that_the_model_does_not_allow_names_those_that_it_does(
    speech: System, task: dict[str, Any]
) -> None:
    answer = speech.changes(task, status="in-progress")
    assert answer.status_code == 422
    told = issues_of(answer)[0]["details"]["text"]
    assert all(status in told for status in ("received", "accepted", "on-hold", "rejected"))


@pytest.mark.parametrize("status", ["completed", "draft", "failed", "ready"])
def test_nothing_leads_there_from_the_start(
    speech: System, task: dict[str, Any], status: str
) -> None:
    assert speech.changes(task, status=status).status_code == 422


def test_completing_needs_an_output(speech: System, task: dict[str, Any]) -> None:
    task = speech.moves(task, status="accepted")
    answer = speech.changes(task, status="completed")
    assert answer.status_code == 422
    assert places_of(answer) == ["Task.output"]


@pytest.mark.parametrize(
    ("start", "status", "place"),
    [(None, "rejected", "Task.statusReason"), (None, "on-hold", "Task.statusReason")],
)
def test_a_reason_is_demanded(
    speech: System, task: dict[str, Any], start: None, status: str, place: str
) -> None:
    answer = speech.changes(task, status=status)
    assert answer.status_code == 422
    assert place in places_of(answer)


def test_a_return_always_leaves_someone_with_the_next_step(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    reason = {"coding": [{"code": "incomplete"}], "text": "We need the health visitor's review."}
    returned = speech.moves(task, status="rejected", statusReason=reason)
    assert returned["statusReason"] == reason
    (step,) = nursery.tasks(f"part-of=Task/{task['id']}")
    assert step["owner"] == task["requester"]
    assert step["status"] == "requested"


def test_after_a_return_the_nursery_sends_it_again_and_the_first_clock_goes_on(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    reason = {"coding": [{"code": "incomplete"}], "text": "We need the review."}
    speech.moves(task, status="rejected", statusReason=reason)
    (step,) = nursery.tasks(f"part-of=Task/{task['id']}")
    outputs = [
        {"type": {"text": "answer"}, "valueString": "Here is the review."},
        {"type": {"text": "service"}, "valueReference": task["owner"]},
    ]
    nursery.moves(step, status="completed", output=outputs)
    (again,) = [one for one in speech.tasks(f"owner={task['owner']['reference']}")
                if one["status"] == "requested"]  # fmt: skip
    assert _extension(again, "first-received") == _extension(task, "first-received")


def test_a_second_return_goes_to_a_coordinator_by_name(
    nursery: System, speech: System, coordinator: System, task: dict[str, Any]
) -> None:
    reason = {"coding": [{"code": "other"}], "text": "Not for us."}
    for _ in range(2):
        speech.moves(task, status="rejected", statusReason=reason)
        steps = nursery.tasks(f"part-of=Task/{task['id']}&status=requested")
        for step in steps:
            outputs = [
                {"type": {"text": "answer"}, "valueString": "Please look again."},
                {"type": {"text": "service"}, "valueReference": task["owner"]},
            ]
            nursery.moves(step, status="completed", output=outputs)
            (task,) = speech.tasks(f"owner={task['owner']['reference']}&status=requested")
    (desk,) = [one for one in coordinator.tasks("status=requested") if _is_desk(one)]
    assert _extension(desk, "assigned-to")["reference"].startswith("Practitioner/")


def test_passing_on_names_the_service_and_that_service_then_sees_it(
    speech: System, task: dict[str, Any], http: Any
) -> None:
    camhs = System(http, "demo-camhs")
    assert camhs.get(f"/Task/{task['id']}").status_code == 404
    outputs = [{"type": {"text": "service"}, "valueReference": {"reference": _service_of(camhs)}}]
    moved = speech.moves(
        task,
        status="completed",
        statusReason={"text": "Her worries come first."},
        output=outputs,
    )
    assert moved["businessStatus"]["coding"][0]["code"] == "redirected"
    assert camhs.get(f"/Task/{task['id']}").status_code == 200
    (new,) = camhs.tasks(f"owner={_service_of(camhs)}")
    assert _extension(new, "first-received") == _extension(task, "first-received")
    assert new["reasonCode"]["text"].startswith("because ")


def test_only_the_server_sets_routing_clocks_and_level(
    speech: System, task: dict[str, Any]
) -> None:
    later = {"period": {"end": "2027-12-31T00:00:00Z"}}
    level = [{"url": one["url"], "valueInteger": 9} if "level" in one["url"] else one
             for one in task["extension"]]  # fmt: skip
    answer = speech.changes(task, restriction=later, owner=task["requester"], extension=level)
    assert answer.status_code == 422
    assert set(places_of(answer)) == {"Task.restriction", "Task.owner", "Task.extension"}


def test_a_note_is_kept_without_a_move(speech: System, task: dict[str, Any]) -> None:
    noted = speech.moves(task, note=[{"text": "Called the nursery."}])
    assert noted["status"] == "requested"
    assert noted["note"] == [{"text": "Called the nursery."}]


def test_a_json_patch_moves_it_too(speech: System, task: dict[str, Any]) -> None:
    patch = [{"op": "replace", "path": "/status", "value": "received"}]
    kind = {"Content-Type": "application/json-patch+json", "If-Match": '"1"'}
    answer = speech.send("PATCH", f"/Task/{task['id']}", patch, **kind)
    assert answer.status_code == 200
    assert answer.json()["status"] == "received"


def test_the_nursery_may_not_accept_its_own_referral(nursery: System, task: dict[str, Any]) -> None:
    assert nursery.changes(task, status="accepted").status_code == 403


def test_a_service_may_not_withdraw_for_the_family(speech: System, task: dict[str, Any]) -> None:
    assert speech.changes(task, status="cancelled", statusReason={"text": "x"}).status_code == 403


def test_a_task_is_not_made_by_hand(nursery: System, task: dict[str, Any]) -> None:
    made = {key: value for key, value in task.items() if key not in ("id", "meta")}
    assert nursery.post("/Task", made).status_code == 422


def _extension(task: dict[str, Any], name: str) -> Any:
    (found,) = [one for one in task["extension"] if one["url"].endswith(name)]
    return next(value for key, value in found.items() if key.startswith("value"))


def _is_desk(task: dict[str, Any]) -> bool:
    return any(one["code"] == "coordination" for one in task["code"]["coding"])


def _service_of(system: System) -> str:
    found = system.get("/HealthcareService?name=Children's mental").json()["entry"]
    return f"HealthcareService/{found[0]['resource']['id']}"
