"""The people of Anyshire who sign in, and the systems that act for their organisations."""

from dataclasses import dataclass

from services.referral.demo.places import demo_id
from shared.identity import Role

#: The father of one of the children; his account has no organisation, only his child.
FAMILY_EMAIL = "family@example.org"
PASSWORD = "demo-only"  # noqa: S105 - public on purpose, and refused outside the demo


@dataclass(frozen=True, kw_only=True)
class Person:
    """`services` are keys of demo services; `client` says whether a system acts as this person;
    `post` is told when referrals climb."""

    key: str
    name: str
    role: Role
    title: str
    organisation: str
    services: tuple[str, ...] = ()
    client: bool = False
    post: str = ""

    @property
    def id(self) -> str:
        return demo_id(f"person/{self.key}")

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


_NORTH = (
    "north-speech-language-therapy", "camhs", "parent-infant", "north-community-paediatrics",
    "north-audiology", "north-orthoptics", "north-occupational-therapy", "north-physiotherapy",
    "north-health-visiting",
)  # fmt: skip
_SOUTH = (
    "south-speech-language-therapy", "south-community-paediatrics", "south-audiology",
    "south-orthoptics", "neuro", "south-occupational-therapy", "south-physiotherapy",
    "south-health-visiting",
)  # fmt: skip
_COUNCIL = ("edpsych", "early-years", "early-help", "sensory", "ehc", "school")

PEOPLE = (
    Person(
        key="nursery", name="Sam Lee", role=Role.SETTING, title="SENCO",
        organisation="acorn", client=True,
    ),
    Person(
        key="nursery2", name="Priya Nair", role=Role.SETTING, title="Manager",
        organisation="harbour", client=True,
    ),
    Person(
        key="speech", name="Asha Rahman", role=Role.PROFESSIONAL,
        title="Speech and language therapist", organisation="north-trust",
        services=("north-speech-language-therapy",), client=True,
    ),
    Person(
        key="speech.south", name="Tom Ellery", role=Role.PROFESSIONAL,
        title="Speech and language therapist", organisation="south-trust",
        services=("south-speech-language-therapy",),
    ),
    Person(
        key="camhs", name="Dr Owen Price", role=Role.PROFESSIONAL,
        title="Child psychologist", organisation="north-trust",
        services=("camhs", "parent-infant"), client=True,
    ),
    Person(
        key="edpsych", name="Grace Adeyemi", role=Role.PROFESSIONAL,
        title="Educational psychologist", organisation="council",
        services=("edpsych",), client=True,
    ),
    Person(
        key="school", name="Helen Marsh", role=Role.PROFESSIONAL,
        title="SENCO", organisation="primary", services=("school",), client=True,
    ),
    Person(
        key="coordinator", name="Maria Santos", role=Role.COORDINATOR,
        title="SEND coordinator", organisation="council", services=("desk",), client=True,
    ),
    Person(
        key="early.years", name="Joe Farrow", role=Role.PROFESSIONAL,
        title="Early years SEND adviser", organisation="council",
        services=("early-years", "early-help", "sensory", "ehc"),
    ),
    Person(
        key="paediatrics.north", name="Dr Lena Hoffmann", role=Role.PROFESSIONAL,
        title="Community paediatrician", organisation="north-trust",
        services=("north-community-paediatrics", "north-audiology", "north-orthoptics"),
    ),
    Person(
        key="paediatrics.south", name="Dr Kwame Boateng", role=Role.PROFESSIONAL,
        title="Community paediatrician", organisation="south-trust",
        services=("south-community-paediatrics", "south-audiology", "south-orthoptics", "neuro"),
    ),
    Person(
        key="therapy.north", name="Ruth Calder", role=Role.PROFESSIONAL,
        title="Occupational therapist", organisation="north-trust",
        services=("north-occupational-therapy", "north-physiotherapy"),
    ),
    Person(
        key="therapy.south", name="Ben Oyelaran", role=Role.PROFESSIONAL,
        title="Physiotherapist", organisation="south-trust",
        services=("south-occupational-therapy", "south-physiotherapy"),
    ),
    Person(
        key="visiting.north", name="Nadia Karim", role=Role.PROFESSIONAL,
        title="Health visitor", organisation="north-trust",
        services=("north-health-visiting",),
    ),
    Person(
        key="visiting.south", name="Sian Howells", role=Role.PROFESSIONAL,
        title="Health visitor", organisation="south-trust",
        services=("south-health-visiting",),
    ),
    Person(
        key="manager.north", name="Judith Amari", role=Role.PROFESSIONAL,
        title="Manager of children's services", organisation="north-trust",
        services=_NORTH, post="manager",
    ),
    Person(
        key="manager.south", name="Colin Reyes", role=Role.PROFESSIONAL,
        title="Manager of children's services", organisation="south-trust",
        services=_SOUTH, post="manager",
    ),
    Person(
        key="manager.council", name="Bronwen Tate", role=Role.PROFESSIONAL,
        title="Manager of early years and inclusion", organisation="council",
        services=_COUNCIL, post="manager",
    ),
    Person(
        key="area", name="Dr Farida Quaye", role=Role.COORDINATOR,
        title="Area SEND coordinator", organisation="council", post="area",
    ),
    Person(
        key="leader", name="Alun Pritchard", role=Role.COORDINATOR,
        title="Director of children's services", organisation="council", post="leaders",
    ),
    Person(
        key="admin", name="Robin Hale", role=Role.ADMIN, title="Administrator",
        organisation="council",
    ),
    Person(
        key="auditor", name="Frances Obi", role=Role.AUDITOR, title="Privacy officer",
        organisation="council", client=True,
    ),
)  # fmt: skip


def person(key: str) -> Person:
    return next(one for one in PEOPLE if one.key == key)


def worker_of(service: str) -> Person:
    """Whoever answers for the service with this id."""
    return next(p for p in PEOPLE if service in {demo_id(f"service/{key}") for key in p.services})
