"""A child is not brought: nothing is closed, all hear of it, and a new time is somebody's work."""

from datetime import timedelta

import pytest

from services.referral.domain.concern import Ask, AskKind
from services.referral.domain.moves import Move, State
from services.referral.records.resource import Resource
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.miss_appointment import miss_appointment
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, NotAllowed, NotFound
from tests.referral.anyshire import Anyshire
from tests.referral.builders import as_
from tests.referral.use_cases.reading import audience, events

THERAPIST = as_("speech").reference


@pytest.fixture
def offered(anyshire: Anyshire, task: str) -> str:
    """A time an hour from now."""
    anyshire.move(task, Move.ACCEPT)
    anyshire.clock.pass_(minutes=1)
    anyshire.move(task, Move.OFFER, starts_at=anyshire.clock() + timedelta(hours=1))
    return task


@pytest.fixture
def over(anyshire: Anyshire, offered: str) -> str:
    anyshire.clock.pass_(hours=2)
    return offered


def miss(anyshire: Anyshire, task: str, by: str = "speech", text: str | None = None) -> None:
    with anyshire.records.writing(as_(by), now=anyshire.clock()) as record:
        miss_appointment(task, text, record=record, rules=anyshire.rules)


def to_find(anyshire: Anyshire, raised: Raised) -> list[Ask]:
    asks = anyshire.concern(raised.concern).open_asks
    return [one for one in asks if one.kind is AskKind.MISSED]


def appointments(anyshire: Anyshire, raised: Raised) -> list[Resource]:
    with anyshire.records.reading(as_("speech"), now=anyshire.clock()) as record:
        return record.of_concern(raised.concern, "Appointment")


def test_the_family_and_the_setting_hear_of_it(
    anyshire: Anyshire, raised: Raised, over: str
) -> None:
    miss(anyshire, over)
    event = events(anyshire.records)[-1]
    assert event["type"] == "sooner.referral.appointment-missed"
    assert event["data"]["state"] == State.OFFERED
    assert {part for _, part in audience(event)} == {"family", "referrer"}
    assert [one.json["status"] for one in appointments(anyshire, raised)] == ["noshow"]


def test_the_referral_stays_open_and_no_clock_stops(
    anyshire: Anyshire, raised: Raised, over: str
) -> None:
    before = anyshire.referral(raised, over)
    miss(anyshire, over)
    after = anyshire.referral(raised, over)
    assert (after.state, after.due_at, after.clocks) == (before.state, before.due_at, before.clocks)
    assert any(one.is_running for one in after.clocks)


def test_a_person_of_the_service_has_a_new_time_to_find(
    anyshire: Anyshire, raised: Raised, over: str
) -> None:
    miss(anyshire, over)
    [ask] = to_find(anyshire, raised)
    assert (ask.person, ask.referral) == (THERAPIST, over)
    assert timedelta(days=5) <= ask.due_at - anyshire.clock() <= timedelta(days=9)
    [row] = [row for row in anyshire.queue() if row.kind == AskKind.MISSED]
    assert (row.assigned_to, row.open) == (THERAPIST, True)


def test_a_new_offer_is_the_new_time_and_is_told_as_an_offer(
    anyshire: Anyshire, raised: Raised, over: str
) -> None:
    miss(anyshire, over)
    anyshire.clock.pass_(minutes=1)
    anyshire.move(over, Move.OFFER, starts_at=anyshire.clock() + timedelta(days=1))
    assert to_find(anyshire, raised) == []
    assert events(anyshire.records)[-1]["type"] == "sooner.referral.appointment-offered"


def test_one_that_nobody_finds_is_told_to_those_above(
    anyshire: Anyshire, raised: Raised, over: str
) -> None:
    miss(anyshire, over)
    anyshire.clock.pass_(days=12)
    at = Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    escalate_overdue(at=at, now=anyshire.clock())
    [ask] = to_find(anyshire, raised)
    assert ask.times_told == 1


def test_a_pause_does_not_forget_it(anyshire: Anyshire, raised: Raised, over: str) -> None:
    miss(anyshire, over)
    anyshire.move(over, Move.PAUSE, text="They are on holiday")
    assert len(to_find(anyshire, raised)) == 1


def test_it_is_said_once_and_not_before_its_time(anyshire: Anyshire, offered: str) -> None:
    with pytest.raises(Conflict):
        miss(anyshire, offered)
    anyshire.clock.pass_(hours=1)
    miss(anyshire, offered)
    told = len(events(anyshire.records))
    with pytest.raises(Conflict):
        miss(anyshire, offered)
    assert len(events(anyshire.records)) == told


def test_one_whose_time_was_never_set_cannot_be_missed(anyshire: Anyshire, task: str) -> None:
    anyshire.move(task, Move.ACCEPT)
    anyshire.move(task, Move.OFFER, text="We will ring you")
    anyshire.clock.pass_(days=30)
    with pytest.raises(Conflict):
        miss(anyshire, task)


@pytest.mark.parametrize(
    ("by", "refused"),
    [("nursery", NotAllowed), ("early.years", NotAllowed), ("camhs", NotFound)],
)
def test_only_its_service_may_say_so(
    anyshire: Anyshire, over: str, by: str, refused: type[Exception]
) -> None:
    before = anyshire.counts()
    with pytest.raises(refused):
        miss(anyshire, over, by)
    assert {**anyshire.counts(), "audit": 0} == {**before, "audit": 0}


def test_what_the_service_knows_of_why_stands_in_the_story(
    anyshire: Anyshire, raised: Raised, over: str
) -> None:
    miss(anyshire, over, text="The bus did not come")
    with anyshire.records.reading(as_("speech"), now=anyshire.clock()) as record:
        last = record.of_concern(raised.concern, "Provenance")[-1]
    assert last.json["activity"]["text"] == "The bus did not come"
    assert {"reference": f"Task/{over}"} in [
        {"reference": one["reference"].partition("/_history")[0]} for one in last.json["target"]
    ]
