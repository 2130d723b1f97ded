"""What may be done with a Task: each move that is offered works as it is described, no other."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from starlette.testclient import TestClient

from services.referral.domain.moves import MOVES, Move
from services.referral.records.tasks import CODES
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.workplace import Workplace
from shared.fhir.codes import BUSINESS_STATUS
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_child, a_concern, a_request, service_id
from tests.referral.fhir_api.operations.filling import filled, moves_of
from tests.referral.fhir_api.systems import System
from tests.referral.use_cases.reading import audits

Json = dict[str, Any]
Way = tuple[tuple[Move, Json], ...]

SPEECH = "north-speech-language-therapy"
#: How a referral comes to each state, by moves of the service itself.
WAYS: dict[str, Way] = {
    "submitted": (),
    "received": ((Move.RECEIVE, {}),),
    "question": ((Move.ASK, {"text": "Does she point?"}),),
    "accepted": ((Move.ACCEPT, {}),),
    "offered": ((Move.ACCEPT, {}), (Move.OFFER, {"text": "We will ring."})),
    "assessing": ((Move.ACCEPT, {}), (Move.START, {})),
    "supporting": ((Move.ACCEPT, {}), (Move.SUPPORT, {})),
    "paused": ((Move.ACCEPT, {}), (Move.PAUSE, {"text": "On holiday."})),
    "returned": ((Move.RETURN, {"text": "Not for us.", "reason": "other"}),),
    "closed": ((Move.ACCEPT, {}), (Move.COMPLETE, {"text": "A plan."})),
}
PARTS = {
    "demo-speech": "speech",
    "demo-nursery": "nursery",
    "demo-coordinator": "coordinator",
}
#: What leads to the same status and is told apart by what is sent with it.
SAME = {Move.PLACE: Move.ACCEPT}

Another = Callable[[str], str]


@pytest.fixture
def another(anyshire: Anyshire) -> Another:
    """One more referral in a state, each of another child."""
    names = count()

    def made(way: str) -> str:
        child = a_child(identifier=None, name=[{"family": "Okoro", "given": [f"T{next(names)}"]}])
        task = anyshire.referral_at(SPEECH, anyshire.raise_(a_concern(child=child)))
        for move, said in WAYS[way]:
            anyshire.move(task, move, **said)
        return task

    return made


def sends(system: System, id: str, fill: Callable[[Json], Json]) -> Any:
    task = system.get(f"/Task/{id}").json()
    version = f'W/"{task["meta"]["versionId"]}"'
    return system.send("PUT", f"/Task/{id}", fill(task), **{"If-Match": version})


def filling(move: Json, *, optional: bool = False) -> Callable[[Json], Json]:
    return lambda task: filled(task, move, optional=optional)


@pytest.mark.parametrize("way", WAYS)
def test_each_move_that_is_offered_works(http: TestClient, another: Another, way: str) -> None:
    for id in PARTS:
        system = System(http, id)
        _, offered = moves_of(system, another(way))
        for code, move in offered.items():
            answer = sends(system, another(way), filling(move))
            assert answer.status_code == 200, (id, code, answer.text)
            assert answer.json()["status"] == move["status"], (id, code)


@pytest.mark.parametrize("way", ["submitted", "accepted", "closed"])
def test_each_works_with_all_that_may_be_said_too(
    http: TestClient, another: Another, way: str
) -> None:
    system = System(http, "demo-speech")
    _, offered = moves_of(system, another(way))
    for code, move in offered.items():
        answer = sends(system, another(way), filling(move, optional=True))
        assert answer.status_code == 200, (code, answer.text)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_offered_is_refused(http: TestClient, another: Another, way: str) -> None:
    task = another(way)
    for id in PARTS:
        system = System(http, id)
        _, offered = moves_of(system, task)
        now = system.get(f"/Task/{task}").json()
        for move in not_offered(offered):
            answer = sends(system, task, filling(move))
            unmoved = state_of(answer.json()) == state_of(now) if answer.is_success else True
            assert unmoved, (id, move, answer.text)
            if (move["status"], move["businessStatus"]["code"]) != state_of(now):
                assert answer.status_code in (403, 409, 422), (id, move["code"])


def state_of(task: Json) -> tuple[str, str | None]:
    codings = task.get("businessStatus", {}).get("coding", [{}])
    return task["status"], codings[0].get("code")


def not_offered(offered: dict[str, Json]) -> Iterator[Json]:
    """Every other move with a state of its own, as somebody would send it who thinks it is theirs.
    What an offered one leads to as well is that one."""
    ends = {state_of({**one, "businessStatus": {"coding": [one.get("businessStatus", {})]}})
            for one in offered.values()}  # fmt: skip
    words = {"path": "Task.statusReason.text", "type": "string", "required": True, "allowed": []}
    output = {**words, "path": "Task.output.valueString", "output": "outcome"}
    for move, rule in MOVES.items():
        status, business = CODES[rule.end] if rule.end else ("", None)
        if move not in offered and status and business and (status, business) not in ends:
            yield {
                "code": move,
                "status": status,
                "businessStatus": {"system": BUSINESS_STATUS, "code": business},
                "field": [words, output],
            }


def test_another_time_is_offered_as_it_is_described(
    http: TestClient, another: Another, anyshire: Anyshire
) -> None:
    system = System(http, "demo-speech")
    task = another("offered")
    _, offered = moves_of(system, task)
    answer = sends(system, task, filling(offered["offer"], optional=True))
    assert answer.status_code == 200, answer.text
    times = [one["resource"].get("start") for one in
             system.get(f"/Appointment?patient={answer.json()['for']['reference']}")
             .json()["entry"]]  # fmt: skip
    assert times == [None, "2026-12-04T10:00:00.000Z"]


def test_a_desk_passes_on_as_it_is_described(http: TestClient, anyshire: Anyshire) -> None:
    anyshire.raise_(a_concern(a_request("other")))
    coordinator = System(http, "demo-coordinator")
    desk = next(one for one in coordinator.tasks("status=requested") if "coordination" in str(one))
    _, offered = moves_of(coordinator, desk["id"])
    for code in ("receive", "accept", "place", "ask"):
        assert code in offered
    answer = sends(coordinator, desk["id"], filling(offered["place"]))
    assert answer.status_code == 200, answer.text
    assert System(http, "demo-camhs").tasks("status=requested"), "who was asked sees it"


def test_a_clock_that_climbed_is_seen_and_excused_as_it_is_described(
    http: TestClient, anyshire: Anyshire, at: Workplace
) -> None:
    ehc = service_id("ehc")
    anyshire.raise_(replace(a_concern(), services=frozenset({ehc})))
    anyshire.clock.pass_(days=40)
    escalate_overdue(at=at, now=anyshire.clock())
    coordinator = System(http, "demo-coordinator")
    (task,) = coordinator.tasks(f"owner=HealthcareService/{ehc}")
    for code in ("seen", "exception"):
        _, offered = moves_of(coordinator, task["id"])
        answer = sends(
            coordinator, task["id"],
            filling(offered[code], optional=True),
        )  # fmt: skip
        assert answer.status_code == 200, (code, answer.text)
    _, offered = moves_of(coordinator, task["id"])
    assert "seen" not in offered, "it is seen now"


def test_what_was_asked_is_answered_as_it_is_described(http: TestClient, another: Another) -> None:
    nursery, speech = System(http, "demo-nursery"), System(http, "demo-speech")
    for way in ("question", "returned"):
        task = another(way)
        (ask,) = nursery.tasks(f"part-of=Task/{task}&status=requested")
        assert moves_of(speech, ask["id"])[1] == {}, "it is not theirs to answer"
        ((code, move),) = moves_of(nursery, ask["id"])[1].items()
        assert code == {"question": "answer", "returned": "next-step-done"}[way]
        answer = sends(nursery, ask["id"], filling(move))
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "completed"
        assert moves_of(nursery, ask["id"])[1] == {}, "it is answered"


def test_the_version_is_what_if_match_takes(http: TestClient, another: Another) -> None:
    system = System(http, "demo-speech")
    task = another("received")
    version, _ = moves_of(system, task)
    assert version == system.get(f"/Task/{task}").json()["meta"]["versionId"] == "2"


def test_a_task_of_somebody_else_is_not_there(http: TestClient, another: Another) -> None:
    assert System(http, "demo-camhs").get(f"/Task/{another('received')}/$moves").status_code == 404
    answer = System(http, "demo-speech").post(f"/Task/{another('received')}/$moves", "")
    assert answer.status_code == 200


def test_the_look_is_in_the_audit(http: TestClient, another: Another, at: Workplace) -> None:
    task = another("received")
    System(http, "demo-speech").get(f"/Task/{task}/$moves")
    line = audits(at.records)[-1]
    assert (line.action, line.resource_id) == ("moves", task)
