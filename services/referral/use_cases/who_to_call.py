"""The numbers to ring instead of sending a form."""

from collections.abc import Sequence
from datetime import date

from services.referral.domain.dated import in_force
from services.referral.domain.routing_rules import Phone, Rule

#: For each way in which the form can stop, the concern whose rule has the local numbers.
_CONCERNS = {
    "danger": "immediate-danger",
    "safeguarding": "possible-abuse-neglect",
    "crisis": "immediate-danger",
}
#: The same all over England: https://www.nhs.uk/nhs-services/mental-health-services/
_MENTAL_HEALTH = Phone(
    name="NHS 111, mental health option", number="111", note="day and night, for any age"
)


def who_to_call(stop: str, rules: Sequence[Rule], *, on: date) -> list[Phone]:
    """For `danger`, `safeguarding` or `crisis`, the most urgent first, by the rules in force."""
    concern = _CONCERNS[stop]
    stops = [
        rule.stops
        for rule in rules
        if rule.stops and concern in rule.when.concerns and in_force(rule, on)
    ]
    first = [_MENTAL_HEALTH] if stop == "crisis" else []
    return first + [phone for one in stops for phone in one.phones]
