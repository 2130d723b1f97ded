"""People move a referral: what each move needs, leaves behind, and lets others see."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.referral.domain.concern import ConcernStatus
from services.referral.domain.moves import FOLLOWING, MOVES, Move
from services.referral.domain.referral import MoveRefused
from services.referral.records.resource import Resource
from services.referral.use_cases.raise_concern import Raised
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from shared.fhir.check import check, is_refused
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern, a_family, as_, service_id
from tests.referral.use_cases.reading import (
    EARLY_YEARS,
    SPEECH,
    audits,
    child_of,
)


def kept(anyshire: Anyshire, type: str, id: str) -> Resource:
    with anyshire.records.reading(as_("coordinator"), now=anyshire.clock()) as record:
        return record.resource(type, id)


def test_a_whole_life_from_receipt_to_outcome(anyshire: Anyshire, task: str) -> None:
    at_ten = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    way: list[tuple[Move, dict[str, Any], str, str]] = [
        (Move.RECEIVE, {}, "received", "awaiting-triage"),
        (Move.ASK, {"text": "Since when?"}, "on-hold", "information-requested"),
        (Move.ANSWER, {"text": "Since January."}, "received", "awaiting-triage"),
        (Move.ACCEPT, {}, "accepted", "waiting-list"),
        (Move.PAUSE, {"text": "A new baby"}, "on-hold", "paused-by-family"),
        (Move.RESUME, {}, "accepted", "waiting-list"),
        (Move.OFFER, {"starts_at": at_ten}, "ready", "appointment-offered"),
        (Move.START, {}, "in-progress", "assessing"),
        (Move.SUPPORT, {}, "in-progress", "supporting"),
        (Move.COMPLETE, {"outcome": "need-met", "text": "Talking"}, "completed", "closed-outcome"),
    ]
    for version, (move, said, status, business) in enumerate(way, start=2):
        anyshire.clock.pass_(days=1)
        moved = anyshire.move(task, move, version=version - 1, **said)
        assert moved.json["status"] == status
        assert moved.json["businessStatus"]["coding"][0]["code"] == business
        assert moved.version == version
        assert ("statusReason" in moved.json) == (status == "on-hold")
        assert not is_refused(check(moved.json, now=anyshire.clock()))
    outcome = moved.json["output"][0]["valueCodeableConcept"]
    assert (outcome["coding"][0]["code"], outcome["text"]) == ("need-met", "Talking")


NEEDS: list[tuple[Move, dict[str, Any], str]] = [
    (Move.ASK, {}, "Task.statusReason"),
    (Move.PAUSE, {}, "Task.statusReason"),
    (Move.WITHDRAW, {}, "Task.statusReason"),
    (Move.ENTER_IN_ERROR, {}, "Task.statusReason"),
    (Move.RETURN, {}, "Task.statusReason"),
    (Move.RETURN, {"text": "No"}, ""),
    (Move.RETURN, {"text": "No", "reason": "boredom"}, "Task.statusReason"),
    (Move.RETURN, {"reason": "incomplete"}, "Task.statusReason"),
    (Move.REDIRECT, {"text": "Better"}, "Task.output"),
    (Move.REDIRECT, {"service": service_id("camhs")}, "Task.statusReason"),
    (Move.REDIRECT, {"text": "Better", "service": "no-such"}, "Task.output"),
]


@pytest.mark.parametrize(("move", "said", "place"), NEEDS)
def test_what_a_move_needs_is_asked_for_by_its_place(
    anyshire: Anyshire, raised: Raised, task: str, move: Move, said: dict[str, Any], place: str
) -> None:
    by = "nursery" if move is Move.WITHDRAW else "speech"
    before = anyshire.counts()
    if not place:
        anyshire.move(task, move, by=by, **said)
        return
    with pytest.raises(Invalid) as refused:
        anyshire.move(task, move, by=by, **said)
    assert [issue.expression for issue in refused.value.issues] == [place]
    assert anyshire.counts() == before


def test_an_outcome_and_an_appointment_must_be_said(anyshire: Anyshire, task: str) -> None:
    anyshire.move(task, Move.ACCEPT)
    for move, place in ((Move.COMPLETE, "Task.output"), (Move.OFFER, "Task.executionPeriod")):
        with pytest.raises(Invalid) as refused:
            anyshire.move(task, move)
        assert [issue.expression for issue in refused.value.issues] == [place]


NOT_THEIRS = [
    ("nursery", Move.ACCEPT), ("nursery", Move.RETURN), ("early.years", Move.ACCEPT),
    ("coordinator", Move.ACCEPT), ("coordinator", Move.COMPLETE), ("speech", Move.WITHDRAW),
    *(("speech", move) for move in sorted(FOLLOWING)),
]  # fmt: skip


@pytest.mark.parametrize(("by", "move"), NOT_THEIRS)
def test_a_move_that_is_not_theirs_is_refused_and_changes_nothing(
    anyshire: Anyshire, task: str, by: str, move: Move
) -> None:
    before = anyshire.counts()
    with pytest.raises(NotAllowed):
        anyshire.move(task, move, by=by, text="x", reason="other", next_step="x")
    assert anyshire.counts() == before


@pytest.mark.parametrize("by", ["camhs", "nursery2", "speech.south", "admin"])
def test_to_those_whom_it_does_not_concern_there_is_nothing_to_move(
    anyshire: Anyshire, task: str, by: str
) -> None:
    for move in MOVES:
        with pytest.raises(NotFound):
            anyshire.move(task, move, by=by, text="x", reason="other", next_step="x")


def test_a_family_pauses_and_withdraws_but_decides_nothing_else(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    family = a_family(child_of(raised))
    anyshire.move(task, Move.PAUSE, by=family, text="Not now")
    anyshire.move(task, Move.RESUME, by=family)
    with pytest.raises(NotAllowed):
        anyshire.move(task, Move.ENTER_IN_ERROR, by=family, text="x")
    moved = anyshire.move(task, Move.WITHDRAW, by=family, text="We found help")
    assert moved.json["status"] == "cancelled"
    assert moved.json["statusReason"] == {"text": "We found help"}


def test_what_the_state_does_not_allow_names_what_it_does(anyshire: Anyshire, task: str) -> None:
    before = anyshire.counts()
    with pytest.raises(MoveRefused) as refused:
        anyshire.move(task, Move.START)
    assert set(refused.value.allowed) >= {Move.ACCEPT, Move.RETURN}
    assert anyshire.counts() == before


def test_the_slower_of_two_hears_who_was_quicker_and_what_they_did(
    anyshire: Anyshire, task: str
) -> None:
    anyshire.move(task, Move.ACCEPT, version=1)
    with pytest.raises(Stale, match=r"Asha Rahman .*waiting-list"):
        anyshire.move(task, Move.WITHDRAW, by="nursery", version=1, text="Moved")


def test_the_slower_of_two_systems_hears_which_organisation_was_quicker(
    anyshire: Anyshire, task: str
) -> None:
    anyshire.move(task, Move.ACCEPT, by=as_("speech", client=True), version=1)
    with pytest.raises(Stale, match="North Anyshire Community NHS Trust"):
        anyshire.move(task, Move.WITHDRAW, by="nursery", version=1, text="Moved")


def test_the_status_of_the_concern_follows_its_referrals(
    anyshire: Anyshire, raised: Raised
) -> None:
    tasks = {by: anyshire.referral_at(key, raised) for by, key in
             (("speech", SPEECH), ("early.years", EARLY_YEARS))}  # fmt: skip
    for by, task in tasks.items():
        anyshire.move(task, Move.PAUSE, by=by, text="A new baby")
    request = kept(anyshire, "ServiceRequest", raised.concern)
    assert (request.json["status"], request.version) == (ConcernStatus.ON_HOLD, 2)
    anyshire.move(tasks["speech"], Move.RESUME)
    assert kept(anyshire, "ServiceRequest", raised.concern).json["status"] == ConcernStatus.ACTIVE
    for task in tasks.values():
        anyshire.move(task, Move.WITHDRAW, by="nursery", text="They moved")
    assert kept(anyshire, "ServiceRequest", raised.concern).json["status"] == ConcernStatus.REVOKED


def test_an_offered_appointment_stands_in_the_record(anyshire: Anyshire, task: str) -> None:
    anyshire.move(task, Move.ACCEPT)
    at_ten = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    anyshire.move(task, Move.OFFER, starts_at=at_ten, text="Bring her favourite book")
    anyshire.move(task, Move.OFFER, text="We will ring you")
    with anyshire.records.reading(as_("nursery"), now=anyshire.clock()) as record:
        booked, proposed = record.of_type("Appointment")
    assert (booked.json["status"], booked.json["start"]) == ("booked", "2026-12-01T10:00:00.000Z")
    assert booked.json["patientInstruction"] == "Bring her favourite book"
    assert (proposed.json["status"], "start" in proposed.json) == ("proposed", False)
    for one in (booked, proposed):
        assert not is_refused(check(one.json, now=anyshire.clock()))


def test_question_and_answer_are_kept_as_letters(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    anyshire.move(task, Move.ASK, text="Since when?")
    anyshire.move(task, Move.ANSWER, by="nursery", text="Since January.")
    with anyshire.records.reading(as_("speech"), now=anyshire.clock()) as record:
        letters = record.of_concern(raised.concern, "Communication")
    said = [(one.json["sender"]["display"], one.json["payload"][0]["contentString"])
            for one in letters]  # fmt: skip
    assert said == [("Asha Rahman", "Since when?"), ("Sam Lee", "Since January.")]


def test_every_move_leaves_its_trace_and_its_audit(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    anyshire.clock.pass_(hours=1)
    anyshire.move(task, Move.RETURN, reason="wrong-age", text="Too young")
    with anyshire.records.reading(as_("nursery"), now=anyshire.clock()) as record:
        trace = record.of_concern(raised.concern, "Provenance")[-1].json
    assert trace["activity"]["coding"][0]["code"] == "return"
    assert "Too young" in trace["activity"]["text"]
    assert {"reference": f"Task/{task}/_history/2"} in trace["target"]
    lines = [one for one in audits(anyshire.records) if one.action == "return"]
    assert (lines[0].who, lines[0].resource_id, lines[0].version) == (
        as_("speech").reference, task, 2,
    )  # fmt: skip
    assert all(line.child_id == child_of(raised) for line in lines)


def test_an_ask_is_answered_and_not_moved(anyshire: Anyshire, raised: Raised, task: str) -> None:
    anyshire.move(task, Move.ASK, text="Since when?")
    ask = anyshire.open_ask(raised.concern)
    with pytest.raises(Conflict):
        anyshire.move(ask, Move.ACCEPT)


def test_referrals_of_other_concerns_are_left_alone(anyshire: Anyshire, raised: Raised) -> None:
    other = anyshire.raise_(a_concern(is_new=True))
    before = anyshire.concern(other.concern)
    anyshire.move(anyshire.referral_at(SPEECH, raised), Move.ACCEPT)
    assert anyshire.concern(other.concern) == before
