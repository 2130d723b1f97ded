"""Accesses that a privacy officer should look at. They prove nothing: each has a reason to ask."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from statistics import median

from services.referral.domain.working_days import LONDON, london_date

#: More children in a day than this many times one's own usual day, and more than `BUSY` at all.
TIMES = 3
BUSY = 10
#: So many children looked at, with nothing done for them afterwards.
IDLE = 5
#: So many records that were not theirs.
REFUSED = 3
#: So many children between these hours of one London day.
NIGHT = 3
DAY_BEGINS, DAY_ENDS = 6, 22


class Sign(StrEnum):
    OWN_NAME = "own family name"
    VOLUME = "many children in a day"
    IDLE = "looked, and did nothing"
    REFUSED = "was refused several times"
    NIGHT = "looked at night"


@dataclass(frozen=True)
class Access:
    """Somebody's look at one child, or a change of that child's records; or that they asked for
    what is not theirs, and saw nothing."""

    who: str
    child: str
    at: datetime
    changes: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Unusual:
    """`count` is of children. `day` and `child` where the sign is about one."""

    sign: Sign
    who: str
    count: int = 1
    day: date | None = None
    child: str | None = None
    usual: float = 0


def unusual(
    accesses: Sequence[Access],
    *,
    own_names: Mapping[str, str],
    child_names: Mapping[str, frozenset[str]],
    times: float = TIMES,
) -> list[Unusual]:
    """Everything that shows a sign, sign by sign. Names are family names, folded alike."""
    seen = [one for one in accesses if not one.refused]
    return [
        *_own_name(accesses, own_names, child_names),
        *_volume(seen, times),
        *_idle(seen),
        *_refused(accesses),
        *_night(seen),
    ]


def _own_name(
    accesses: Iterable[Access],
    own_names: Mapping[str, str],
    child_names: Mapping[str, frozenset[str]],
) -> list[Unusual]:
    pairs = dict.fromkeys((one.who, one.child) for one in accesses)
    return [
        Unusual(Sign.OWN_NAME, who, child=child)
        for who, child in pairs
        if own_names.get(who) and own_names[who] in child_names.get(child, frozenset())
    ]


def _volume(accesses: Iterable[Access], times: float) -> list[Unusual]:
    seen: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in accesses:
        seen[one.who][london_date(one.at)].add(one.child)
    return [
        Unusual(Sign.VOLUME, who, len(children), day=day, usual=usual)
        for who, days in seen.items()
        for usual in [median(len(children) for children in days.values())]
        for day, children in days.items()
        if len(children) > max(BUSY, times * usual)
    ]


def _idle(accesses: Sequence[Access]) -> list[Unusual]:
    """A look is idle when the same person changed nothing of that child then or later."""
    last_change: dict[tuple[str, str], datetime] = {}
    for one in accesses:
        if one.changes:
            key = (one.who, one.child)
            last_change[key] = max(one.at, last_change.get(key, one.at))
    idle = {
        (one.who, one.child)
        for one in accesses
        if not one.changes and not _is_followed(one, last_change)
    }
    counts = Counter(who for who, _ in sorted(idle))
    return [Unusual(Sign.IDLE, who, count) for who, count in counts.items() if count >= IDLE]


def _refused(accesses: Iterable[Access]) -> list[Unusual]:
    pairs = {(one.who, one.child) for one in accesses if one.refused}
    counts = Counter(who for who, _ in sorted(pairs))
    return [Unusual(Sign.REFUSED, who, count) for who, count in counts.items() if count >= REFUSED]


def _night(accesses: Iterable[Access]) -> list[Unusual]:
    seen: dict[tuple[str, date], set[str]] = defaultdict(set)
    for one in accesses:
        if not DAY_BEGINS <= one.at.astimezone(LONDON).hour < DAY_ENDS:
            seen[one.who, london_date(one.at)].add(one.child)
    return [
        Unusual(Sign.NIGHT, who, len(children), day=day)
        for (who, day), children in seen.items()
        if len(children) >= NIGHT
    ]


def _is_followed(look: Access, last_change: Mapping[tuple[str, str], datetime]) -> bool:
    changed_at = last_change.get((look.who, look.child))
    return changed_at is not None and changed_at >= look.at
