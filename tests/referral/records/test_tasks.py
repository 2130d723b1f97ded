"""Referrals and asks are written as FHIR Tasks and read back as they were."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.referral.domain.concern import Ask, AskKind, AskState, Taker
from services.referral.domain.exceptions import ExceptionCode
from services.referral.domain.moves import Kind, State
from services.referral.domain.referral import Referral
from services.referral.domain.running import (
    ClockException,
    HelpPart,
    PartialStop,
    Risk,
    RunningClock,
)
from services.referral.records.resource import Json, Resource, to_text
from services.referral.records.tasks import (
    CODES,
    changed_ask,
    changed_task,
    is_ask,
    new_ask,
    new_task,
    to_ask,
    to_referral,
)
from shared.fhir.check import check, is_refused
from shared.fhir.codes import BUSINESS_STATUS, CODE_SYSTEMS, HELP_PART, OUTCOME, RETURN_REASON
from tests.referral.builders import a_referral, an_ask, an_open_concern
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import HERE

WITH_REASON = {
    State.QUESTION, State.PAUSED, State.RETURNED, State.WITHDRAWN, State.IN_ERROR,
}  # fmt: skip

unhurried = settings(deadline=None)  # the first check loads the models of FHIR
ids = st.from_regex(r"[A-Za-z0-9.-]{1,20}", fullmatch=True)
words = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30).filter(str.strip)
#: Whole milliseconds, which is what a FHIR instant keeps.
instants = st.integers(0, 4_000_000_000_000).map(
    lambda millis: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
)


days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
clocks = st.builds(
    RunningClock,
    clock=ids,
    version=days,
    started_at=instants,
    due_at=instants,
    stopped_at=instants | st.none(),
    rungs=st.integers(0, 5),
    acknowledged_at=instants | st.none(),
    partial=st.lists(
        st.builds(PartialStop, part=st.sampled_from(HelpPart), at=instants), max_size=4
    ).map(tuple),
)
exceptions = st.builds(
    ClockException,
    code=st.sampled_from(ExceptionCode).map(str),
    clock=ids,
    from_=days,
    to=days,
    evidence=words,
    decided_by=ids.map(lambda id: f"Practitioner/{id}"),
    decided_at=instants,
    asked_on=days | st.none(),
)


@st.composite
def referrals(draw: st.DrawFn) -> Referral:
    state = draw(st.sampled_from(State))
    of_desk = draw(st.booleans())
    said: dict[str, Any] = {}
    if state in WITH_REASON:
        said["reason_text"] = draw(words)
    if state in (State.RETURNED, State.WITHDRAWN, State.IN_ERROR):
        said["reason"] = draw(st.sampled_from(sorted(CODE_SYSTEMS[RETURN_REASON])) | st.none())
    if state is State.CLOSED:
        said["outcome"] = draw(st.sampled_from(sorted(CODE_SYSTEMS[OUTCOME])))
        said["outcome_text"] = draw(words | st.none())
    if state is State.PAUSED:
        said["resumes"] = draw(st.sampled_from([State.RECEIVED, State.ACCEPTED]))
    return a_referral(
        id=draw(ids),
        service=draw(ids),
        kind=Kind.DESK if of_desk else Kind.SERVICE,
        state=state,
        priority=draw(st.sampled_from(["routine", "urgent", "asap", "stat"])),
        because=draw(words),
        first_received_at=draw(instants),
        made_at=draw(instants),
        due_at=draw(instants),
        assigned_to=draw(ids.map(lambda id: f"Practitioner/{id}") | st.none()),
        replaces=draw(ids | st.none()),
        level=draw(st.integers(0, 4)),
        risks=draw(st.frozensets(st.sampled_from(Risk))),
        clocks=tuple(draw(st.lists(clocks, max_size=3))),
        exceptions=tuple(draw(st.lists(exceptions, max_size=2))),
        last_contact=draw(instants | st.none()),
        next_escalation_at=draw(instants | st.none()),
        seen_at=draw(instants | st.none()),
        version=draw(st.integers(1, 99)),
        **said,
    )


def stored(task: Json, id: str, version: int = 1) -> Resource:
    """As it is read from the database: from its text."""
    whole = {**task, "id": id}
    return Resource(
        type="Task", id=id, version=version, last_updated=FRIDAY, body=to_text(whole), place=HERE
    )


@unhurried
@given(referrals())
def test_a_referral_comes_back_as_it_went_in(referral: Referral) -> None:
    concern = an_open_concern(referral)
    task = changed_task(new_task(referral, concern), referral, FRIDAY)
    assert to_referral(stored(task, referral.id, referral.version)) == referral
    assert not is_ask(task)


@unhurried
@given(referrals(), referrals())
def test_a_task_that_was_moved_says_what_the_referral_is_now(old: Referral, new: Referral) -> None:
    """Nothing of an earlier state stays behind: no reason of a pause, nor where it would resume."""
    fixed = ("id", "service", "kind", "because", "made_at")
    kept = {name: getattr(old, name) for name in fixed}
    now = type(new)(**{**vars(new), **kept})
    assume(old.state is not State.CLOSED and not _same_status_with_reason(old, now))
    task = changed_task(new_task(old, an_open_concern(old)), now, FRIDAY)
    assert to_referral(stored(task, now.id, now.version)) == now


def _same_status_with_reason(old: Referral, new: Referral) -> bool:
    """A client's own statusReason is kept as it was written while the status stays."""
    return CODES[old.state][0] == CODES[new.state][0] and new.state in WITH_REASON


@unhurried
@given(referrals())
def test_every_task_is_sound_fhir_with_codes_that_are_ours(referral: Referral) -> None:
    task = {**new_task(referral, an_open_concern(referral)), "id": referral.id}
    issues = check(task, now=FRIDAY)
    assert not is_refused(issues), issues


@unhurried
@given(
    st.builds(
        an_ask,
        id=ids,
        kind=st.sampled_from(AskKind),
        owner=st.sampled_from([Taker.REFERRER, Taker.FAMILY]),
        text=words,
        state=st.sampled_from(AskState),
        made_at=instants,
        due_at=instants,
        answer=words | st.none(),
    )
)
def test_an_ask_comes_back_as_it_went_in(ask: Ask) -> None:
    task = changed_ask(new_ask(ask, an_open_concern(), "Practitioner/asha"), ask, FRIDAY)
    back = to_ask(stored(task, ask.id))
    assert back == an_ask(**{**vars(ask), "version": 1})
    assert is_ask(task)


def test_no_two_states_look_alike() -> None:
    assert set(CODES) == set(State)
    assert len(set(CODES.values())) == len(State)
    assert {business for _, business in CODES.values() if business} == set(
        CODE_SYSTEMS[BUSINESS_STATUS]
    )


@pytest.mark.parametrize("state", sorted(WITH_REASON))
def test_a_state_that_needs_a_reason_shows_it(state: State) -> None:
    referral = a_referral(state=state, reason_text="In words")
    task = new_task(referral, an_open_concern(referral))
    assert task["statusReason"]["text"] == "In words"


def test_what_a_client_added_to_a_task_stays_when_it_is_moved() -> None:
    referral = a_referral()
    task = new_task(referral, an_open_concern(referral))
    ours = [*task["extension"], {"url": "https://elsewhere.example/E", "valueString": "kept"}]
    task = {**task, "extension": ours, "note": [{"text": "Called the mother"}]}
    moved = changed_task(task, a_referral(state=State.RECEIVED), FRIDAY)
    assert moved["note"] == [{"text": "Called the mother"}]
    urls = [one["url"] for one in moved["extension"] if not one["url"].endswith("/clock")]
    assert urls.count("https://elsewhere.example/E") == 1
    assert len(urls) == len(set(urls))


def test_a_part_of_the_help_is_recorded_by_an_output_and_the_outcome_stands_beside_it() -> None:
    referral = a_referral(state=State.SUPPORTING)
    part = {"coding": [{"system": HELP_PART, "code": "plan"}]}
    output = [{"type": part, "valueString": "Six sessions"}]
    task = {**new_task(referral, an_open_concern(referral)), "output": output}
    assert to_referral(stored(task, referral.id)).recorded == {HelpPart.PLAN}
    closed = a_referral(state=State.CLOSED, outcome="need-met", outcome_text="Talks")
    task = changed_task(task, closed, FRIDAY)
    back = to_referral(stored(task, referral.id))
    assert back.recorded == {HelpPart.PLAN}
    assert back.outcome_text == "Talks"
