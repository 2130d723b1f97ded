"""The carers of a form as RelatedPersons, and what the family agreed to as a Consent."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.referral.domain.minimum import SAFE_TO_CONTACT
from services.referral.records.filled_form import About, FilledForm, filled
from services.referral.records.form_resources_child import RESTRICTED, UK_CODES
from services.referral.records.form_resources_languages import communication, languages
from services.referral.records.resource import Json
from services.referral.records.tasks import concept
from shared.fhir.codes import EXTENSION_BASE

PARENTAL_RESPONSIBILITY = f"{EXTENSION_BASE}/parental-responsibility"
LIVES_WITH_CHILD = f"{EXTENSION_BASE}/lives-with-child"
KNOWS = f"{EXTENSION_BASE}/knows-about-concern"
COMMUNICATION_NEEDS = f"{EXTENSION_BASE}/communication-needs"
SHARED_WITH = f"{EXTENSION_BASE}/shared-with"
LAWFUL_BASIS = f"{EXTENSION_BASE}/lawful-basis"
WITHOUT_AGREEMENT = f"{EXTENSION_BASE}/sharing-without-agreement"

MAY_NOT_KNOW = "This may be someone whom it is not safe to tell. Ask the setting first."

_HL7 = "http://terminology.hl7.org/CodeSystem"
_SNOMED = "http://snomed.info/sct"
#: Relationships that v3-RoleCode has no code for, as UK Core names them.
_ADDITIONAL_ROLES = {"guardian": "Guardian", "carer": "Carer"}
_INFORMATION_ACCESS = concept(f"{_HL7}/v3-ActCode", "INFA")
_AGREED_BY_HOLDER = {
    **concept(_SNOMED, "752221000000109"),
    "text": "Agreed by someone with parental responsibility",
}


def related_person(
    carer: Mapping[str, Any], relationship: str, about: About, *, may_write: bool
) -> Json:
    """One carer. `relationship` is in words; `may_write` says whether messages may go to them.

    Numbers and addresses that are safe only in some ways stand inside the extension that says so:
    nobody, and no machine, finds them without reading it. Those not to be used are left to the
    story.
    """
    ways = _telecom(carer)
    return filled(
        {
            "resourceType": "RelatedPerson",
            "extension": _extensions(carer, [] if may_write else ways),
            "active": True,
            "patient": about.subject,
            "relationship": [_relationship(carer["relationship"], relationship)],
            "name": [{"text": carer["name"]}],
            "telecom": ways if may_write else [],
            "communication": communication(languages(carer["language"])),
        }
    )


def may_write_to(carer: Mapping[str, Any], agreed: Mapping[str, Any]) -> bool:
    """Whether messages may go to a carer. One who does not know, where telling another holder of
    parental responsibility is not safe, may be just that one."""
    may_not_know = agreed.get("other_holder") == "not-safe" and carer["knows"] == "no"
    return bool(carer["safe_to_contact"] == "yes" and not may_not_know)


def safe_to_contact(carer: Json) -> dict[str, Any]:
    """What was said of contacting a RelatedPerson, by part: `answer` (yes, limited, no) and `ways`;
    nothing where nobody asked."""
    extensions: list[Json] = carer.get("extension", [])
    found = next((one for one in extensions if one["url"] == SAFE_TO_CONTACT), {})
    values = {"answer": "valueCode", "ways": "valueString"}
    return {
        part["url"]: part[values[part["url"]]]
        for part in found.get("extension", [])
        if part["url"] in values
    }


def _extensions(carer: Mapping[str, Any], guarded: Sequence[Json]) -> list[Json]:
    held = [{"url": "held", "valueCode": carer["responsibility"]}]
    answer, ways = _safety(carer, is_guarded=bool(guarded))
    safe: list[Json] = [{"url": "answer", "valueCode": answer}]
    if evidence := carer.get("responsibility_evidence"):
        held.append({"url": "evidence", "valueString": evidence})
    if ways:
        safe.append({"url": "ways", "valueString": ways})
    if answer == "limited":
        safe += [{"url": "contact", "valueContactPoint": one} for one in guarded]
    found: list[Json] = [
        {"url": PARENTAL_RESPONSIBILITY, "extension": held},
        {"url": SAFE_TO_CONTACT, "extension": safe},
        {"url": LIVES_WITH_CHILD, "valueCode": carer["lives_with_child"]},
        {"url": KNOWS, "valueBoolean": carer["knows"] == "yes"},
    ]
    if needs := carer.get("communication_needs"):
        found.append({"url": COMMUNICATION_NEEDS, "valueString": needs})
    return found


def _safety(carer: Mapping[str, Any], *, is_guarded: bool) -> tuple[str, str]:
    """Whether and in which ways it is safe to contact a carer."""
    if carer["safe_to_contact"] == "yes" and is_guarded:
        return "limited", MAY_NOT_KNOW
    return carer["safe_to_contact"], carer.get("safe_ways", "")


def _relationship(code: str, words: str) -> Json:
    if code in _ADDITIONAL_ROLES:
        system = f"{UK_CODES}/UKCore-AdditionalPersonRelationshipRole"
        return concept(system, _ADDITIONAL_ROLES[code], words)
    return concept(f"{_HL7}/v3-RoleCode", code, words)


def _telecom(carer: Mapping[str, Any]) -> list[Json]:
    given = [(system, carer[system]) for system in ("phone", "email") if system in carer]
    return [
        {"system": system, "value": value, "rank": rank}
        for rank, (system, value) in enumerate(given, 1)
    ]


def consent(form: FilledForm, carers: Mapping[str, str], about: About) -> Json:
    """What was agreed, or why it is shared without. `carers` are the links of carers by name."""
    agreed = form.step("agreement")["agreed"] == "yes"
    return filled(
        {
            "resourceType": "Consent",
            "extension": _shared_with(form),
            "scope": concept(f"{_HL7}/consentscope", "patient-privacy"),
            "patient": about.subject,
            **(_agreement(form, carers) if agreed else _without_agreement(form, about)),
        }
    )


def _shared_with(form: FilledForm) -> list[Json]:
    found: list[Json] = [
        {
            "url": SHARED_WITH,
            "valueReference": {"reference": f"HealthcareService/{one.code}", "display": one.words},
        }
        for one in form.chosen("services", "chosen")
    ]
    found += [{"url": LAWFUL_BASIS, "valueCode": one.code} for one in form.chosen("basis", "basis")]
    return found


def _agreement(form: FilledForm, carers: Mapping[str, str]) -> Json:
    agreed = form.step("agreed")
    by = carers.get(agreed["who"].casefold())
    told = "" if agreed["told_services"] == "yes" else " They were not told which services."
    how = form.words("agreed", "how").lower()
    return {
        "status": "active",
        "category": [_INFORMATION_ACCESS, _AGREED_BY_HOLDER],
        "dateTime": agreed["date"],
        "performer": [{"reference": by}] if by else [],
        "policyRule": {"text": f"Agreed by {agreed['who']}, {how}: {_sharing(form)}.{told}"},
        "provision": {"type": "permit"},
    }


def _without_agreement(form: FilledForm, about: About) -> Json:
    """Where it is not safe to tell the family the Consent is not active: no message goes out."""
    said = form.step("not-agreed")
    is_safe = said["safe_to_tell"] == "yes"
    reason = {
        "url": WITHOUT_AGREEMENT,
        "extension": [
            {"url": "reason", "valueString": said["reason"]},
            {"url": "decided-by", "valueString": said["decided_by"]},
            {"url": "safe-to-tell", "valueBoolean": is_safe},
        ],
    }
    return {
        "meta": RESTRICTED,
        "extension": [*_shared_with(form), reason],
        "status": "active" if is_safe else "rejected",
        "category": [_INFORMATION_ACCESS],
        "dateTime": about.at,
        "policyRule": {"text": f"Shared without agreement: {_sharing(form)}."},
        "provision": {"type": "deny"},
    }


def _sharing(form: FilledForm) -> str:
    return f"share with {form.words('services', 'chosen')}"
