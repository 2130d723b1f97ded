"""What a ladder is, and which one a clock climbs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from services.referral.domain.clocks import Force, Limit
from services.referral.domain.dated import Sure
from services.referral.domain.referral import Referral
from services.referral.domain.routing_rules import Priority
from services.referral.domain.running import Risk, RunningClock
from services.referral.domain.service_directory import ServiceKind
from services.referral.domain.working_days import london_date, start_of_day
from shared.contract import Audience

EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class After:
    """When a rung is reached: the first of what is said here.

    `percent` of the limit is used; the limit is over by so many working days (0: it is reached);
    so many weeks have passed since the clock started; the last exception of a clock that is overdue
    has run out.
    """

    percent: int | None = None
    working_days_late: int | None = None
    weeks: int | None = None
    exception_expires: bool = False

    def __str__(self) -> str:
        late = self.working_days_late
        said = (
            self.percent is not None and f"{self.percent} % of it is used",
            late is not None and ("it is over" if late == 0 else f"it is {late} working days over"),
            self.weeks is not None and f"{self.weeks} weeks have passed since it started",
            self.exception_expires and "the last exception has run out",
        )
        return " or ".join(words for words in said if words)


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Who is told at a level, what they must do and by when, and what happens if they do not."""

    level: int
    after: After
    tells: tuple[Audience, ...]
    action: str
    action_due: Limit
    otherwise: str
    raises_priority: Priority | None = None
    offers_next_best: bool = False


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """One version of one ladder, and for which clocks, services, priorities and risks it is; what
    is empty counts for all. With priorities or risks, any one of them is enough."""

    id: str
    clocks: frozenset[str] = frozenset()
    services: frozenset[ServiceKind] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    risks: frozenset[Risk] = frozenset()
    rungs: tuple[Rung, ...]
    kind: Force
    source: str
    sure: Sure
    valid_from: date
    valid_to: date | None = None
    applies_to_open: bool = False

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """Of two ladders that fit, the one of the higher rank counts."""
        return bool(self.clocks), bool(self.priorities or self.risks), bool(self.services)

    def fits(self, clock: str, referral: Referral, service: ServiceKind | None) -> bool:
        is_swift = Priority(referral.priority) in self.priorities or self.risks & referral.risks
        return (
            (not self.clocks or clock in self.clocks)
            and (not self.services or service in self.services)
            and (not (self.priorities or self.risks) or bool(is_swift))
        )


def ladders_over_time(
    clock: RunningClock, referral: Referral, service: ServiceKind | None, ladders: Sequence[Ladder]
) -> Iterator[tuple[datetime, datetime, Ladder]]:
    """The ladder that counts, from and until when: the one under which the clock started, and each
    later one that says that it applies to what is open."""
    fitting = [one for one in ladders if one.fits(clock.clock, referral, service)]
    started = london_date(clock.started_at)
    changes = sorted(
        {one.valid_from for one in fitting if one.applies_to_open and one.valid_from > started}
    )
    begins = [started, *changes]
    for begin, end in zip(begins, [*changes, None], strict=True):
        counting = _counting(fitting, started, begin)
        if counting:
            since = clock.started_at if begin == started else start_of_day(begin)
            yield since, start_of_day(end) if end else EVER, counting


def _counting(fitting: Sequence[Ladder], started: date, on: date) -> Ladder | None:
    """Of each ladder its version for a clock that started then, as things are on a later day; of
    these the one of the highest rank. A clock older than every ladder climbs the first there was.
    """
    versions: dict[str, Ladder] = {}
    for one in sorted(fitting, key=lambda ladder: ladder.valid_from):
        was_there = one.valid_from <= started and (not one.valid_to or started <= one.valid_to)
        if was_there or (one.applies_to_open and started < one.valid_from <= on):
            versions[one.id] = one
    first = min((one.valid_from for one in fitting), default=None)
    found = list(versions.values()) or [one for one in fitting if one.valid_from == first]
    return max(found, key=lambda ladder: ladder.rank, default=None)
