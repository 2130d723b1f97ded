"""Which services a concern goes to, and the words that say why."""

from datetime import date
from typing import Any

import pytest

from services.referral.domain.routing import Routing, RuleVersion, route
from services.referral.domain.routing_asks import Strength
from services.referral.domain.routing_rules import (
    MayRefer,
    Phone,
    Place,
    Priority,
    Rule,
    Stop,
    When,
    applies,
    without_rules,
)
from services.referral.domain.service_directory import Referrer, ServiceEntry, ServiceKind
from shared.errors import Conflict
from tests.referral.domain.routing_builders import (
    NORTH,
    SOUTH,
    TODAY,
    a_concern,
    a_directory,
    a_rule,
    a_send,
    a_service,
)

TALKING = frozenset({"speech-language"})
UNDER_5 = When(concerns=TALKING, age_under_months=60)


def routed(
    *rules: Rule, services: list[ServiceEntry] | None = None, on: date = TODAY, **facts: Any
) -> Routing:
    concerns = facts.pop("concerns", ("speech-language",))
    directory = a_directory() if services is None else services
    return route(a_concern(*concerns, **facts), rules, directory, on=on)


def services_of(routing: Routing) -> list[str]:
    return [suggestion.service.id for suggestion in routing.suggestions]


def reason(routing: Routing) -> str:
    (suggestion,) = routing.suggestions
    return suggestion.because


def test_the_reason_names_worry_age_place_rule_and_date() -> None:
    rule = a_rule(UNDER_5, id="speech-under-5", send_to=(a_send(place=Place.HOME),))
    assert reason(routed(rule)) == (
        "because talking is a worry at 40 months and the child lives in North Anyshire "
        "(rule speech-under-5 of 1 September 2026)"
    )


def test_whoever_does_not_look_after_the_rules_reads_the_same_reason_without_them() -> None:
    rules = [a_rule(UNDER_5, id="speech-under-5", send_to=(a_send(),)), a_rule(id="any-age")]
    because = reason(routed(*rules))
    assert because.count("(rule") == 2
    plain = without_rules(because)
    assert "rule" not in plain
    assert plain.startswith("because talking is a worry at 40 months")
    assert without_rules("because a parent asked (by phone)") == "because a parent asked (by phone)"


def test_a_health_service_is_the_one_of_the_gp_practice() -> None:
    routing = routed(a_rule(), home_area=NORTH, gp_area=SOUTH)
    assert services_of(routing) == ["speech-language-therapy-south"]
    assert "the GP practice is in South Anyshire" in reason(routing)


def test_a_council_service_is_the_one_of_the_home() -> None:
    rule = a_rule(send_to=(a_send(ServiceKind.EARLY_YEARS, Place.HOME),))
    routing = routed(rule, home_area=NORTH, gp_area=SOUTH)
    assert services_of(routing) == ["early-years-send-north"]


def test_where_the_practice_is_not_known_the_home_decides_and_the_reason_says_so() -> None:
    routing = routed(a_rule(), home_area=SOUTH, gp_area=None)
    assert services_of(routing) == ["speech-language-therapy-south"]
    assert "lives in South Anyshire (the GP practice is not known)" in reason(routing)


def test_a_school_is_only_ever_the_childs_own() -> None:
    rule = a_rule(send_to=(a_send(ServiceKind.SCHOOL, Place.SCHOOL),))
    assert services_of(routed(rule, school="school-south")) == ["school-south"]
    assert services_of(routed(rule, school=None)) == ["coordination-north"]
    assert services_of(routed(rule, school="elsewhere")) == ["coordination-north"]


def test_a_county_service_does_not_ask_where_the_child_lives() -> None:
    rule = a_rule(send_to=(a_send(ServiceKind.PARENT_INFANT, Place.COUNTY),))
    routing = routed(rule, home_area=None, gp_area=None)
    assert services_of(routing) == ["parent-infant-north"]


def test_several_concerns_ask_each_service_once_with_all_reasons() -> None:
    hearing = a_rule(
        When(concerns=frozenset({"hearing"})),
        id="hearing",
        send_to=(a_send(because="hearing is a worry", question="Can she hear?"),),
    )
    routing = routed(a_rule(), hearing, concerns=("speech-language", "hearing"))
    (suggestion,) = routing.suggestions
    assert "because talking is a worry" in suggestion.because
    assert "; and because hearing is a worry" in suggestion.because
    assert [rule.id for rule in suggestion.rules] == ["speech", "hearing"]
    assert suggestion.questions == ("Can she hear?",)


def test_a_service_that_one_rule_asks_first_is_not_merely_considered() -> None:
    maybe = a_rule(id="maybe", send_to=(), consider=(a_send(),))
    routing = routed(maybe, a_rule())
    assert [s.strength for s in routing.suggestions] == [Strength.FIRST]


def test_what_to_ask_first_stands_first() -> None:
    rule = a_rule(consider=(a_send(ServiceKind.AUDIOLOGY),))
    maybe = a_rule(id="maybe", send_to=(), consider=(a_send(ServiceKind.CAMHS),))
    strengths = [s.strength for s in routed(maybe, rule).suggestions]
    assert strengths == [Strength.FIRST, Strength.CONSIDER, Strength.CONSIDER]


def test_people_to_tell_and_advice_are_said_once() -> None:
    rules = [a_rule(id=id, tell=("GP",), meanwhile=("Play.",)) for id in ("one", "two")]
    routing = routed(*rules)
    assert (routing.tell, routing.meanwhile) == (("GP",), ("Play.",))
    assert routing.applied == tuple(
        RuleVersion(id=id, valid_from=date(2026, 9, 1)) for id in ("one", "two")
    )


WHY_THE_DESK = {
    "no rule": ({"concerns": ("motor",)}, "no rule says who helps with “Moving or using hands”"),
    "no worry": ({"concerns": ()}, "no worry was named"),
    "no age": ({"age_months": None}, "a child whose age is not known"),
    "too old for the rule": ({"age_months": 60}, "for a child of 60 months"),
    "no place": ({"home_area": None, "gp_area": None}, "neither the GP practice nor the home"),
    "a place without the service": ({"gp_area": "Elsewhere"}, "service covers Elsewhere"),
}


@pytest.mark.parametrize(("facts", "words"), WHY_THE_DESK.values(), ids=WHY_THE_DESK)
def test_what_no_rule_can_place_goes_to_the_desk_with_the_reason(
    facts: dict[str, Any], words: str
) -> None:
    routing = routed(a_rule(UNDER_5), **facts)
    assert services_of(routing) == ["coordination-north"]
    assert words in reason(routing)
    assert any(words in why for why in routing.not_possible)


WHY_NOT_TAKEN = {
    "closed": ({"accepting": False}, "is not taking on anyone new at the moment"),
    "too old": ({"age_to_months": 40}, "takes no child of 40 months"),
    "too young": ({"age_from_months": 41}, "takes no child of 40 months"),
    "referrer": ({"accepts_from": frozenset({Referrer.HEALTH})}, "takes no referral from a nurse"),
    "other area": ({"areas": frozenset({SOUTH})}, "service covers North Anyshire"),
}


@pytest.mark.parametrize(("service", "words"), WHY_NOT_TAKEN.values(), ids=WHY_NOT_TAKEN)
def test_what_no_service_takes_goes_to_the_desk_with_the_reason(
    service: dict[str, Any], words: str
) -> None:
    desk = a_service(ServiceKind.COORDINATION)
    routing = routed(a_rule(), services=[a_service(ServiceKind.SPEECH, **service), desk])
    assert services_of(routing) == [desk.id]
    assert words in reason(routing)


def test_a_service_takes_children_up_to_but_not_including_its_last_age() -> None:
    service = a_service(ServiceKind.SPEECH, age_from_months=40, age_to_months=41)
    assert services_of(routed(a_rule(), services=[service])) == [service.id]


def test_a_child_of_unknown_age_is_not_turned_away_by_a_services_ages() -> None:
    service = a_service(ServiceKind.SPEECH, age_to_months=60)
    assert services_of(routed(a_rule(), services=[service], age_months=None)) == [service.id]


def test_a_service_to_consider_that_cannot_help_does_not_trouble_the_desk() -> None:
    rule = a_rule(consider=(a_send(ServiceKind.AUDIOLOGY),))
    routing = routed(rule, services=[a_service(ServiceKind.SPEECH)])
    assert services_of(routing) == ["speech-language-therapy-north"]
    assert routing.not_possible == (
        "the directory has no hearing (audiology) service (rule speech of 1 September 2026)",
    )


def test_who_may_not_refer_is_told_who_may_and_the_desk_takes_it() -> None:
    words = "ask the health visitor or GP to refer"
    health = MayRefer(referrers=frozenset({Referrer.HEALTH}), otherwise=words)
    rule = a_rule(may_refer=health)
    assert services_of(routed(rule, referrer=Referrer.HEALTH)) == ["speech-language-therapy-north"]
    refused = routed(rule, referrer=Referrer.FAMILY)
    assert services_of(refused) == ["coordination-north"]
    assert words in refused.not_possible[0]


def test_one_worry_of_two_without_a_rule_reaches_the_desk_as_well() -> None:
    routing = routed(a_rule(), concerns=("speech-language", "motor"))
    assert services_of(routing) == ["speech-language-therapy-north", "coordination-north"]


def test_the_desk_is_the_one_where_the_child_lives() -> None:
    routing = routed(home_area=SOUTH, gp_area=NORTH)
    assert services_of(routing) == ["coordination-south"]


def test_a_desk_is_not_asked_as_if_it_were_a_service() -> None:
    desk = a_service(ServiceKind.SPEECH, is_desk=True)
    (suggestion,) = routed(a_rule(), services=[desk]).suggestions
    assert "the directory has no speech and language therapy service" in suggestion.because


def test_a_directory_without_a_desk_cannot_lose_a_concern_in_silence() -> None:
    with pytest.raises(Conflict, match="no coordinator's desk"):
        routed(services=[])


def test_danger_stops_the_form_and_nothing_is_suggested() -> None:
    stop = Stop(title="Now", say="Call.", phones=(Phone(name="Emergency", number="999"),))
    danger = a_rule(When(concerns=frozenset({"immediate-danger"})), send_to=(), stops=stop)
    routing = routed(a_rule(), danger, concerns=("speech-language", "immediate-danger"))
    assert routing.stop == stop
    assert routing == Routing(priority=Priority.ROUTINE, stop=stop, applied=routing.applied)


def test_a_lost_skill_counts_as_a_worry_even_if_only_ticked() -> None:
    lost = a_rule(When(concerns=frozenset({"lost-skills"})), raise_priority=Priority.URGENT)
    assert routed(lost, a_rule(), lost_skills=True).priority is Priority.URGENT
    assert routed(lost, a_rule(), lost_skills=False).priority is Priority.ROUTINE


@pytest.mark.parametrize("given", Priority)
@pytest.mark.parametrize("raised", Priority)
def test_a_rule_raises_the_priority_and_never_lowers_it(given: Priority, raised: Priority) -> None:
    order = [Priority.ROUTINE, Priority.URGENT, Priority.ASAP, Priority.STAT]
    routing = routed(a_rule(raise_priority=raised), priority=given)
    assert order.index(routing.priority) == max(order.index(given), order.index(raised))


def test_the_version_in_force_on_the_day_decides() -> None:
    old = a_rule(valid_from=date(2025, 9, 1), valid_to=date(2026, 8, 31))
    new = a_rule(send_to=(a_send(ServiceKind.EARLY_YEARS),))
    assert services_of(routed(old, new, on=date(2026, 8, 31))) == ["speech-language-therapy-north"]
    assert services_of(routed(old, new, on=date(2026, 9, 1))) == ["early-years-send-north"]
    assert services_of(routed(old, new, on=date(2025, 8, 31))) == ["coordination-north"]


CONDITIONS = {
    "concern": ({"concerns": TALKING}, {"concerns": frozenset({"motor"})}),
    "age from": ({"age_from_months": 40}, {"age_months": 39}),
    "age under": ({"age_under_months": 41}, {"age_months": 41}),
    "home": ({"home_areas": frozenset({NORTH})}, {"home_area": SOUTH}),
    "practice": ({"gp_areas": frozenset({NORTH})}, {"gp_area": None}),
    "legal status": ({"legal_status": frozenset({"looked-after"})}, {"legal_status": frozenset()}),
    "priority": ({"priorities": frozenset({Priority.ROUTINE})}, {"priority": Priority.URGENT}),
    "referrer": ({"referrers": frozenset({Referrer.SETTING})}, {"referrer": Referrer.FAMILY}),
    "hearing": ({"hearing_checked": True}, {"hearing_checked": None}),
}


@pytest.mark.parametrize(("when", "otherwise"), CONDITIONS.values(), ids=CONDITIONS)
def test_each_condition_by_itself_decides_whether_a_rule_applies(
    when: dict[str, Any], otherwise: dict[str, Any]
) -> None:
    usual = {"legal_status": frozenset({"looked-after"})}
    assert applies(When(**when), a_concern("speech-language", **usual))
    assert not applies(When(**when), a_concern(**{"concerns": TALKING} | usual | otherwise))


@pytest.mark.parametrize(("checked", "asked"), [(False, True), (None, True), (True, False)])
def test_hearing_that_nobody_spoke_of_counts_as_not_checked(
    checked: bool | None, asked: bool
) -> None:
    when = When(hearing_checked=False)
    assert applies(when, a_concern(hearing_checked=checked)) is asked
