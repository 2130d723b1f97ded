"""Somebody says that things have changed while a child waits: what that makes of the referral.

It can only make more of it: nothing is closed, put back or made less urgent by what was said.
"""

import re
from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.referral.domain.concern import Ask, AskId, AskKind, Concern, Taker
from services.referral.domain.referral import Referral, ReferralId
from services.referral.domain.routing_rules import Priority
from services.referral.domain.running import Risk
from services.referral.domain.working_days import (
    add_working_days,
    end_of_day,
    is_working_day,
    london_date,
)


class What(StrEnum):
    """What has changed."""

    WORSE = "worse"
    NEW = "new-worry"
    LOST_SKILLS = "lost-skills"
    RISK = "risk"
    OTHER = "other"
    TIMES = "times"


WHAT_WORDS: dict[What, str] = {
    What.WORSE: "Things are worse than before",
    What.NEW: "There is a new worry",
    What.LOST_SKILLS: "The child has lost words or skills",
    What.RISK: "Somebody may not be safe",
    What.OTHER: "Something else has changed",
    What.TIMES: "The family said which days suit them",
}
#: What people choose from; the days that suit have a form of their own.
CHOICES = tuple(what for what in What if what is not What.TIMES)
#: These let the referral climb by the swift ladder, and make it urgent.
_RISKS = {What.LOST_SKILLS: Risk.LOST_SKILLS, What.RISK: Risk.SAFEGUARDING}

#: Words after which the numbers to ring now are shown. They decide nothing: one too many does no
#: harm.
_DANGER = re.compile(
    r"suicid|kill|\bdie\b|\bdying|overdose|self.?harm|unconscious|not breath|can.?t breath"
    r"|chok|seizure|\bfits?\b|knife|weapon|abus|bruis|beat(s|ing|en)?\b|\bhit(s|ting)?\b"
    r"|hurt(s|ing)? (him|her|them|me|us|my|the child|our)|not safe|unsafe|scared of|afraid of"
    r"|violen|neglect|no food|run away|ran away",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody said, and to whom it goes: a person of the service, and the key contact."""

    what: What
    text: str
    people: tuple[str, ...]


def sounds_like_danger(what: What, text: str) -> bool:
    """Whether to show at once whom to ring."""
    return what is What.RISK or bool(_DANGER.search(text))


def by_when(now: datetime, holidays: Set[date]) -> datetime:
    """The end of the same day; of the next working day when this is none. What may be a risk is
    for today on any day: see `told`."""
    today = london_date(now)
    day = today if is_working_day(today, holidays) else add_working_days(today, 1, holidays)
    return end_of_day(day)


def told(
    concern: Concern, id: ReferralId, said: Told, *, ids: tuple[AskId, ...], now: datetime,
    holidays: Set[date],
) -> Concern:  # fmt: skip
    """The concern with something to do for each of the people, by the end of the day."""
    is_risk = said.what in _RISKS
    due = end_of_day(london_date(now)) if is_risk else by_when(now, holidays)
    for ask_id, person in zip(ids, said.people, strict=True):
        ask = Ask(
            id=ask_id,
            kind=AskKind.CHANGED,
            referral=id,
            owner=Taker.PERSON,
            person=person,
            text=f"{WHAT_WORDS[said.what]}. {said.text}",
            made_at=now,
            due_at=due,
        )
        concern = concern.with_ask(ask)
    return concern.with_referral(_raised(concern.referral(id), said.what))


def _raised(referral: Referral, what: What) -> Referral:
    risk = _RISKS.get(what)
    if risk is None:
        return referral
    urgent = Priority(referral.priority).or_higher(Priority.URGENT)
    return replace(referral, priority=urgent.value, risks=referral.risks | {risk})
