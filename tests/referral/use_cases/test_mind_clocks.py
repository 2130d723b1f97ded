"""Who says “I have seen it”, and who excuses a limit: neither stops a clock or moves a date."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.referral.domain.exceptions import timeliness
from services.referral.domain.moves import Move
from services.referral.domain.running import RunningClock
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.move_referral import Excuse
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern, a_family, as_, service_id
from tests.referral.use_cases.reading import child_of

TRIAGE, DECIDE = "OUR-TRIAGE", "EHC-DECIDE"
#: When they apply; and of a closure when advice was asked for.
CIRCUMSTANCES: dict[str, dict[str, Any]] = {
    "E1": {"to": date(2026, 12, 22), "asked_on": date(2026, 12, 1)},
    "E2": {"to": date(2026, 12, 22), "asked_on": date(2026, 12, 1)},
    "E3": {},
    "E4": {"to": date(2026, 12, 25)},
}


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def late(anyshire: Anyshire, at: Workplace, task: str) -> str:
    """Nobody has decided, and it was raised a level."""
    for _ in range(3):
        anyshire.clock.pass_(days=5)
        escalate_overdue(at=at, now=anyshire.clock())
    return task


@pytest.fixture
def asked(anyshire: Anyshire) -> Raised:
    """Whether there will be an education, health and care assessment."""
    return anyshire.raise_(replace(a_concern(), services=frozenset({service_id("ehc")})))


@pytest.fixture
def undecided(anyshire: Anyshire, at: Workplace, asked: Raised) -> str:
    """The six weeks of the law are over."""
    anyshire.clock.pass_(days=45)
    escalate_overdue(at=at, now=anyshire.clock())
    return anyshire.referral_at("ehc", asked)


def say(anyshire: Anyshire, task: str, by: str = "speech") -> None:
    anyshire.move(task, Move.SEEN, by=by)


def excuse(anyshire: Anyshire, task: str, by: str = "coordinator", **changes: Any) -> None:
    ordinary: dict[str, Any] = {
        "code": "E3", "clock": DECIDE, "from_": date(2026, 11, 20), "to": date(2026, 12, 4),
        "evidence": "The mother was in hospital",
    }  # fmt: skip
    anyshire.move(task, Move.EXCEPTION, by=by, excuse=Excuse(**ordinary | changes))


def triage(anyshire: Anyshire, raised: Raised, task: str, *, id: str = TRIAGE) -> RunningClock:
    clocks = anyshire.referral(raised, task).clocks
    return next(one for one in clocks if one.clock == id)


def test_seen_is_written_down_and_the_climb_goes_on(
    anyshire: Anyshire, at: Workplace, raised: Raised, late: str
) -> None:
    before = anyshire.referral(raised, late)
    say(anyshire, late)
    after = anyshire.referral(raised, late)
    assert triage(anyshire, raised, late).acknowledged_at == anyshire.clock()
    assert (after.level, after.due_at) == (before.level, before.due_at)
    assert after.next_escalation_at == before.next_escalation_at
    anyshire.clock.pass_(days=30)
    escalate_overdue(at=at, now=anyshire.clock())
    assert anyshire.referral(raised, late).level > before.level


def test_it_is_seen_once_for_each_time(anyshire: Anyshire, late: str) -> None:
    say(anyshire, late)
    with pytest.raises(Conflict):
        say(anyshire, late)


def test_what_has_not_climbed_waits_for_nobody(anyshire: Anyshire, task: str) -> None:
    with pytest.raises(Conflict):
        say(anyshire, task)


@pytest.mark.parametrize(
    ("by", "failure"), [("nursery", NotAllowed), ("camhs", NotFound), ("nursery2", NotFound)]
)
def test_only_the_service_and_the_coordinator_say_that_they_have_seen_it(
    anyshire: Anyshire, late: str, by: str, failure: type[Exception]
) -> None:
    with pytest.raises(failure):
        say(anyshire, late, by)


@pytest.mark.parametrize("code", CIRCUMSTANCES)
def test_an_exception_stands_beside_its_limit_and_no_day_is_subtracted(
    anyshire: Anyshire, asked: Raised, undecided: str, code: str
) -> None:
    before = anyshire.referral(asked, undecided)
    excuse(anyshire, undecided, code=code, **CIRCUMSTANCES[code])
    after = anyshire.referral(asked, undecided)
    [kept] = after.exceptions
    assert (kept.code, kept.decided_by) == (code, as_("coordinator").reference)
    assert kept.evidence == "The mother was in hospital"
    assert (after.due_at, after.level, after.clocks) == (
        before.due_at, before.level, before.clocks,
    )  # fmt: skip
    clock, now = triage(anyshire, asked, undecided, id=DECIDE), anyshire.clock()
    assert not timeliness(clock, before.exceptions, now).with_exceptions
    assert timeliness(clock, after.exceptions, now).with_exceptions
    assert not timeliness(clock, after.exceptions, now).without_exceptions


@pytest.mark.parametrize(
    ("wrong", "at_part"),
    [
        ({"code": "E5"}, "code"),
        ({"clock": "OUR-ACK"}, "clock"),
        ({"clock": "COMM-18"}, "clock"),
        ({"to": date(2026, 11, 19)}, "to"),
        ({"code": "E4"}, "to"),
        ({"code": "E1", "to": date(2026, 12, 30)}, "askedOn"),
        ({"from_": date(2025, 11, 20), "to": date(2025, 12, 30)}, "from"),
        ({"evidence": "  "}, "evidence"),
    ],
)
def test_an_exception_is_one_of_the_law_with_its_evidence(
    anyshire: Anyshire, asked: Raised, undecided: str, wrong: dict[str, Any], at_part: str
) -> None:
    with pytest.raises(Invalid) as refused:
        excuse(anyshire, undecided, **wrong)
    places = [issue.expression for issue in refused.value.issues]
    assert places == [f"Task.extension.extension('{at_part}')"]
    assert anyshire.referral(asked, undecided).exceptions == ()


def test_a_standard_of_our_own_has_no_exception(anyshire: Anyshire, late: str) -> None:
    with pytest.raises(Invalid, match="No exception is known for OUR-TRIAGE"):
        excuse(anyshire, late, clock=TRIAGE)


@pytest.mark.parametrize("by", ["speech", "nursery"])
def test_only_a_coordinator_excuses(anyshire: Anyshire, late: str, by: str) -> None:
    with pytest.raises(NotAllowed):
        excuse(anyshire, late, by)


def test_a_family_does_none_of_it(anyshire: Anyshire, raised: Raised, late: str) -> None:
    family = a_family(child_of(raised))
    for move in (Move.SEEN, Move.EXCEPTION, Move.RECORD):
        with pytest.raises(NotAllowed):
            anyshire.move(late, move, by=family)


def test_what_has_ended_needs_no_excuse(anyshire: Anyshire, late: str) -> None:
    anyshire.move(late, Move.WITHDRAW, by="nursery", text="They moved")
    with pytest.raises(Conflict):
        excuse(anyshire, late)
