"""The kinds of services there are, and how the right one for a child is found among them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from services.referral.domain.referral import ServiceId


class ServiceKind(StrEnum):
    SPEECH = "speech-language-therapy"
    PAEDIATRICS = "community-paediatrics"
    AUDIOLOGY = "audiology"
    ORTHOPTICS = "orthoptics"
    OCCUPATIONAL_THERAPY = "occupational-therapy"
    PHYSIOTHERAPY = "physiotherapy"
    HEALTH_VISITING = "health-visiting"
    EARLY_YEARS = "early-years-send"
    EDUCATIONAL_PSYCHOLOGY = "educational-psychology"
    CAMHS = "camhs"
    NEURODEVELOPMENTAL = "neurodevelopmental"
    EARLY_HELP = "early-help"
    SCHOOL = "school"
    SENSORY = "sensory-advisory"
    EHC = "ehc-assessment"
    PARENT_INFANT = "parent-infant"
    COORDINATION = "coordination"


class Referrer(StrEnum):
    """Who raises a concern."""

    SETTING = "setting"
    HEALTH = "health"
    FAMILY = "family"
    SCHOOL = "school"


KIND_WORDS: dict[ServiceKind, str] = {
    ServiceKind.SPEECH: "speech and language therapy",
    ServiceKind.PAEDIATRICS: "community paediatrics",
    ServiceKind.AUDIOLOGY: "hearing (audiology)",
    ServiceKind.ORTHOPTICS: "eye (orthoptics)",
    ServiceKind.OCCUPATIONAL_THERAPY: "occupational therapy",
    ServiceKind.PHYSIOTHERAPY: "physiotherapy",
    ServiceKind.HEALTH_VISITING: "health visiting",
    ServiceKind.EARLY_YEARS: "early years SEND",
    ServiceKind.EDUCATIONAL_PSYCHOLOGY: "educational psychology",
    ServiceKind.CAMHS: "children's mental health",
    ServiceKind.NEURODEVELOPMENTAL: "neurodevelopmental (autism and ADHD)",
    ServiceKind.EARLY_HELP: "early help",
    ServiceKind.SCHOOL: "school SEND",
    ServiceKind.SENSORY: "sensory advisory",
    ServiceKind.EHC: "education, health and care assessment",
    ServiceKind.PARENT_INFANT: "parent and infant",
    ServiceKind.COORDINATION: "coordination",
}

REFERRER_WORDS: dict[Referrer, str] = {
    Referrer.SETTING: "a nursery or other early years setting",
    Referrer.HEALTH: "a health professional",
    Referrer.FAMILY: "a family",
    Referrer.SCHOOL: "a school",
}


@dataclass(frozen=True, kw_only=True)
class ServiceEntry:
    """One service of the directory, and whom it takes.

    `areas` are districts; empty means the whole county. Ages are in whole months, from the first up
    to but not including the second; None means no upper limit. `accepts_from` empty means: from
    anyone. `accepting` is False while the service takes on nobody new.
    """

    id: ServiceId
    kind: ServiceKind
    name: str
    areas: frozenset[str] = frozenset()
    age_from_months: int = 0
    age_to_months: int | None = None
    accepts_from: frozenset[Referrer] = frozenset()
    is_desk: bool = False
    accepting: bool = True

    def covers(self, area: str | None) -> bool:
        return not self.areas or area in self.areas

    def takes_age(self, months: int | None) -> bool:
        """A child whose age is not known is not turned away: the service asks."""
        if months is None:
            return True
        return self.age_from_months <= months < (self.age_to_months or months + 1)

    def takes_from(self, referrer: Referrer) -> bool:
        return not self.accepts_from or referrer in self.accepts_from


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The service looked for: `area` None means anywhere, `only` means this one or none."""

    kind: ServiceKind
    area: str | None
    only: ServiceId | None
    age_months: int | None
    referrer: Referrer


@dataclass(frozen=True, kw_only=True)
class Unavailable:
    """There is no such service for this child, and why, in words."""

    why: str


#: Each question in its turn, and what to say when it leaves no service over.
_SIEVE: tuple[tuple[Callable[[ServiceEntry, Wanted], bool], str], ...] = (
    (
        lambda service, wanted: service.kind is wanted.kind and not service.is_desk,
        "the directory has no {what} service",
    ),
    (
        lambda service, wanted: wanted.only in (None, service.id),
        "the child's own {what} service is not in the directory",
    ),
    (
        lambda service, wanted: wanted.area is None or service.covers(wanted.area),
        "no {what} service covers {area}",
    ),
    (
        lambda service, wanted: service.takes_age(wanted.age_months),
        "the {what} service there takes no child of {age} months",
    ),
    (
        lambda service, wanted: service.takes_from(wanted.referrer),
        "the {what} service there takes no referral from {referrer}",
    ),
    (
        lambda service, wanted: service.accepting,
        "the {what} service there is not taking on anyone new at the moment",
    ),
)


def find_service(wanted: Wanted, services: Sequence[ServiceEntry]) -> ServiceEntry | Unavailable:
    """The first service of the directory that takes this child, or why none does."""
    left = list(services)
    for passes, why in _SIEVE:
        left = [service for service in left if passes(service, wanted)]
        if not left:
            return Unavailable(why=_in_words(why, wanted))
    return left[0]


def refusal(service: ServiceEntry, wanted: Wanted) -> str | None:
    """Why a service that a person chose cannot take this child, in words; None when it can.

    Where the child lives does not count here: a person may know better than the map.
    """
    asked = replace(wanted, kind=service.kind, area=None, only=service.id)
    found = find_service(asked, [replace(service, is_desk=False)])
    return found.why if isinstance(found, Unavailable) else None


def find_desk(areas: Sequence[str], services: Sequence[ServiceEntry]) -> ServiceEntry | None:
    """The coordinator's desk of the first of these areas that has one, else any desk."""
    desks = [service for service in services if service.is_desk]
    of_area = (desk for area in areas for desk in desks if desk.covers(area))
    return next(of_area, None) or next(iter(desks), None)


def _in_words(why: str, wanted: Wanted) -> str:
    return why.format(
        what=KIND_WORDS[wanted.kind],
        area=wanted.area,
        age=wanted.age_months,
        referrer=REFERRER_WORDS[wanted.referrer],
    )
