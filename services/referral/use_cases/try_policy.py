"""Try a draft of the policies on what has happened: what would have climbed, when, and how much
more or less. Nothing is changed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from services.referral.domain.clocks import Clock
from services.referral.domain.dated import in_words
from services.referral.domain.escalation import replayed
from services.referral.domain.ladders import Ladder
from services.referral.domain.referral import Referral
from services.referral.domain.rungs import ClockRules
from services.referral.domain.working_days import london_date
from services.referral.policies.reader import Policies
from services.referral.records.every_concern import every_concern
from services.referral.records.reading import Reading
from services.referral.records.tasks import is_ask, to_referral
from services.referral.use_cases.workplace import Workplace
from shared.identity import job

POLICY_KEEPER = job("policy")
#: So many differences of a kind are named one by one.
NAMED = 50
PAGE = 200

V = TypeVar("V", Clock, Ladder)
History = list[tuple[Referral, datetime]]


@dataclass(frozen=True, order=True)
class Escalated:
    """One rung that one clock of one referral takes."""

    task: str
    clock: str
    level: int

    def __str__(self) -> str:
        return f"Task/{self.task}: {self.clock} to level {self.level}"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """When each rung was, or would have been, taken since that day: as it is, and under the
    draft."""

    since: date
    referrals: int
    as_is: dict[Escalated, date]
    drafted: dict[Escalated, date]

    def lines(self) -> Iterator[str]:
        """The figures by level, and then each difference."""
        yield f"Since {in_words(self.since)}, {self.referrals} referrals were looked at."
        yield "level   as it is   under the draft   difference"
        before, after = (
            Counter(one.level for one in taken) for taken in (self.as_is, self.drafted)
        )
        for level in sorted(before | after):
            more = after[level] - before[level]
            yield f"{level:>5}{before[level]:>11}{after[level]:>18}{more:>+13}"
        yield from self._named("Only under the draft", self.drafted, self.as_is)
        yield from self._named("No longer", self.as_is, self.drafted)
        yield from self._moved()

    def _named(
        self, title: str, these: dict[Escalated, date], those: dict[Escalated, date]
    ) -> Iterator[str]:
        only = sorted(these.keys() - those.keys())
        yield from _listed(title, [f"{one} on {in_words(these[one])}" for one in only])

    def _moved(self) -> Iterator[str]:
        both = sorted(self.as_is.keys() & self.drafted.keys())
        moved = [
            f"{one} on {in_words(self.drafted[one])} instead of {in_words(self.as_is[one])}"
            for one in both
            if self.as_is[one] != self.drafted[one]
        ]
        yield from _listed("At another time", moved)


def try_policy(draft: Policies, since: date, *, at: Workplace, page: int = PAGE) -> Tried:
    """Replay every referral that was open at some time since that London date, under the policies
    as they are and under the newest versions of the draft, as if these had been there all along. So
    many concerns are looked up together."""
    now = at.clock()
    with at.records.reading(POLICY_KEEPER, now=now) as record:
        as_is = at.rules.clock_rules(record)
        drafted = replace(
            as_is,
            clocks=_newest(draft.clocks, london_date(now)),
            ladders=_newest(draft.ladders, london_date(now)),
        )
        tried = Tried(since=since, referrals=0, as_is={}, drafted={})
        for history in _histories(record, since, page):
            tried = replace(tried, referrals=tried.referrals + 1)
            _add(tried.as_is, history, since, now, as_is)
            _add(tried.drafted, history, since, now, drafted)
        record.note("try-policy")
        return tried


def _add(
    taken: dict[Escalated, date], history: History, since: date, now: datetime, rules: ClockRules
) -> None:
    task = history[-1][0].id
    for one in replayed(history, now, rules)[1]:
        if london_date(one.at) >= since:
            taken[Escalated(task, one.clock, one.rung.level)] = london_date(one.at)


def _histories(record: Reading, since: date, page: int) -> Iterator[History]:
    """For each referral that counts, its concern's history, ended by its own last version."""
    for concerns in every_concern(record, size=page):
        for concern in concerns:
            found = record.of_concern(concern, "Task")
            tasks = [one.id for one in found if not is_ask(one.json)]
            yield from _of_concern([_versions(record, task) for task in tasks], since)


def _of_concern(versions: Sequence[History], since: date) -> Iterator[History]:
    whole = [entry for history in versions for entry in history]
    # Of one instant, what there was comes before what was made in its place.
    whole.sort(key=lambda entry: (entry[1], entry[0].made_at))
    for own in versions:
        last, changed = own[-1]
        if last.is_open or london_date(changed) >= since:
            yield [*whole, own[-1]]


def _versions(record: Reading, task: str) -> History:
    found = reversed(record.history("Task", task))
    return [(to_referral(one), one.last_updated) for one in found]


def _newest(versions: Sequence[V], today: date) -> tuple[V, ...]:
    """The last version of each that has not ended, in force from the beginning of time."""
    newest: dict[str, V] = {}
    for one in sorted(versions, key=lambda version: version.valid_from):
        newest[one.id] = one
    lasting = (one for one in newest.values() if one.valid_to is None or one.valid_to >= today)
    return tuple(replace(one, valid_from=date.min, valid_to=None) for one in lasting)


def _listed(title: str, found: Sequence[str]) -> Iterator[str]:
    if found:
        yield f"{title}:"
        yield from (f"  {one}" for one in found[:NAMED])
    if len(found) > NAMED:
        yield f"  and {len(found) - NAMED} more"
