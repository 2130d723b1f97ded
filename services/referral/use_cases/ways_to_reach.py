"""How a person can be reached: by which addresses, and what they need of a message."""

import re
from dataclasses import dataclass

from services.referral.domain.minimum import PRIVATE_ADDRESS
from services.referral.records.form_resources_family import COMMUNICATION_NEEDS, LIVES_WITH_CHILD
from services.referral.records.resource import Json
from services.referral.records.tasks import extension
from shared.fhir.reading import home_address, official_name

LARGE_PRINT = re.compile(r"\blarge[ -]print\b", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, kw_only=True)
class Reach:
    """`post` are the lines of a postal address, the name first and the postcode last."""

    email: str | None = None
    phone: str | None = None
    post: tuple[str, ...] = ()
    language: str = "en"
    large_print: bool = False

    @property
    def is_possible(self) -> bool:
        return bool(self.email or self.phone or self.post)


def reach_of(carer: Json, child: Json | None) -> Reach:
    """Of a carer whom it is safe to contact."""
    return Reach(
        email=address_of(carer, "email"),
        phone=address_of(carer, "phone"),
        post=_post(carer, child),
        language=_language(carer),
        large_print=bool(LARGE_PRINT.search(extension(carer, COMMUNICATION_NEEDS) or "")),
    )


def address_of(carer: Json, system: str) -> str | None:
    """The one that the carer would rather have used; an old one is none."""
    found = [
        one
        for one in carer.get("telecom", [])
        if one.get("system") == system and one.get("use") != "old" and one.get("value")
    ]
    first = min(found, key=lambda one: one.get("rank", 99), default=None)
    return first["value"] if first else None


def _post(carer: Json, child: Json | None) -> tuple[str, ...]:
    """Their own address; else the child's, if that is where they live all the time. One that must
    not become known goes onto no envelope."""
    address = home_address(carer)
    if address is None and child and extension(carer, LIVES_WITH_CHILD) == "yes":
        address = home_address(child)
    name = official_name(carer)
    if not address or not name or extension(address, PRIVATE_ADDRESS):
        return ()
    towns = [address.get("city"), address.get("postalCode")]
    lines = [*address.get("line", []), *(town for town in towns if town)]
    return (name, *lines) if address.get("postalCode") else ()


def _language(carer: Json) -> str:
    """The tag of the language that they would rather read; English where it has none."""
    spoken = carer.get("communication", [])
    preferred = [one for one in spoken if one.get("preferred")] or spoken
    codes = [
        coding.get("code", "")
        for one in preferred[:1]
        for coding in one.get("language", {}).get("coding", [])
    ]
    return next((code for code in codes if LANGUAGE.fullmatch(code)), "en")
