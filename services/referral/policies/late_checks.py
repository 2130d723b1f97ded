"""What the rules for late asks must be: nothing that is asked is late in silence."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from services.referral.domain.late_asks import TOLD_OF, LateRule
from services.referral.policies.dated_checks import check_dates, overlap
from services.referral.policies.policy_file import Entry, PolicyFile, Problem
from shared.contract import Audience


def check_late_rule(rule: LateRule) -> Iterator[Problem]:
    """All that is wrong with one rule by itself."""
    yield from check_dates(rule)
    for kind in sorted(rule.asks - TOLD_OF):
        yield ("asks",), f"a late {kind} climbs by its own clock"
    for key, limit in (("eachHas", rule.each_has), ("again", rule.again)):
        if limit.count < 1:
            yield (key, "count"), "a limit is at least 1"
    for position, audiences in enumerate(rule.tells):
        if not audiences:
            yield ("tells", position), "somebody is told"
    if not rule.tells or Audience.LEADERS not in rule.tells[-1]:
        yield ("tells",), "the last who are told, again and again, are the leaders"


def check_late_rules_together(file: PolicyFile, entries: Sequence[Entry[LateRule]]) -> None:
    """Exactly one rule answers for each kind of ask on any day from now on."""
    for one, other in combinations(entries, 2):
        same = one.value.asks & other.value.asks
        if one.value.id != other.value.id and same and overlap(one.value, other.value):
            file.complain(other, ("asks",), f"competes with {one.name}")
    lasting = [entry.value.asks for entry in entries if entry.value.valid_to is None]
    for kind in sorted(TOLD_OF - frozenset().union(*lasting)):
        file.complain_of_all(f"nobody is told of a late {kind} without an end")
