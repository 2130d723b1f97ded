"""The child of a form as a UK Core Patient."""

from collections.abc import Mapping
from typing import Any

from services.referral.domain.minimum import PRIVATE_ADDRESS
from services.referral.records.filled_form import FilledForm, filled
from services.referral.records.form_resources_languages import communication, languages
from services.referral.records.resource import Json
from services.referral.records.tasks import concept
from shared.fhir.identifiers import NHS_NUMBER, ODS_CODE

UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition"
UK_CODES = "https://fhir.hl7.org.uk/CodeSystem"
HL7 = "http://hl7.org/fhir/StructureDefinition"
UPN = "https://sooner.example/Id/upn"
ETHNIC_CATEGORY = f"{UK_CODES}/UKCore-EthnicCategoryEngland"

#: Only for those who must know it; who these are is for whoever gives it out.
RESTRICTED: Json = {
    "security": [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    ]
}
_STATUS = "UKCore-NHSNumberVerificationStatus"
#: A number that somebody typed, and nobody looked up in the national index.
_NOT_TRACED: Json = {
    "url": f"{UK_CORE}/Extension-{_STATUS}",
    "valueCodeableConcept": {
        "coding": [
            {
                "system": f"{UK_CODES}/{_STATUS}England",
                "code": "02",
                "display": "Number present but not traced",
            }
        ]
    },
}


def patient(form: FilledForm) -> Json:
    """The child as the form tells it; what was not answered is left out."""
    child, background = form.step("child"), form.step("background")
    spoken = languages(background.get("languages", ""), background.get("interpreter_language", ""))
    is_private = form.step("address").get("keep_private") == "yes"
    return filled(
        {
            "resourceType": "Patient",
            "meta": {
                "profile": [f"{UK_CORE}/UKCore-Patient"],
                **(RESTRICTED if is_private else {}),
            },
            "extension": _extensions(form),
            "identifier": _identifiers(form.step("numbers")),
            "name": _names(child),
            "gender": child["sex"],
            "birthDate": child["born"],
            "address": _addresses(form.step("address")),
            "communication": communication(spoken),
            "generalPractitioner": _practices(form),
        }
    )


def _extensions(form: FilledForm) -> list[Json]:
    background, gender = form.step("background"), form.step("child").get("gender")
    found: list[Json] = [
        {
            "url": f"{UK_CORE}/Extension-UKCore-EthnicCategory",
            "valueCodeableConcept": concept(ETHNIC_CATEGORY, one.code, one.words),
        }
        for one in form.chosen("background", "ethnic_category")
    ]
    if interpreter := background.get("interpreter"):
        url = f"{HL7}/patient-interpreterRequired"
        found.append({"url": url, "valueBoolean": interpreter == "yes"})
    for name, words in (("genderIdentity", gender), ("religion", background.get("religion"))):
        if words:
            url = f"{HL7}/patient-{name}"
            found.append({"url": url, "valueCodeableConcept": {"text": words}})
    return found


def _identifiers(numbers: Mapping[str, Any]) -> list[Json]:
    found = []
    if number := numbers.get("nhs_number"):
        found.append({"extension": [_NOT_TRACED], "system": NHS_NUMBER, "value": number})
    if number := numbers.get("upn"):
        found.append({"system": UPN, "value": number})
    return found


def _names(child: Mapping[str, Any]) -> list[Json]:
    given = child["given"].split()
    official = {"use": "official", "family": child["family"], "given": given}
    usual = {"use": "usual", "text": child.get("preferred") or child["given"]}
    return [official, usual]


def _addresses(address: Mapping[str, Any]) -> list[Json]:
    if not address:
        return []
    home = {
        "use": "home",
        "line": [line for key in ("line1", "line2") if (line := address.get(key))],
        "city": address["town"],
        "district": address["district"],
        "postalCode": address["postcode"],
    }
    if address["keep_private"] == "yes":
        home["extension"] = [{"url": PRIVATE_ADDRESS, "valueBoolean": True}]
    return [home]


def _practices(form: FilledForm) -> list[Json]:
    return [
        {"identifier": {"system": ODS_CODE, "value": one.code}, "display": one.words}
        for one in form.chosen("gp", "practice")
    ]
