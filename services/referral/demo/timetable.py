"""When things happened in the demo: on working days, in working hours, all of it before now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from services.referral.demo.cast import SEED, Child
from services.referral.demo.lives import BESIDE, Life, Step
from services.referral.domain.moves import Move
from services.referral.domain.working_days import LONDON, is_working_day, london_date

#: A draft was begun this many days ago.
_DRAFTED = (1, 6)
#: The last school day before the summer, as (month, day).
_LAST_OF_TERM = (7, 20)
#: No concern of the demo goes to more than four services.
_MOST_BESIDE = 3
#: So many steps the others have made at the most; few have come to an end.
_LENGTHS = (1, 1, 2, 3)
#: These end every referral of a concern.
ENDS_ALL = frozenset({Move.WITHDRAW, Move.ENTER_IN_ERROR})


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One step at its time."""

    step: Step
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """When a concern was raised, the steps of the referral it is about, and those of the others."""

    raised_at: datetime
    main: tuple[Planned, ...]
    beside: tuple[tuple[Planned, ...], ...]


class Days:
    """One child's days, the same for the same day of asking."""

    def __init__(self, child: Child, now: datetime, holidays: frozenset[date]) -> None:
        self._child, self._holidays = child, holidays
        self._today = london_date(now)
        self._rng = Random(f"{SEED}/{child.number}")  # noqa: S311 - invents times

    def timetable(self) -> Timetable:
        life = self._child.life
        if life is None:
            begun = self._working_day(self._ago(_DRAFTED))
            return Timetable(raised_at=self._moment(begun), main=(), beside=())
        raised, days = self._backwards(life)
        main = self._planned(life.steps, days)
        end = days[-1] if life.steps and life.steps[-1].move in ENDS_ALL else self._today
        return Timetable(
            raised_at=self._moment(raised),
            main=main,
            beside=tuple(
                self._planned(BESIDE, self._forwards(raised, end)) for _ in range(_MOST_BESIDE)
            ),
        )

    def _backwards(self, life: Life) -> tuple[date, list[date]]:
        """The day of raising, then the day of each step: no two steps on one day."""
        last = self._ago(life.since)
        gaps = [self._about(step.days) for step in life.steps]
        while self._is_closed((days := self._days_until(last, gaps))[0]):
            last -= timedelta(weeks=1)
        return days[0], days[1:]

    def _days_until(self, last: date, gaps: list[timedelta]) -> list[date]:
        days = [self._working_day(last)]
        for gap in reversed(gaps):
            days.insert(0, self._working_day(days[0] - gap))
        return days

    def _is_closed(self, day: date) -> bool:
        """A school raises nothing in the summer holidays."""
        in_summer = day.month == 8 or (day.month, day.day) > _LAST_OF_TERM
        return self._child.teller == "school" and in_summer and day.month < 9

    def _forwards(self, day: date, end: date) -> list[date]:
        """The days of as many steps as there is time for, and not always the last ones."""
        days: list[date] = []
        for step in BESIDE[: self._rng.choice(_LENGTHS)]:
            day = self._next_working_day(day + self._about(step.days))
            if day >= end:
                break
            days.append(day)
        return days

    def _planned(self, steps: Sequence[Step], days: list[date]) -> tuple[Planned, ...]:
        pairs = zip(steps, days, strict=False)
        return tuple(Planned(step=step, at=self._moment(day)) for step, day in pairs)

    def _ago(self, since: tuple[int, int]) -> date:
        return self._today - timedelta(days=self._rng.randint(*since))

    def _about(self, days: int) -> timedelta:
        return timedelta(days=max(1, round(days * self._rng.uniform(0.7, 1.3))))

    def _working_day(self, day: date) -> date:
        """That day, or the last working day before it."""
        while not is_working_day(day, self._holidays):
            day -= timedelta(days=1)
        return day

    def _next_working_day(self, day: date) -> date:
        """That day, or the first working day after it."""
        while not is_working_day(day, self._holidays):
            day += timedelta(days=1)
        return day

    def _moment(self, day: date) -> datetime:
        minute = self._rng.randrange(8 * 60 + 40, 16 * 60 + 50)
        return at(day, time(minute // 60, minute % 60))


def at(day: date, of_day: time) -> datetime:
    """That time of day in London, as a UTC instant."""
    return datetime.combine(day, of_day, LONDON).astimezone(UTC)
