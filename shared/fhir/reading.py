"""What people want to know of a FHIR resource, found wherever it may stand in it.

Each reader takes a resource (or element) that has passed `check` and answers None or an empty list
where it does not say.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from shared.fhir.identifiers import NHS_NUMBER, ODS_CODE, is_system, normal_nhs_number
from shared.fhir.references import reference_parts

Json = dict[str, Any]


def official_name(patient: Json) -> str | None:
    """The name on letters and forms, given names first, or the first name that is current."""
    return _full_name(_of_use(patient.get("name", ()), "official"))


def official_names(patient: Json) -> tuple[str | None, str | None]:
    """The first given name and the family name, as on forms."""
    name = _of_use(patient.get("name", ()), "official") or {}
    return next(iter(name.get("given", ())), None), name.get("family")


def usual_name(patient: Json) -> str | None:
    """What the child is called: the usual or nickname, else the first of the official names."""
    names = [name for name in patient.get("name", ()) if name.get("use") in ("usual", "nickname")]
    if names:
        return _full_name(_of_use(names, "usual"))
    official = _of_use(patient.get("name", ()), "official") or {}
    given = [name for name in official.get("given", ()) if name]
    return given[0] if given else _full_name(official)


def nhs_number(patient: Json) -> str | None:
    """The ten digits, whether or not their check digit is right."""
    numbers = _identifiers(patient.get("identifier", ()), NHS_NUMBER)
    return next(filter(None, map(normal_nhs_number, numbers)), None)


def birth_date(patient: Json) -> date | None:
    """The day of birth; None where only a year or month is known."""
    text = patient.get("birthDate", "")
    return date.fromisoformat(text) if len(text) == len("2023-07-19") else None


def home_address(patient: Json) -> Json | None:
    """The Address where the child lives: marked home, else the first that is not an old one."""
    return _of_use(patient.get("address", ()), "home")


def home_postcode(patient: Json) -> str | None:
    """The postcode of the home in its usual writing, `ZZ99 3CZ`."""
    written = (home_address(patient) or {}).get("postalCode", "")
    letters = re.sub(r"\s", "", written).upper()
    return f"{letters[:-3]} {letters[-3:]}".strip() or None


def gp_practice(patient: Json) -> str | None:
    """The ODS code of the practice where the child is registered."""
    practices = [
        practice.get("identifier", {}) for practice in patient.get("generalPractitioner", ())
    ]
    return next(iter(_identifiers(practices, ODS_CODE)), None)


def codes(concepts: Json | list[Json] | None, system: str) -> list[str]:
    """The codes of one system in a CodeableConcept or a list of them, in order."""
    listed = concepts if isinstance(concepts, list) else [concepts or {}]
    return [
        coding["code"]
        for concept in listed
        for coding in concept.get("coding", ())
        if coding.get("system") == system and "code" in coding
    ]


def reference_id(reference: Json | None, resource_type: str) -> str | None:
    """The id that a Reference gives for a resource of this type; None if it points elsewhere."""
    kind, found = reference_parts((reference or {}).get("reference", "")) or (None, None)
    return found if kind == resource_type else None


def _of_use(items: Iterable[Json], use: str) -> Json | None:
    current = [item for item in items if item.get("use") not in ("old", "temp")]
    marked = [item for item in current if item.get("use") == use]
    return next(iter(marked or current), None)


def _full_name(name: Json | None) -> str | None:
    if not name:
        return None
    parts = [*name.get("given", ()), name.get("family")]
    return name.get("text") or " ".join(part for part in parts if part) or None


def _identifiers(identifiers: Iterable[Json], system: str) -> list[str]:
    return [
        identifier["value"]
        for identifier in identifiers
        if is_system(identifier.get("system"), system)
        and identifier.get("use") != "old"
        and "value" in identifier
    ]
