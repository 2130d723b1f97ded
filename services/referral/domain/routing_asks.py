"""What each line of a rule leads to: a service that takes this child, or why there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.referral.domain.routing_rules import ConcernFacts, Place, Rule, Send
from services.referral.domain.service_directory import (
    ServiceEntry,
    Unavailable,
    Wanted,
    find_service,
)


class Strength(StrEnum):
    FIRST = "first"
    CONSIDER = "consider"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One line of one rule, and what came of it."""

    result: ServiceEntry | Unavailable
    strength: Strength
    because: str
    rule: Rule
    question: str | None = None


def ask(rule: Rule, facts: ConcernFacts, services: Sequence[ServiceEntry]) -> Iterator[Asked]:
    """Each service that the rule asks for, sought in the directory."""
    lines = [(send, Strength.FIRST) for send in rule.send_to]
    lines += [(send, Strength.CONSIDER) for send in rule.consider]
    for send, strength in lines:
        yield Asked(
            result=_find(send, rule, facts, services),
            strength=strength,
            because=_because(send, rule, facts),
            rule=rule,
            question=send.question,
        )


def _find(
    send: Send, rule: Rule, facts: ConcernFacts, services: Sequence[ServiceEntry]
) -> ServiceEntry | Unavailable:
    if rule.may_refer and facts.referrer not in rule.may_refer.referrers:
        return Unavailable(why=rule.may_refer.otherwise)
    if send.place is Place.SCHOOL and facts.school is None:
        return Unavailable(why="the child's school is not known")
    area, _ = _place(send.place, facts)
    if send.place in (Place.HOME, Place.GP) and area is None:
        return Unavailable(why=_NOWHERE[send.place])
    wanted = Wanted(
        kind=send.service,
        area=area,
        only=facts.school if send.place is Place.SCHOOL else None,
        age_months=facts.age_months,
        referrer=facts.referrer,
    )
    return find_service(wanted, services)


_NOWHERE = {
    Place.HOME: "the child's home is not in a district that we know",
    Place.GP: "neither the GP practice nor the home is in a district that we know",
}


def _place(place: Place, facts: ConcernFacts) -> tuple[str | None, str]:
    """The district that counts, and why, as the end of a sentence."""
    if place is Place.HOME and facts.home_area:
        return facts.home_area, f" and the child lives in {facts.home_area}"
    if place is Place.GP and facts.gp_area:
        return facts.gp_area, f" and the GP practice is in {facts.gp_area}"
    if place is Place.GP and facts.home_area:
        known = f" and the child lives in {facts.home_area} (the GP practice is not known)"
        return facts.home_area, known
    return None, ""


def _because(send: Send, rule: Rule, facts: ConcernFacts) -> str:
    age = f" at {months_in_words(facts.age_months)}" if rule.when.asks_age else ""
    _, place = _place(send.place, facts)
    return f"{send.because}{age}{place} ({rule})"


def months_in_words(months: int | None) -> str:
    return "1 month" if months == 1 else f"{months} months"
