"""What the ladders must be, one by one and together."""

from collections.abc import Iterator, Sequence, Set
from itertools import combinations, pairwise

from services.referral.domain.ladders import After, Ladder
from services.referral.policies.dated_checks import check_dates, overlap
from services.referral.policies.policy_file import Entry, PolicyFile, Problem
from shared.contract import Audience

HIGHEST = 4
#: Those who can still see that it is done in time.
_CAN_ACT = frozenset({Audience.SERVICE, Audience.REFERRER})


def check_ladder(ladder: Ladder, *, clocks: Set[str]) -> Iterator[Problem]:
    """All that is wrong with one ladder by itself."""
    yield from check_dates(ladder)
    for id in sorted(ladder.clocks - clocks):
        yield ("clocks",), f"“{id}” is not a clock that is known"
    if not ladder.rungs:
        yield ("rungs",), "a ladder has at least one rung"
        return
    if not _CAN_ACT & set(ladder.rungs[0].tells):
        yield ("rungs", 0, "tells"), "the first rung tells those who can still act"
    yield from _levels(ladder)
    for position, rung in enumerate(ladder.rungs):
        yield from ((("rungs", position, *way), reason) for way, reason in _after(rung.after))
        if not rung.tells:
            yield ("rungs", position, "tells"), "a rung tells somebody"
        if rung.action_due.count < 1:
            yield ("rungs", position, "actionDue", "count"), "a limit is at least 1"


def check_ladders_together(file: PolicyFile, entries: Sequence[Entry[Ladder]]) -> None:
    """At most one ladder answers for a clock, and every clock has one to climb."""
    for one, other in combinations(entries, 2):
        if one.value.id != other.value.id and _compete(one.value, other.value):
            file.complain(other, (), f"competes with {one.name}: both are for the same")
    lasting = [e.value for e in entries if e.value.valid_to is None]
    if not any(ladder.rank == (False, False, False) for ladder in lasting):
        file.complain_of_all("no ladder without an end covers every clock")
    for entry in entries:
        for position, why in _swerves(entry.value, lasting):
            file.complain(entry, ("rungs", position, "raisesPriority"), why)


def _levels(ladder: Ladder) -> Iterator[Problem]:
    for position, (lower, higher) in enumerate(pairwise(ladder.rungs), start=1):
        if higher.level <= lower.level:
            yield ("rungs", position, "level"), "each rung is of a higher level than the one before"
    for position, rung in enumerate(ladder.rungs):
        if not 0 <= rung.level <= HIGHEST:
            yield ("rungs", position, "level"), f"levels go from 0 to {HIGHEST}"


def _after(after: After) -> Iterator[Problem]:
    if after == After():
        yield ("after",), "“after” says when the rung is reached"
    if after == After(exception_expires=True):
        yield ("after",), "an exception may never expire: say when the rung is reached without one"
    if after.percent is not None and not 0 < after.percent < 100:
        yield ("after", "percent"), "part of a limit is from 1 to 99 percent"
    if after.working_days_late is not None and after.working_days_late < 0:
        yield ("after", "workingDaysLate"), "it is late by 0 working days or more"
    if after.weeks is not None and after.weeks < 1:
        yield ("after", "weeks"), "it is after 1 week or more"


def _compete(one: Ladder, other: Ladder) -> bool:
    """Of the same rank, on the same day, and for a referral that can be meant by both."""
    return (
        one.rank == other.rank
        and overlap(one, other)
        and _meet(one.clocks, other.clocks)
        and _meet(one.services, other.services)
        and bool(one.priorities & other.priorities or one.risks or other.risks or not one.rank[1])
    )


def _meet(one: Set[str], other: Set[str]) -> bool:
    return not one or not other or bool(one & other)


def _swerves(ladder: Ladder, others: Sequence[Ladder]) -> Iterator[tuple[int, str]]:
    """A rung that raises the priority would otherwise let the same clock climb the rest of a
    swifter ladder at once."""
    if ladder.clocks:
        return
    for position, rung in enumerate(ladder.rungs[:-1]):
        raised = {rung.raises_priority}
        swifter = [one for one in others if raised & one.priorities and one.id != ladder.id]
        if swifter and not raised & ladder.priorities:
            yield position, f"would go on by ladder {swifter[0].id}: raise it on the last rung"
