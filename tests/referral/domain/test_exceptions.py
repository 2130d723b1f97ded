"""What excuses a limit of the law: the due date stays, and the figures are given twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.referral.domain.exceptions import (
    Closure,
    ExceptionCode,
    Timeliness,
    timeliness,
    wrong_with,
)
from services.referral.domain.running import ClockException, RunningClock

DUE = datetime(2026, 9, 30, 22, 59, 59, tzinfo=UTC)
CLOCK = RunningClock(
    clock="EHC-FINAL",
    version=date(2014, 9, 1),
    started_at=datetime(2026, 5, 13, 9, tzinfo=UTC),
    due_at=DUE,
)
AWAY = ClockException(
    code="E4", clock="EHC-FINAL", from_=date(2026, 7, 1), to=date(2026, 8, 1),
    evidence="The family's letter", decided_by="Practitioner/maria", decided_at=DUE,
)  # fmt: skip
ALL = frozenset(ExceptionCode)

#: Six weeks of summer; the last day counts as the day it opens again.
SUMMER = Closure(first_day=date(2026, 7, 22), reopens=date(2026, 9, 2))
EDGES = {
    "eight days before it closes": (date(2026, 7, 14), False),
    "a week before it closes": (date(2026, 7, 15), True),
    "in the middle": (date(2026, 8, 10), True),
    "a week before it opens": (date(2026, 8, 26), True),
    "six days before it opens": (date(2026, 8, 27), False),
}


@pytest.mark.parametrize(("asked", "excused"), EDGES.values(), ids=EDGES)
def test_advice_asked_for_at_the_edges_of_a_six_week_closure(asked: date, excused: bool) -> None:
    assert SUMMER.excuses(asked) is excused


@pytest.mark.parametrize(("days", "excused"), [(27, False), (28, True)])
def test_a_closure_counts_from_four_continuous_weeks_on(days: int, excused: bool) -> None:
    first = date(2026, 12, 1)
    assert Closure(first_day=first, reopens=first + timedelta(days=days)).excuses(first) is excused


TIMES = {
    "in time": (DUE, (), Timeliness(without_exceptions=True, with_exceptions=True)),
    "late": (
        DUE + timedelta(seconds=1), (),
        Timeliness(without_exceptions=False, with_exceptions=False),
    ),
    "late and excused": (
        DUE + timedelta(days=9), (AWAY,),
        Timeliness(without_exceptions=False, with_exceptions=True),
    ),
    "late, and another clock is excused": (
        DUE + timedelta(days=9), (replace(AWAY, clock="EHC-DECIDE"),),
        Timeliness(without_exceptions=False, with_exceptions=False),
    ),
    "late, and excused only afterwards": (
        DUE + timedelta(days=90), (replace(AWAY, from_=date(2026, 10, 1), to=date(2026, 11, 1)),),
        Timeliness(without_exceptions=False, with_exceptions=False),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("ended", "exceptions", "expected"), TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("is_running", [True, False])
def test_every_figure_is_given_with_and_without(
    ended: datetime, exceptions: tuple[ClockException, ...], expected: Timeliness, is_running: bool
) -> None:
    clock = CLOCK if is_running else replace(CLOCK, stopped_at=ended)
    now = ended if is_running else ended + timedelta(days=99)
    assert timeliness(clock, exceptions, now) == expected


#: Six weeks of summer, and advice asked for in the middle of them.
CLOSED = replace(
    AWAY, code="E1", from_=date(2026, 7, 22), to=date(2026, 9, 1), asked_on=date(2026, 8, 10)
)
WRONG: dict[str, tuple[ClockException, list[tuple[str, str]]]] = {
    "right": (AWAY, []),
    "unknown": (replace(AWAY, code="E9"), [("code", "E9 is not an exception")]),
    "reversed": (replace(AWAY, to=date(2026, 6, 1)), [("to", "ends before it begins")]),
    "three weeks": (replace(AWAY, to=date(2026, 7, 22)), [("to", "four continuous weeks")]),
    "too early": (
        replace(AWAY, from_=date(2026, 1, 1), to=date(2026, 5, 12)),
        [("from", "over before the limit")],
    ),
    "too late": (
        replace(AWAY, from_=date(2026, 10, 1), to=date(2026, 11, 1)),
        [("from", "begins after its last day")],
    ),
    "nothing shows it": (replace(AWAY, evidence=" "), [("evidence", "Say what shows it")]),
    "closed": (CLOSED, []),
    "closed for 27 days": (
        replace(CLOSED, to=CLOSED.from_ + timedelta(days=26)), [("to", "four continuous weeks")],
    ),
    "closed for 28 days": (
        replace(CLOSED, to=CLOSED.from_ + timedelta(days=27), asked_on=CLOSED.from_), [],
    ),
    "closed, and nobody was asked": (
        replace(CLOSED, code="E2", asked_on=None), [("askedOn", "on which day advice")],
    ),
    "eight days before it closes": (
        replace(CLOSED, asked_on=date(2026, 7, 14)), [("askedOn", "a week before the closure")],
    ),
    "a week before it closes": (replace(CLOSED, asked_on=date(2026, 7, 15)), []),
    "a week before it opens": (replace(CLOSED, asked_on=date(2026, 8, 26)), []),
    "six days before it opens": (
        replace(CLOSED, asked_on=date(2026, 8, 27)), [("askedOn", "a week before it opens")],
    ),
    "closed the wrong way round": (
        replace(CLOSED, to=date(2026, 7, 1)),
        [("to", "ends before it begins"),],
    ),
    "asked before there was a limit": (
        replace(CLOSED, from_=date(2026, 5, 14), asked_on=date(2026, 5, 12)),
        [("askedOn", "before the limit began")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("exception", "expected"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_an_exception_is_refused_in_words_where_it_stands(
    exception: ClockException, expected: list[tuple[str, str]]
) -> None:
    found = list(wrong_with(exception, CLOCK, ALL))
    assert [part for part, _ in found] == [part for part, _ in expected]
    assert all(words in why for (_, why), (_, words) in zip(found, expected, strict=True))


def test_a_limit_knows_only_the_exceptions_of_its_own_rule() -> None:
    some = frozenset({ExceptionCode.PERSONAL})
    assert next(wrong_with(AWAY, CLOCK, some)) == ("code", "E4 is not an exception from EHC-FINAL.")
    assert next(wrong_with(AWAY, CLOCK, frozenset()))[0] == "clock"


def test_no_clock_no_exception() -> None:
    part, words = next(wrong_with(AWAY, None, frozenset()))
    assert (part, words) == ("clock", "EHC-FINAL does not run on this referral.")
