"""What the clocks must be, one by one and together."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from services.referral.domain.clocks import Clock, Start, Step, Stop
from services.referral.policies.dated_checks import check_dates, overlap
from services.referral.policies.policy_file import Entry, PolicyFile, Problem

#: The steps whose clock gives a referral its due date.
RUNNING_STEPS = frozenset({Step.TRIAGE, Step.WAIT})
PAIRS = (
    (Start.QUESTION, Stop.ANSWER),
    (Start.CONTACT, Stop.CONTACT),
    (Start.PAUSED, Stop.RESUMED),
)


def check_clock(clock: Clock) -> Iterator[Problem]:
    """All that is wrong with one clock by itself."""
    yield from check_dates(clock)
    for key, limit in (("limit", clock.limit), ("urgentLimit", clock.urgent_limit)):
        if limit is not None and limit.count < 1:
            yield (key, "count"), "a limit is at least 1"
    if (clock.start is None) is not (clock.stop is None):
        yield ("start",), "“start” and “stop” are both said, or neither"
    if clock.start is None and clock.step is None:
        yield ("start",), "the clock never runs: it has neither a step nor a start"
    if clock.step in RUNNING_STEPS and clock.start is None:
        yield ("start",), f"the step “{clock.step}” is that of a referral: say what starts it"
    yield from _check_fit(clock)


def _check_fit(clock: Clock) -> Iterator[Problem]:
    """Some starts and stops belong together."""
    for start, stop in PAIRS:
        if (clock.start is start) is not (clock.stop is stop):
            yield ("stop",), f"“{start}” and “{stop}” belong together"


def check_clocks_together(file: PolicyFile, entries: Sequence[Entry[Clock]]) -> None:
    """At most one clock answers for a step at a service, and every step has one for any service."""
    for one, other in combinations(entries, 2):
        if one.value.id != other.value.id and _compete(one.value, other.value):
            reason = f"competes with {one.name} for the step “{one.value.step}”"
            file.complain(other, ("step",), reason)
    ids = {entry.value.id for entry in entries}
    for entry in entries:
        leader = entry.value.along_with
        if leader and (leader not in ids or leader == entry.value.id):
            file.complain(entry, ("alongWith",), f"“{leader}” is not another clock that is known")
    lasting = {e.value.step for e in entries if not e.value.services and e.value.valid_to is None}
    for step in Step:
        if step not in lasting:
            file.complain_of_all(f"no clock without an end covers “{step}” at every service")


def _compete(one: Clock, other: Clock) -> bool:
    both_general = not one.services and not other.services
    shared = both_general or bool(one.services & other.services)
    same = one.step is not None and one.step is other.step
    return same and shared and overlap(one, other)
