"""What became known of a child since the referral was made: it can only make more of it."""

from collections.abc import Set
from dataclasses import replace
from datetime import datetime

from services.referral.domain.concern import Concern
from services.referral.domain.escalation import in_time
from services.referral.domain.referral import Referral
from services.referral.domain.routing_rules import Priority
from services.referral.domain.rungs import ClockRules
from services.referral.domain.running import Risk


def more_urgent(
    concern: Concern, priority: Priority, risks: Set[Risk], *, now: datetime, rules: ClockRules
) -> Concern:
    """Whatever is open climbs by the ladder that counts now, from where it is: no due date moves,
    and no rung that it has taken is taken again."""
    for before in concern.open_referrals:
        after = raised(before, priority, risks)
        if after != before:
            concern = concern.with_referral(in_time(before, after, now=now, rules=rules))
    return concern


def raised(referral: Referral, priority: Priority, risks: Set[Risk]) -> Referral:
    """Never less urgent than it was, and urgent with a risk that is new."""
    is_new = bool(risks - referral.risks)
    most = Priority(referral.priority).or_higher(priority)
    most = most.or_higher(Priority.URGENT) if is_new else most
    return replace(referral, priority=most.value, risks=referral.risks | risks)
