"""What a routing rule can ask about a concern, and what it can say."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.referral.domain.dated import Sure, in_words
from services.referral.domain.referral import ServiceId
from services.referral.domain.running import Risk
from services.referral.domain.service_directory import Referrer, ServiceKind

#: A lost skill is a concern of its own, whether it was named as one or answered in the form.
LOST_SKILLS = "lost-skills"

#: A rule as it names itself at the end of a reason.
_RULE_NAMED = re.compile(r" \(rule \S+ of \d{1,2} [A-Z][a-z]+ \d{4}\)")

_STATUS_RISKS = {"looked-after": Risk.LOOKED_AFTER, "protection-plan": Risk.SAFEGUARDING}

#: The concerns that no form may take: they are for the telephone, now.
FOR_THE_TELEPHONE = frozenset({"immediate-danger", "possible-abuse-neglect"})

LEGAL_STATUSES = frozenset(
    {
        "looked-after",
        "child-in-need",
        "protection-plan",
        "special-guardianship",
        "adopted",
        "court-order",
    }
)


class Priority(StrEnum):
    """FHIR's request priorities, the least urgent first."""

    ROUTINE = "routine"
    URGENT = "urgent"
    ASAP = "asap"
    STAT = "stat"

    def or_higher(self, other: "Priority | None") -> "Priority":
        order = list(Priority)
        return max(self, other or self, key=order.index)


class Place(StrEnum):
    """By which place a service is chosen: council services by home, most health services by GP."""

    HOME = "home"
    GP = "gp"
    COUNTY = "county"
    SCHOOL = "school"


@dataclass(frozen=True, kw_only=True)
class ConcernFacts:
    """All that routing may know about a concern. None means that nobody has said.

    Areas are districts. `school` is the child's own school as a service of the directory.
    """

    concerns: frozenset[str]
    referrer: Referrer
    age_months: int | None = None
    home_area: str | None = None
    gp_area: str | None = None
    school: ServiceId | None = None
    legal_status: frozenset[str] = frozenset()
    priority: Priority = Priority.ROUTINE
    hearing_checked: bool | None = None
    lost_skills: bool | None = None

    @property
    def worries(self) -> frozenset[str]:
        return self.concerns | {LOST_SKILLS} if self.lost_skills else self.concerns

    @property
    def risks(self) -> frozenset[Risk]:
        """What lets the referrals of this concern climb by the swift ladder."""
        found = {_STATUS_RISKS[status] for status in self.legal_status & _STATUS_RISKS.keys()}
        return frozenset(found | ({Risk.LOST_SKILLS} if LOST_SKILLS in self.worries else set()))

    @property
    def areas(self) -> tuple[str, ...]:
        return tuple(area for area in (self.home_area, self.gp_area) if area)


@dataclass(frozen=True, kw_only=True)
class When:
    """What must be so for a rule to apply: any one of each list that is not empty.

    Ages are in whole months, up to but not including `age_under_months`. `hearing_checked` False
    also means: nobody has said that it was.
    """

    concerns: frozenset[str] = frozenset()
    age_from_months: int | None = None
    age_under_months: int | None = None
    home_areas: frozenset[str] = frozenset()
    gp_areas: frozenset[str] = frozenset()
    legal_status: frozenset[str] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    referrers: frozenset[Referrer] = frozenset()
    hearing_checked: bool | None = None

    @property
    def asks_age(self) -> bool:
        return self.age_from_months is not None or self.age_under_months is not None


@dataclass(frozen=True, kw_only=True)
class Send:
    """One kind of service to ask; `because` completes the sentence "because …"."""

    service: ServiceKind
    place: Place
    because: str
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class MayRefer:
    """Who may make this referral, and what to tell everyone else."""

    referrers: frozenset[Referrer]
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class Phone:
    name: str
    number: str
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Stop:
    """What is shown instead of the form: this is for the telephone, not for a queue."""

    title: str
    say: str
    phones: tuple[Phone, ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One version of one routing rule. `valid_to` is its last day; None means until changed."""

    id: str
    valid_from: date
    valid_to: date | None = None
    when: When
    send_to: tuple[Send, ...] = ()
    consider: tuple[Send, ...] = ()
    tell: tuple[str, ...] = ()
    meanwhile: tuple[str, ...] = ()
    raise_priority: Priority | None = None
    stops: Stop | None = None
    may_refer: MayRefer | None = None
    source: str
    sure: Sure

    def __str__(self) -> str:
        return f"rule {self.id} of {in_words(self.valid_from)}"


def without_rules(because: str) -> str:
    """The same reason for whoever does not look after the rules, such as a family."""
    return _RULE_NAMED.sub("", because)


def applies(when: When, facts: ConcernFacts) -> bool:
    """Whether all that the rule asks is so."""
    return (
        _any_of(when.concerns, facts.worries)
        and _any_of(when.legal_status, facts.legal_status)
        and _any_of(when.home_areas, frozenset({facts.home_area}))
        and _any_of(when.gp_areas, frozenset({facts.gp_area}))
        and _any_of(when.priorities, frozenset({facts.priority}))
        and _any_of(when.referrers, frozenset({facts.referrer}))
        and when.hearing_checked in (None, bool(facts.hearing_checked))
        and _is_of_age(when, facts.age_months)
    )


def _any_of(asked: frozenset[str], given: frozenset[str | None]) -> bool:
    return not asked or not asked.isdisjoint(given)


def _is_of_age(when: When, months: int | None) -> bool:
    if months is None:
        return not when.asks_age
    above = when.age_from_months is None or months >= when.age_from_months
    below = when.age_under_months is None or months < when.age_under_months
    return above and below
