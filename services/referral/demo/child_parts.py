"""A child of the demo and the people who bring them up, as the FHIR resources a setting sends."""

from datetime import date

from services.referral.demo.cast import Child
from services.referral.demo.families import Carer
from services.referral.records.form_resources_family import PARENTAL_RESPONSIBILITY
from services.referral.records.resource import Json
from shared.fhir.identifiers import NHS_NUMBER, ODS_CODE

_UK_CORE = "https://fhir.hl7.org.uk"
_LANGUAGES = "urn:ietf:bcp:47"
_ENGLISH = ("en", "English")
_ROLES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
_INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
RELATIONS = {"MTH": "mother", "FTH": "father", "GRPRN": "grandparent", "PRNFOST": "foster parent"}


def patient(child: Child, born: date) -> Json:
    """The Patient, with the particulars that routing and matching read."""
    family = child.family
    made: Json = {
        "resourceType": "Patient",
        "meta": {"profile": [f"{_UK_CORE}/StructureDefinition/UKCore-Patient"]},
        "extension": [_ethnic_category(family.group.category)],
        "name": [{"use": "official", "family": family.name, "given": child.given.split()}],
        "gender": "female" if child.female else "male",
        "birthDate": born.isoformat(),
        "address": [_address(child)],
        "communication": _languages(family.group.language),
        "generalPractitioner": [
            {
                "identifier": {"system": ODS_CODE, "value": family.practice.ods},
                "display": family.practice.name,
            }
        ],
    }
    if child.nhs_number:
        made["identifier"] = [{"system": NHS_NUMBER, "value": child.nhs_number}]
    if family.interpreter:
        made["extension"].append({"url": _INTERPRETER, "valueBoolean": True})
    return made


def related_person(child: Child, carer: Carer, patient_url: str) -> Json:
    is_foster = child.story.looked_after
    relation = {"system": _ROLES, "code": carer.relation, "display": RELATIONS[carer.relation]}
    *given, family = carer.name.split()
    telecom: list[Json] = [
        {"system": "phone", "value": carer.phone, "use": "mobile", "rank": 1},
    ]
    if carer.email:
        telecom.append({"system": "email", "value": carer.email, "rank": 2})
    held = {"url": "held", "valueCode": "no" if is_foster else "yes"}
    return {
        "resourceType": "RelatedPerson",
        "extension": [{"url": PARENTAL_RESPONSIBILITY, "extension": [held]}],
        "patient": {"reference": patient_url},
        "relationship": [{"coding": [relation]}],
        "name": [{"family": family, "given": given}],
        "telecom": telecom,
        "communication": _languages(_ENGLISH if is_foster else child.family.group.language)[:1],
    }


def _ethnic_category(code: str) -> Json:
    system = f"{_UK_CORE}/CodeSystem/UKCore-EthnicCategoryEngland"
    return {
        "url": f"{_UK_CORE}/StructureDefinition/Extension-UKCore-EthnicCategory",
        "valueCodeableConcept": {"coding": [{"system": system, "code": code}]},
    }


def _address(child: Child) -> Json:
    family = child.family
    return {
        "use": "home",
        "line": [family.line],
        "city": family.town,
        "district": family.district,
        "postalCode": family.postcode,
    }


def _languages(first: tuple[str, str]) -> list[Json]:
    spoken = dict([first, _ENGLISH])
    listed: list[Json] = [
        {"language": {"coding": [{"system": _LANGUAGES, "code": code}], "text": name}}
        for code, name in spoken.items()
    ]
    listed[0]["preferred"] = True
    return listed
