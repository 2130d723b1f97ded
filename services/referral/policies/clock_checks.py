"""What the clocks must be, one by one and together."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from services.referral.domain.clocks import Clock, Step
from services.referral.policies.dated_checks import check_dates, overlap
from services.referral.policies.policy_file import Entry, PolicyFile, Problem


def check_clock(clock: Clock) -> Iterator[Problem]:
    """All that is wrong with one clock by itself."""
    yield from check_dates(clock)
    for key, limit in (("limit", clock.limit), ("urgentLimit", clock.urgent_limit)):
        if limit is not None and limit.count < 1:
            yield (key, "count"), "a limit is at least 1"


def check_clocks_together(file: PolicyFile, entries: Sequence[Entry[Clock]]) -> None:
    """At most one clock answers for a step at a service, and every step has one for any service."""
    for one, other in combinations(entries, 2):
        if one.value.id != other.value.id and _compete(one.value, other.value):
            reason = f"competes with {one.name} for the step “{one.value.step}”"
            file.complain(other, ("step",), reason)
    lasting = {e.value.step for e in entries if not e.value.services and e.value.valid_to is None}
    for step in Step:
        if step not in lasting:
            file.complain_of_all(f"no clock without an end covers “{step}” at every service")


def _compete(one: Clock, other: Clock) -> bool:
    both_general = not one.services and not other.services
    shared = both_general or bool(one.services & other.services)
    return one.step is other.step and shared and overlap(one, other)
