"""What a routing rule must be, beyond its shape, before the service starts with it."""

import re
from collections.abc import Iterator, Sequence, Set

import phonenumbers

from services.referral.domain.routing_rules import FOR_THE_TELEPHONE, LEGAL_STATUSES, Rule, When
from services.referral.domain.service_directory import ServiceKind
from services.referral.policies.dated_checks import check_dates
from services.referral.policies.policy_file import Problem

#: Emergency and health short numbers, which are no ordinary telephone numbers.
_SHORT_NUMBERS = frozenset({"999", "112", "111", "101"})


def check_rule(rule: Rule, *, concerns: Set[str], districts: Set[str]) -> Iterator[Problem]:
    """All that is wrong with one rule by itself."""
    yield from check_dates(rule)
    yield from _check_when(rule.when, concerns, districts)
    yield from _check_what_it_does(rule)
    if rule.stops:
        for position, phone in enumerate(rule.stops.phones):
            if not is_telephone_number(phone.number):
                way = ("stops", "phones", position, "number")
                yield way, f"“{phone.number}” is not a telephone number"


def uncovered_dangers(rules: Sequence[Rule]) -> Iterator[str]:
    """Each concern for the telephone that some child's form would not be stopped for."""
    always = [rule for rule in rules if rule.stops and rule.valid_to is None]
    stopped = {
        concern
        for rule in always
        for concern in rule.when.concerns
        if rule.when == When(concerns=rule.when.concerns)
    }
    for concern in sorted(FOR_THE_TELEPHONE - stopped):
        yield f"no rule without an end and without other conditions stops “{concern}”"


def is_telephone_number(text: str) -> bool:
    """A short number, or one that could be dialled in the United Kingdom."""
    if text in _SHORT_NUMBERS:
        return True
    if not re.fullmatch(r"[0-9 ]+", text):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, "GB"))
    except phonenumbers.NumberParseException:
        return False


def _check_when(when: When, concerns: Set[str], districts: Set[str]) -> Iterator[Problem]:
    known = (
        ("concerns", "concern", when.concerns - concerns),
        ("legalStatus", "legal status", when.legal_status - LEGAL_STATUSES),
        ("homeAreas", "district", when.home_areas - districts),
        ("gpAreas", "district", when.gp_areas - districts),
    )
    for key, noun, unknown in known:
        for code in sorted(unknown):
            yield ("when", key), f"“{code}” is not a {noun} that is known"
    if when == When():
        yield ("when",), "“when” asks nothing, so the rule would always apply"
    if when.age_under_months is not None and when.age_under_months <= (when.age_from_months or 0):
        yield ("when", "ageUnderMonths"), "no child is of that age"


def _check_what_it_does(rule: Rule) -> Iterator[Problem]:
    sends = (*rule.send_to, *rule.consider)
    if rule.stops and sends:
        yield ("stops",), "a rule that stops the form cannot send it anywhere"
    if rule.stops and not rule.stops.phones:
        yield ("stops", "phones"), "a rule that stops the form must name whom to telephone"
    if rule.may_refer and not sends:
        yield ("mayRefer",), "“mayRefer” limits nothing, because the rule sends nowhere"
    if not (sends or rule.stops or rule.tell or rule.meanwhile or rule.raise_priority):
        yield (), "the rule does nothing"
    for key, lines in (("sendTo", rule.send_to), ("consider", rule.consider)):
        for position, send in enumerate(lines):
            if send.service is ServiceKind.COORDINATION:
                way = (key, position, "service")
                yield way, "the desk takes what no rule covers; no rule sends there"
