"""The organisations and services of Anyshire, all invented."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from services.referral.domain.referral import ServiceId
from services.referral.domain.service_directory import Referrer, ServiceEntry, ServiceKind

NORTH, SOUTH = "North Anyshire", "South Anyshire"


def demo_id(name: str) -> str:
    """The same id for the same thing in every demo."""
    return str(uuid5(NAMESPACE_URL, f"https://sooner.example/demo/{name}"))


@dataclass(frozen=True, kw_only=True)
class Organisation:
    key: str
    name: str
    ods: str
    type: str
    phone: str
    district: str | None = None

    @property
    def id(self) -> str:
        return demo_id(f"organisation/{self.key}")


@dataclass(frozen=True, kw_only=True)
class Service:
    key: str
    organisation: str
    phone: str
    entry: ServiceEntry


ORGANISATIONS = (
    Organisation(
        key="council", name="Anyshire County Council", ods="Z99910", type="council",
        phone="01632 960100",
    ),
    Organisation(
        key="north-trust", name="North Anyshire Community NHS Trust", ods="Z99911",
        type="trust", phone="01632 960110", district=NORTH,
    ),
    Organisation(
        key="south-trust", name="South Anyshire Children's NHS Trust", ods="Z99912",
        type="trust", phone="01632 960120", district=SOUTH,
    ),
    Organisation(
        key="acorn", name="Acorn Lane Nursery", ods="Z99920", type="setting",
        phone="01632 960130", district=NORTH,
    ),
    Organisation(
        key="harbour", name="Harbour Steps Pre-school", ods="Z99921", type="setting",
        phone="01632 960131", district=SOUTH,
    ),
    Organisation(
        key="primary", name="Millbrook Primary School", ods="Z99922", type="school",
        phone="01632 960132", district=NORTH,
    ),
)  # fmt: skip

#: Kind, name, ages in months; run by each district's trust, once for each district.
_TRUST_SERVICES = (
    (ServiceKind.SPEECH, "Speech and language therapy", 0, 216),
    (ServiceKind.PAEDIATRICS, "Community paediatrics", 0, 216),
    (ServiceKind.AUDIOLOGY, "Children's hearing service", 0, 216),
    (ServiceKind.ORTHOPTICS, "Children's eye service", 0, 96),
    (ServiceKind.OCCUPATIONAL_THERAPY, "Children's occupational therapy", 0, 216),
    (ServiceKind.PHYSIOTHERAPY, "Children's physiotherapy", 0, 216),
    (ServiceKind.HEALTH_VISITING, "Health visiting", 0, 61),
)
_COUNTY_SERVICES = (
    ("camhs", "north-trust", ServiceKind.CAMHS, "Children's mental health (CAMHS)", 0, 216),
    ("neuro", "south-trust", ServiceKind.NEURODEVELOPMENTAL, "Neurodevelopmental service", 0, 216),
    ("parent-infant", "north-trust", ServiceKind.PARENT_INFANT, "Parent and infant service", 0, 36),
    ("edpsych", "council", ServiceKind.EDUCATIONAL_PSYCHOLOGY, "Educational psychology", 0, 300),
    ("early-years", "council", ServiceKind.EARLY_YEARS, "Early years SEND team", 0, 61),
    ("early-help", "council", ServiceKind.EARLY_HELP, "Early help and family hubs", 0, 216),
    ("sensory", "council", ServiceKind.SENSORY, "Sensory advisory teachers", 0, 228),
    ("ehc", "council", ServiceKind.EHC, "Education, health and care team", 0, 300),
    ("school", "primary", ServiceKind.SCHOOL, "Millbrook Primary: SEND support", 48, 144),
    ("desk", "council", ServiceKind.COORDINATION, "Referral coordination desk", 0, None),
)
_FROM_HEALTH = frozenset({Referrer.HEALTH})


def _service(
    key: str, organisation: str, kind: ServiceKind, name: str, ages: tuple[int, int | None],
    number: int, district: str | None = None,
) -> Service:  # fmt: skip
    entry = ServiceEntry(
        id=ServiceId(demo_id(f"service/{key}")),
        kind=kind,
        name=f"{name}, {district}" if district else name,
        areas=frozenset({district}) if district else frozenset(),
        age_from_months=ages[0],
        age_to_months=ages[1],
        accepts_from=_FROM_HEALTH if kind is ServiceKind.PHYSIOTHERAPY else frozenset(),
        is_desk=kind is ServiceKind.COORDINATION,
    )
    return Service(key=key, organisation=organisation, phone=f"01632 960{number}", entry=entry)


def _all_services() -> tuple[Service, ...]:
    of_trusts = [
        _service(f"{side}-{kind}", f"{side}-trust", kind, name, (youngest, oldest),
                 200 + 10 * index + line, district)
        for index, (side, district) in enumerate((("north", NORTH), ("south", SOUTH)))
        for line, (kind, name, youngest, oldest) in enumerate(_TRUST_SERVICES)
    ]  # fmt: skip
    of_county = [
        _service(key, organisation, kind, name, (youngest, oldest), 300 + line)
        for line, (key, organisation, kind, name, youngest, oldest) in enumerate(_COUNTY_SERVICES)
    ]
    return (*of_trusts, *of_county)


SERVICES = _all_services()


def service(key: str) -> Service:
    return next(one for one in SERVICES if one.key == key)


def organisation(key: str) -> Organisation:
    return next(one for one in ORGANISATIONS if one.key == key)
