"""What the rules of Anyshire suggest, as a table of children."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.routing import Routing, route
from services.referral.domain.routing_asks import Strength
from services.referral.domain.routing_rules import LEGAL_STATUSES, ConcernFacts, Priority
from services.referral.domain.service_directory import Referrer
from services.referral.policies.reader import read_policies
from shared.fhir.codes import CODE_SYSTEMS, CONCERN
from tests.referral.domain.routing_builders import (
    NORTH,
    SOUTH,
    TODAY,
    a_concern,
    a_directory,
)

RULES = read_policies().rules
SERVICES = a_directory()
AGED = [
    replace(service, age_to_months=60 + 12 * n, accepts_from=frozenset(list(Referrer)[: n % 5]))
    for n, service in enumerate(SERVICES)
]
DRAMA_NUMBERS = re.compile(r"01632 960\d{3}|0808 157 0\d{3}|07700 900\d{3}|999|111")


def routed(*concerns: str, on: date = TODAY, **facts: Any) -> Routing:
    return route(a_concern(*concerns, **facts), RULES, SERVICES, on=on)


def kinds(routing: Routing, strength: Strength) -> set[str]:
    return {s.service.kind for s in routing.suggestions if s.strength is strength}


PAEDS, SPEECH, YEARS = "community-paediatrics", "speech-language-therapy", "early-years-send"
NEURO, EP, HV = "neurodevelopmental", "educational-psychology", "health-visiting"
OT, PHYSIO, EHC = "occupational-therapy", "physiotherapy", "ehc-assessment"
DESK = "coordination"

#: concern, age in months, who raises it: whom to ask first, whom to consider.
WHO_HELPS: list[tuple[str, int, str, set[str], set[str]]] = [
    ("speech-language", 40, "setting", {SPEECH, YEARS}, set()),
    ("speech-language", 59, "family", {SPEECH, YEARS}, set()),
    ("speech-language", 60, "school", {SPEECH}, {EP}),
    ("speech-language", 60, "family", {"school"}, set()),
    ("stammer", 50, "family", {SPEECH}, set()),
    ("stammer", 80, "school", {SPEECH}, set()),
    ("eating-swallowing", 20, "health", {SPEECH}, set()),
    ("eating-swallowing", 20, "setting", {HV, DESK}, set()),
    ("global-delay", 20, "health", {PAEDS, YEARS}, {OT, PHYSIO, HV}),
    ("global-delay", 70, "school", {PAEDS, "school"}, {EP}),
    ("social-communication", 40, "setting", {NEURO, YEARS}, {SPEECH}),
    ("social-communication", 70, "school", {NEURO, "school"}, {SPEECH}),
    ("learning-play-attention", 40, "setting", {YEARS}, {EP, HV, "orthoptics"}),
    ("learning-play-attention", 70, "school", {"school"}, {EP}),
    ("emotions-behaviour", 12, "family", {HV, YEARS}, {"early-help", "camhs", "parent-infant"}),
    ("emotions-behaviour", 40, "setting", {HV, YEARS}, {"early-help", "camhs"}),
    ("emotions-behaviour", 70, "school", {"school"}, {EP, "camhs"}),
    ("hearing", 40, "setting", {"audiology"}, {"sensory-advisory"}),
    ("vision", 40, "setting", {"orthoptics"}, {"sensory-advisory"}),
    ("motor", 40, "setting", {OT}, {PAEDS}),
    ("motor", 40, "health", {OT, PHYSIO}, {PAEDS}),
    ("lost-skills", 30, "family", {PAEDS, NEURO}, set()),
    ("lost-skills", 36, "setting", {PAEDS}, set()),
    ("family-stress", 40, "setting", {"early-help"}, {HV}),
    ("family-stress", 70, "school", {"early-help"}, set()),
    ("long-term-complex", 40, "setting", {EHC}, {EP, PAEDS}),
]


@pytest.mark.parametrize(("concern", "age", "referrer", "first", "consider"), WHO_HELPS)
def test_who_helps_with_what(
    concern: str, age: int, referrer: str, first: set[str], consider: set[str]
) -> None:
    routing = routed(concern, age_months=age, referrer=Referrer(referrer))
    assert kinds(routing, Strength.FIRST) == first
    assert kinds(routing, Strength.CONSIDER) == consider


def test_every_concern_that_a_form_may_take_stands_in_the_table() -> None:
    telephone = {"immediate-danger", "possible-abuse-neglect"}
    assert {row[0] for row in WHO_HELPS} == CODE_SYSTEMS[CONCERN].keys() - telephone


def test_few_words_at_three_with_hearing_not_checked() -> None:
    routing = routed("speech-language", hearing_checked=False)
    assert kinds(routing, Strength.FIRST) == {SPEECH, YEARS}
    assert kinds(routing, Strength.CONSIDER) == {"audiology"}
    assert routing.tell == ("GP", "health visitor")
    assert "hearing has not been checked" in routing.suggestions[-1].because
    assert routing.priority is Priority.ROUTINE
    assert not routing.not_possible


def test_last_years_rule_asked_early_years_less() -> None:
    routing = routed("speech-language", on=date(2026, 8, 31))
    assert kinds(routing, Strength.CONSIDER) == {YEARS}


@pytest.mark.parametrize("danger", ["immediate-danger", "possible-abuse-neglect"])
def test_danger_is_for_the_telephone_whatever_else_is_said(danger: str) -> None:
    routing = routed("speech-language", danger, age_months=None, home_area=None)
    assert routing.stop
    assert routing.stop.phones
    assert not routing.suggestions


def test_an_urgent_worry_about_feelings_at_school_age_asks_camhs_first() -> None:
    routing = routed("emotions-behaviour", age_months=70, priority=Priority.URGENT)
    assert kinds(routing, Strength.FIRST) == {"camhs", "school"}


def test_lost_skills_are_urgent_at_an_unknown_age_as_well() -> None:
    routing = routed("speech-language", lost_skills=True, age_months=None)
    assert routing.priority is Priority.URGENT
    assert PAEDS in kinds(routing, Strength.FIRST)


@pytest.mark.parametrize(
    ("status", "priority"),
    [("looked-after", "urgent"), ("protection-plan", "urgent"), ("child-in-need", "routine")],
)
def test_a_child_whom_the_council_looks_out_for(status: str, priority: str) -> None:
    routing = routed("hearing", legal_status=frozenset({status}))
    assert routing.priority == priority
    assert "social worker" in routing.tell


def test_invented_telephone_numbers_ring_nobody() -> None:
    phones = [phone.number for rule in RULES if rule.stops for phone in rule.stops.phones]
    assert phones
    assert all(DRAMA_NUMBERS.fullmatch(number) for number in phones)


AREAS = st.sampled_from([None, NORTH, SOUTH, "Elsewhere"])
MAYBE = st.sampled_from([None, False, True])
CONCERNS = sorted(CODE_SYSTEMS[CONCERN])
FACTS = st.builds(
    ConcernFacts,
    concerns=st.frozensets(st.sampled_from(CONCERNS), max_size=4),
    referrer=st.sampled_from(Referrer),
    age_months=st.none() | st.integers(0, 240),
    home_area=AREAS,
    gp_area=AREAS,
    school=st.sampled_from([None, "school-north", "unknown"]),
    legal_status=st.frozensets(st.sampled_from(sorted(LEGAL_STATUSES))),
    priority=st.sampled_from(Priority),
    hearing_checked=MAYBE,
    lost_skills=MAYBE,
)


@given(facts=FACTS, services=st.sets(st.sampled_from(SERVICES)))
def test_nobody_falls_through(facts: ConcernFacts, services: set[Any]) -> None:
    desk = [service for service in SERVICES if service.is_desk]
    routing = route(facts, RULES, [*services - {*desk}, *desk], on=TODAY)
    if routing.stop:
        assert not routing.suggestions
        return
    first = [s.service for s in routing.suggestions if s.strength is Strength.FIRST]
    ids = [suggestion.service.id for suggestion in routing.suggestions]
    assert first
    assert len(ids) == len(set(ids))
    assert all(s.because.startswith("because ") for s in routing.suggestions)
    assert all(s.rules or s.service.is_desk for s in routing.suggestions)
    order = list(Priority)
    assert order.index(routing.priority) >= order.index(facts.priority)


@given(facts=FACTS)
def test_a_service_that_is_suggested_takes_the_child(facts: ConcernFacts) -> None:
    anywhere = {"school", "parent-infant", "coordination"}
    for suggestion in route(facts, RULES, AGED, on=TODAY).suggestions:
        service = suggestion.service
        assert service.takes_age(facts.age_months) or service.is_desk
        assert service.takes_from(facts.referrer) or service.is_desk
        assert service.kind in anywhere or service.areas & set(facts.areas)
