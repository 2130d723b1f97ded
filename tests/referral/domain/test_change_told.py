"""What becomes of a referral when somebody says that things have changed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.change_told import Told, What, by_when, sounds_like_danger, told
from services.referral.domain.concern import AskId, AskKind, Concern, Taker
from services.referral.domain.moves import State
from services.referral.domain.referral import ReferralId
from services.referral.domain.routing_rules import Priority
from services.referral.domain.running import Risk
from services.referral.domain.working_days import london_date
from shared.bank_holidays import bank_holidays
from tests.referral.builders import a_referral, an_open_concern

HOLIDAYS = bank_holidays()
FIRST = ReferralId("referral-1")
PEOPLE = ("Practitioner/speech", "Practitioner/nursery")
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)
ORDER = list(Priority)


def said(what: What, concern: Concern | None = None, now: datetime = FRIDAY) -> Concern:
    words = Told(what=what, text="He stopped talking.", people=PEOPLE)
    ids = (AskId("one"), AskId("two"))
    before = concern or an_open_concern()
    return told(before, FIRST, words, ids=ids, now=now, holidays=HOLIDAYS)


@pytest.mark.parametrize("what", What)
def test_each_person_gets_it_by_name_with_the_words(what: What) -> None:
    asks = said(what).open_asks
    assert [(one.kind, one.owner, one.person) for one in asks] == [
        (AskKind.CHANGED, Taker.PERSON, person) for person in PEOPLE
    ]
    assert all(one.text.endswith("He stopped talking.") for one in asks)


@pytest.mark.parametrize(
    ("now", "what", "day"),
    [
        ("2026-11-20T10:00", What.WORSE, "2026-11-20"),  # a Friday
        ("2026-11-20T23:59", What.WORSE, "2026-11-20"),
        ("2026-11-21T10:00", What.WORSE, "2026-11-23"),  # on a Saturday: Monday
        ("2026-11-21T10:00", What.RISK, "2026-11-21"),  # but a risk never waits for Monday
        ("2026-12-25T10:00", What.NEW, "2026-12-29"),  # Boxing Day is made up for on the Monday
        ("2026-06-01T23:30", What.NEW, "2026-06-02"),  # it is the second already in London
    ],
)
def test_it_is_for_the_same_working_day(now: str, what: What, day: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert {str(london_date(one.due_at)) for one in said(what, now=at).open_asks} == {day}
    assert by_when(at, HOLIDAYS) >= at


@pytest.mark.parametrize(
    ("what", "priority", "risks"),
    [
        (What.WORSE, "routine", frozenset()),
        (What.NEW, "routine", frozenset()),
        (What.OTHER, "routine", frozenset()),
        (What.LOST_SKILLS, "urgent", frozenset({Risk.LOST_SKILLS})),
        (What.RISK, "urgent", frozenset({Risk.SAFEGUARDING})),
    ],
)
def test_lost_skills_and_a_risk_make_it_urgent(
    what: What, priority: str, risks: frozenset[Risk]
) -> None:
    [after] = said(what).referrals
    assert (after.priority, after.risks) == (priority, risks)


@given(st.sampled_from(What), st.sampled_from(State), st.sampled_from(ORDER), st.integers(0, 4))
def test_it_never_closes_or_calms_anything(
    what: What, state: State, priority: Priority, level: int
) -> None:
    before = a_referral(state=state, priority=priority.value, level=level)
    concern = an_open_concern(before)
    after = said(what, concern)
    [now] = after.referrals
    assert (now.state, now.level, now.due_at) == (before.state, before.level, before.due_at)
    assert ORDER.index(Priority(now.priority)) >= ORDER.index(priority)
    assert after.status is concern.status


@pytest.mark.parametrize(
    "text",
    [
        "Her stepfather hits her", "bruises on both arms", "he says he wants to die",
        "I am scared of my partner", "he is not breathing well", "she took an overdose",
    ],
)  # fmt: skip
def test_words_of_danger_lead_to_the_telephone(text: str) -> None:
    assert sounds_like_danger(What.OTHER, text)


@pytest.mark.parametrize("text", ["He has new words", "We moved house", "She is better, thank you"])
def test_other_words_do_not(text: str) -> None:
    assert not sounds_like_danger(What.WORSE, text)
    assert sounds_like_danger(What.RISK, text)
