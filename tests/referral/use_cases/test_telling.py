"""Who is told of what, and that an event says nothing about the child."""

import json
from dataclasses import replace
from typing import Any

import pytest

from services.referral.domain.moves import Move
from services.referral.records.resource import Json
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.telling import TOLD
from shared.cloudevents import CloudEvent, read_batch
from shared.contract import Audience, Moment
from shared.wire import read_referral_event
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern, a_family, a_request, as_, service_id, the_example
from tests.referral.use_cases.reading import (
    DESK,
    EARLY_YEARS,
    SPEECH,
    audience,
    child_of,
    events,
)

NURSERY, THERAPIST, ADVISER, COORDINATOR = (
    as_(key).reference for key in ("nursery", "speech", "early.years", "coordinator")
)

#: The move and what is said with it, in an order that can be lived; then who hears, and as whom.
LIFE: list[tuple[Move, dict[str, Any], set[str]]] = [
    (Move.RECEIVE, {}, {"referrer", "family"}),
    (Move.ASK, {"text": "Since when?"}, {"referrer", "family"}),
    (Move.ANSWER, {"text": "Since January."}, {"service", "family"}),
    (Move.PAUSE, {"text": "A new baby"}, {"referrer", "family", "service"}),
    (Move.RESUME, {}, {"referrer", "family", "service"}),
    (Move.ACCEPT, {}, {"referrer", "family"}),
    (Move.OFFER, {"text": "We will ring you"}, {"referrer", "family"}),
    (Move.START, {}, {"referrer", "family"}),
    (Move.SUPPORT, {}, {"referrer", "family"}),
    (Move.COMPLETE, {"outcome": "need-met"}, {"referrer", "family"}),
    (Move.ENTER_IN_ERROR, {"text": "Wrong child"}, {"referrer", "service"}),
]


def carer(raised: Raised) -> str:
    return next(one.reference for one in raised.kept if one.type == "RelatedPerson")


def people(raised: Raised) -> dict[str, str]:
    return {"referrer": NURSERY, "family": carer(raised), "service": THERAPIST}


def latest(anyshire: Anyshire, moment: str) -> Json:
    return [one for one in events(anyshire.records) if one["type"].endswith(f".{moment}")][-1]


def test_everybody_hears_that_a_service_was_asked(anyshire: Anyshire, raised: Raised) -> None:
    told = {one["data"]["service"]: audience(one) for one in events(anyshire.records)}
    both = {(NURSERY, "referrer"), (carer(raised), "family")}
    assert told == {
        service_id(SPEECH): both | {(THERAPIST, "service")},
        service_id(EARLY_YEARS): both | {(ADVISER, "service")},
    }


def test_each_move_is_told_to_those_whom_it_concerns(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    for move, said, heard in LIFE:
        before = len(events(anyshire.records))
        anyshire.move(task, move, **said)
        (event,) = events(anyshire.records)[before:]
        assert audience(event) == {(people(raised)[part], part) for part in heard}, move
        assert (event["subject"], event["data"]["move"]) == (f"Task/{task}", move)


def test_every_moment_has_its_audience() -> None:
    elsewhere = {
        Moment.ESCALATED, Moment.REASSIGNED, Moment.OPENED_IN_EMERGENCY, Moment.KEEP_IN_TOUCH,
        Moment.REMINDED, Moment.THINGS_CHANGED, Moment.REACH_FAMILY, Moment.INVITED,
        Moment.WAY_IN_ASKED, Moment.UNDELIVERED, Moment.MESSAGE,
    }  # fmt: skip
    assert set(TOLD) == set(Moment) - elsewhere
    assert all(TOLD.values())


def test_whoever_takes_the_next_step_hears_of_the_return_in_words_of_its_own(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    anyshire.move(task, Move.RETURN, reason="incomplete", text="Too little")
    told = audience(latest(anyshire, "returned"))
    assert told == {(NURSERY, "next-step"), (carer(raised), "family")}


def test_a_coordinator_hears_what_comes_to_the_desk_and_what_comes_back_to_it(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    anyshire.move(task, Move.RETURN, reason="wrong-age", text="Too young")
    assert (COORDINATOR, "coordinator") in audience(latest(anyshire, "made"))
    assert (COORDINATOR, "coordinator") not in audience(latest(anyshire, "returned"))
    desk, to = anyshire.referral_at(DESK, raised), service_id("camhs")
    anyshire.move(desk, Move.PLACE, by="coordinator", service=to, text="They know her")
    placed = anyshire.referral_at("camhs", raised)
    anyshire.move(placed, Move.RETURN, by="camhs", reason="wrong-age", text="Too young")
    assert (COORDINATOR, "coordinator") in audience(latest(anyshire, "returned"))


def test_the_desk_hears_that_the_family_took_it_back(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    anyshire.move(task, Move.RETURN, reason="wrong-age", text="Too young")
    desk = anyshire.referral_at(DESK, raised)
    anyshire.move(desk, Move.WITHDRAW, by="nursery", text="They found help")
    assert (COORDINATOR, "coordinator") in audience(latest(anyshire, "withdrawn"))


def test_a_next_step_that_is_done_is_told_to_the_service(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    anyshire.move(task, Move.RETURN, reason="incomplete", text="Too little")
    anyshire.answer(anyshire.open_ask(raised.concern), "Hearing is fine")
    assert audience(latest(anyshire, "next-step-done")) == {(THERAPIST, "service")}


def test_urgent_is_urgent_for_those_who_work_and_never_for_a_family(anyshire: Anyshire) -> None:
    anyshire.raise_(a_concern(a_request("speech-language", priority="urgent")))
    for event in events(anyshire.records):
        for one in event["data"]["recipients"]:
            assert one["urgent"] == (one["audience"] != Audience.FAMILY)


def test_a_concern_without_a_carer_is_told_to_the_others(anyshire: Anyshire) -> None:
    whole = a_concern()
    anyshire.raise_(replace(whole, parts=(whole.parts[0], *whole.parts[2:])))
    assert {part for event in events(anyshire.records) for _, part in audience(event)} == {
        "referrer",
        "service",
    }


def _words_about_the_child() -> set[str]:
    """Names, numbers, places and every sentence of the example, and of what is said below."""

    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for one in value.values() for text in texts(one)]
        if isinstance(value, list):
            return [text for one in value for text in texts(one)]
        return [value] if isinstance(value, str) else []

    patient, related, _, story, _, request = (part.resource for part in the_example().parts)
    private = [patient["name"], patient["identifier"][0]["value"], patient["birthDate"]]
    private += [patient["address"][0]["line"], patient["address"][0]["postalCode"]]
    private += [related["name"], related["telecom"], request["reasonCode"][0]["text"]]
    private += [request["note"], [item["answer"] for item in story["item"]], SAID]
    return {text for text in texts(private) if len(text) > 3} - {
        "official", "usual", "phone", "email", "mobile",
    }  # fmt: skip


SAID = [
    "Does Zoya turn when you whisper?",
    "Yes, mostly.",
    "Not for us: Zoya is doing well.",
    "A quieter room first",
    "A better place for Zoya",
    "Found a private therapist",
]


def test_no_event_says_anything_about_the_child_or_the_family(anyshire: Anyshire) -> None:
    raised = anyshire.raise_(the_example())
    speech, adviser = (
        anyshire.referral_at(SPEECH, raised),
        anyshire.referral_at(EARLY_YEARS, raised),
    )
    anyshire.move(speech, Move.ASK, text=SAID[0])
    anyshire.answer(anyshire.open_ask(raised.concern), SAID[1])
    anyshire.move(speech, Move.RETURN, reason="other", text=SAID[2], next_step=SAID[3])
    to = service_id("camhs")
    anyshire.move(adviser, Move.REDIRECT, by="early.years", service=to, text=SAID[4])
    anyshire.withdraw(raised.concern, SAID[5], by=a_family(child_of(raised)))
    bodies = [json.dumps(event, ensure_ascii=False) for event in events(anyshire.records)]
    assert len(bodies) >= 8
    leaks = {(word, body) for body in bodies for word in _words_about_the_child() if word in body}
    assert leaks == set()


def test_every_event_is_one_that_notify_understands(anyshire: Anyshire, task: str) -> None:
    anyshire.move(task, Move.RETURN, reason="wrong-age", text="Too young")
    batch = json.dumps(events(anyshire.records)).encode()
    found = [event for event in read_batch(batch) if isinstance(event, CloudEvent)]
    read = [read_referral_event(event) for event in found]
    assert len(read) == 4
    assert {one.at for one in read} == {anyshire.clock()}


def test_what_is_refused_is_told_to_nobody(anyshire: Anyshire, task: str) -> None:
    before = len(events(anyshire.records))
    with pytest.raises(Exception, match="You may not"):
        anyshire.move(task, Move.ACCEPT, by="nursery")
    assert len(events(anyshire.records)) == before
