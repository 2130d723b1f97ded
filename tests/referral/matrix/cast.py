"""Who takes part in the matrix, and whose records each of them may see."""

from typing import Any

from services.referral.demo.people import person
from services.referral.demo.places import demo_id
from shared.identity import Role
from tests.referral.builders import COUNTY, service_id

#: The three concerns: raised by the nursery, by a colleague there, and by another nursery. The
#: first two went to speech and language therapy of the north, the third to CAMHS.
MINE, COLLEAGUES, OTHERS = "mine", "my colleague's", "others'"
CONCERNS = (MINE, COLLEAGUES, OTHERS)

#: People of the demo.
KNOWN = (
    "nursery", "nursery2", "speech", "speech.south", "camhs", "edpsych", "school", "coordinator",
    "admin", "auditor",
)  # fmt: skip

#: For each person, the concerns that they may see.
SEES: dict[str, frozenset[str]] = {
    "nursery": frozenset({MINE, COLLEAGUES}),
    "nursery.colleague": frozenset({MINE, COLLEAGUES}),
    "nursery2": frozenset({OTHERS}),
    "speech": frozenset({MINE, COLLEAGUES}),
    "speech.colleague": frozenset({MINE, COLLEAGUES}),
    "speech.south": frozenset(),
    "camhs": frozenset({OTHERS}),
    "edpsych": frozenset(),
    "school": frozenset(),
    "coordinator": frozenset(CONCERNS),
    "coordinator.elsewhere": frozenset(),
    "mother": frozenset({MINE}),
    "other.mother": frozenset({OTHERS}),
    "admin": frozenset(),
    "auditor": frozenset(),
}
PEOPLE = tuple(SEES)

#: The setting, the services and the coordinator by the part that they play.
RAISED = {"nursery": (MINE, COLLEAGUES), "nursery.colleague": (MINE, COLLEAGUES),
          "nursery2": (OTHERS,)}  # fmt: skip
ASKED = {"speech": (MINE, COLLEAGUES), "speech.colleague": (MINE, COLLEAGUES),
         "camhs": (OTHERS,)}  # fmt: skip
FAMILY = {"mother": (MINE,), "other.mother": (OTHERS,)}
COORDINATORS = {"coordinator": CONCERNS}


def account_of(who: str) -> str:
    return person(who).id if who in KNOWN else f"account-{who}"


def new_accounts(children: dict[str, str]) -> list[dict[str, Any]]:
    """Those whom the demo does not know; `children` are the ids by concern."""
    acorn, trust = person("nursery").organisation, person("speech").organisation
    speech = service_id("north-speech-language-therapy")
    return [
        _account("nursery.colleague", Role.SETTING, organisation=acorn),
        _account("speech.colleague", Role.PROFESSIONAL, organisation=trust, services=[speech]),
        _account("coordinator.elsewhere", Role.COORDINATOR, areas=["Otherside"]),
        _account("mother", Role.FAMILY, children=[children[MINE]]),
        _account("other.mother", Role.FAMILY, children=[children[OTHERS]]),
    ]


def _account(
    who: str,
    role: Role,
    *,
    organisation: str | None = None,
    services: list[str] | None = None,
    areas: list[str] | None = None,
    children: list[str] | None = None,
) -> dict[str, Any]:
    assert COUNTY not in (areas or [])
    return {
        "id": account_of(who),
        "email": f"{who}@example.org",
        "name": f"The {who}",
        "password_hash": "none",
        "role": role,
        "organisation_id": demo_id(f"organisation/{organisation}") if organisation else None,
        "services": services or [],
        "areas": areas or [],
        "children": children or [],
        "active": True,
    }
