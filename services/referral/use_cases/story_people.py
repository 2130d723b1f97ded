"""What is told of the child, the carers and their agreement by resources of their own."""

from collections.abc import Iterator
from typing import Any

from services.referral.domain.minimum import PRIVATE_ADDRESS, SAFE_TO_CONTACT
from services.referral.records.form_resources_child import HL7, UK_CORE
from services.referral.records.form_resources_family import (
    COMMUNICATION_NEEDS,
    PARENTAL_RESPONSIBILITY,
    WITHOUT_AGREEMENT,
)
from services.referral.records.resource import Json
from services.referral.records.tasks import extension
from services.referral.use_cases.story_words import concept_in_words
from shared.fhir.reading import home_address, usual_name

Told = tuple[str, tuple[str, ...]]

_ETHNIC_CATEGORY = f"{UK_CORE}/Extension-UKCore-EthnicCategory"
_INTERPRETER = f"{HL7}/patient-interpreterRequired"


def child_facts(patient: Json) -> list[Told]:
    """What is known of the child besides the line at the top of the page."""
    practices = [
        one["display"] for one in patient.get("generalPractitioner", []) if "display" in one
    ]
    told: list[tuple[str, list[str]]] = [
        ("Called", [usual_name(patient) or ""]),
        ("Sex", [patient.get("gender", "").capitalize()]),
        ("Languages", _languages(patient)),
        ("Interpreter", _interpreter(patient)),
        ("Home", _home(patient)),
        ("Doctor's practice", practices),
        ("Ethnic category", [concept_in_words(extension(patient, _ETHNIC_CATEGORY) or {})]),
    ]
    filled = ((label, tuple(line for line in lines if line)) for label, lines in told)
    return [(label, lines) for label, lines in filled if lines]


def _languages(person: Json) -> list[str]:
    return [concept_in_words(one["language"]) for one in person.get("communication", [])]


def _interpreter(patient: Json) -> list[str]:
    needed = extension(patient, _INTERPRETER)
    return [] if needed is None else ["Needed" if needed else "Not needed"]


def _home(patient: Json) -> list[str]:
    address = home_address(patient) or {}
    if extension(address, PRIVATE_ADDRESS):
        return ["The address must not become known. Ask the setting before you write or visit."]
    parts = (*address.get("line", []), address.get("city"), address.get("postalCode"))
    return [str(part) for part in parts if part]


def carer_lines(carer: Json) -> tuple[str, ...]:
    """How they belong to the child, whether and how they may be reached, and what they need."""
    return tuple(line for line in _carer(carer) if line)


def _carer(carer: Json) -> Iterator[str]:
    yield ", ".join(map(concept_in_words, carer.get("relationship", []))).capitalize()
    held = _inner(carer, PARENTAL_RESPONSIBILITY, "held")
    yield _RESPONSIBILITY.get(held, "")
    safe = _inner(carer, SAFE_TO_CONTACT, "answer")
    yield _SAFE.get(safe, "")
    yield _inner(carer, SAFE_TO_CONTACT, "ways")
    guarded = _all_inner(carer, SAFE_TO_CONTACT, "contact")
    yield from (one["value"] for one in (*carer.get("telecom", []), *guarded) if "value" in one)
    if languages := _languages(carer):
        yield f"Speaks {', '.join(languages)}"
    yield extension(carer, COMMUNICATION_NEEDS) or ""


_RESPONSIBILITY = {
    "yes": "Holds parental responsibility",
    "no": "Does not hold parental responsibility",
    "not-known": "Not known whether they hold parental responsibility",
}
_SAFE = {
    "no": "Not safe to contact",
    "limited": "Safe to contact only in these ways:",
    "not-known": "Not known whether it is safe to contact them: ask the setting first",
}


def agreement_lines(consent: Json, by: str) -> Iterator[Told]:
    """What was agreed and by whom, or why it is shared without."""
    text = consent.get("policyRule", {}).get("text")
    status = "" if consent["status"] == "active" else f"Not in force ({consent['status']})"
    yield "Sharing", tuple(line for line in (text, status) if line) or ("Agreed",)
    if by:
        yield "Agreed by", (by,)
    if _has(consent, WITHOUT_AGREEMENT):
        reason = _inner(consent, WITHOUT_AGREEMENT, "reason")
        yield "Why without agreement", (reason,)
        yield "Decided by", (_inner(consent, WITHOUT_AGREEMENT, "decided-by"),)
        if _inner(consent, WITHOUT_AGREEMENT, "safe-to-tell") is False:
            yield "Take care", ("The family has not been told, and it is not safe to tell them.",)


def _has(resource: Json, url: str) -> bool:
    return any(one.get("url") == url for one in resource.get("extension", []))


def _inner(resource: Json, url: str, part: str) -> Any:
    return next(iter(_all_inner(resource, url, part)), "")


def _all_inner(resource: Json, url: str, part: str) -> list[Any]:
    """The values of one part of a complex extension."""
    outer = [one for one in resource.get("extension", []) if one.get("url") == url]
    inner = [one for found in outer for one in found.get("extension", []) if one["url"] == part]
    return [value for one in inner for key, value in one.items() if key.startswith("value")]
