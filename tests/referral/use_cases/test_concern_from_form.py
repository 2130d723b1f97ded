"""A form becomes FHIR resources that say all that was answered, and no more than is safe."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.referral.domain.minimum import SAFE_TO_CONTACT
from services.referral.records.filled_form import FilledForm
from services.referral.records.form_resources_facts import asq_codes
from services.referral.records.form_resources_family import (
    MAY_NOT_KNOW,
    safe_to_contact,
)
from services.referral.records.form_resources_languages import communication, languages
from services.referral.records.resource import Json
from services.referral.use_cases.concern_from_form import concern_from_form
from services.referral.use_cases.sent_concern import SentConcern
from services.referral.web.concern_form.form import BY_KEY, STEPS
from services.referral.web.concern_story import filled_form
from services.referral.web.forms.questions import Question, Values
from shared.fhir.codes import CONCERN
from shared.fhir.reading import codes
from shared.fhir.references import references
from tests.referral.builders import as_
from tests.referral.fakes import FRIDAY
from tests.referral.web.whole_forms import (
    CHOICES,
    EARLY_YEARS,
    SPEECH,
    whole_answers,
    zoyas_form,
)
from tests.shared.fhir.examples import issues


def concern(form: FilledForm, **more: bool) -> SentConcern:
    return concern_from_form(form, who=as_("nursery"), now=FRIDAY, **more)


def of_type(sent: SentConcern, type: str) -> list[Json]:
    return [part.resource for part in sent.parts if part.type == type]


def only(sent: SentConcern, type: str) -> Json:
    (found,) = of_type(sent, type)
    return found


def story(sent: SentConcern) -> dict[str, list[Any]]:
    """What was answered, by link."""
    found: dict[str, list[Any]] = {}
    for item in items(only(sent, "QuestionnaireResponse")["item"]):
        values = [next(iter(answer.values())) for answer in item.get("answer", [])]
        found.setdefault(item["linkId"], []).extend(values)
    return found


def items(listed: list[Json]) -> Iterator[Json]:
    for item in listed:
        yield item
        yield from items(item.get("item", []))


def words_of(answers: Mapping[str, Values]) -> Iterator[str]:
    """Every answer as people read it."""
    for key, values in answers.items():
        for item in values.get("items", [values]):
            for question in BY_KEY[key].questions:
                yield from _words(question, item.get(question.key))


def _words(question: Question, value: Any) -> Iterator[str]:
    listed = CHOICES[question.choices] if question.choices else question.options
    labels = {option.value: option.label for option in listed}
    values = value if isinstance(value, list) else [value]
    yield from (labels.get(one, str(one)) for one in values if one is not None)


def said_in(sent: SentConcern) -> list[str]:
    """Every answer of the QuestionnaireResponse as people read it."""
    read = {True: "Yes", False: "No"}
    return [
        answer["display"] if isinstance(answer, dict) else str(read.get(answer, answer))
        if isinstance(answer, bool) else str(answer)
        for answers in story(sent).values() for answer in answers
    ]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers=whole_answers())
def test_whatever_is_answered_becomes_sound_resources_that_keep_every_word(
    answers: dict[str, Values],
) -> None:
    sent = concern(filled_form("0197", answers, CHOICES))
    for part in sent.parts:
        assert issues(part.resource, now=FRIDAY) == []
    assert sorted(said_in(sent)) == sorted(words_of(answers))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers=whole_answers(), steps=st.sets(st.sampled_from([step.key for step in STEPS])))
def test_a_form_that_is_not_finished_can_be_looked_at_too(
    answers: dict[str, Values], steps: set[str]
) -> None:
    some = {key: value for key, value in answers.items() if key in steps | {"child"}}
    sent = concern(filled_form("0197", some, CHOICES))
    assert all(issues(part.resource, now=FRIDAY) == [] for part in sent.parts)


def test_every_resource_is_linked_and_about_the_child() -> None:
    sent = concern(zoyas_form())
    links = {part.full_url for part in sent.parts}
    assert len(links) == len(sent.parts)
    for part in sent.parts:
        for path, reference in references(part.resource):
            assert reference in links or reference.startswith(
                ("Practitioner/", "HealthcareService/")
            ), path
    told = {one["reference"] for one in only(sent, "ServiceRequest")["supportingInfo"]}
    others = {p.full_url for p in sent.parts if p.type in ("Consent", "Observation", "Flag")}
    assert others < told


def test_the_child_is_a_uk_core_patient() -> None:
    child = only(concern(zoyas_form()), "Patient")
    (number,) = child["identifier"]
    assert number["value"] == "9990000018"
    status = number["extension"][0]["valueCodeableConcept"]["coding"][0]
    assert status["code"] == "02"
    assert child["name"] == [
        {"use": "official", "family": "Rahimi-Okafor", "given": ["Zoya"]},
        {"use": "usual", "text": "Zoya"},
    ]
    assert child["address"][0]["district"] == "North Anyshire"
    assert child["generalPractitioner"][0]["identifier"]["value"] == "Z99901"
    assert [one["language"]["text"] for one in child["communication"]] == ["Dari", "English"]


def test_the_request_says_what_is_asked_how_soon_and_why() -> None:
    risk = {"urgency": "urgent", "urgency_why": "School starts in January"}
    request = only(concern(zoyas_form(risk=risk)), "ServiceRequest")
    assert request["priority"] == "urgent"
    assert codes(request["reasonCode"], CONCERN) == ["speech-language"]
    assert request["reasonCode"][0]["text"].startswith("About fifteen single words.")
    notes = [note["text"] for note in request["note"]]
    assert notes[0] == "Does Zoya need speech therapy?"
    assert "School starts in January" in notes[1]
    assert "interpreter" in notes[2]


def test_the_services_are_those_that_were_ticked() -> None:
    sent = concern(zoyas_form())
    assert sent.services == frozenset({SPEECH, EARLY_YEARS})
    shared = [one["valueReference"]["reference"]
              for one in only(sent, "Consent")["extension"] if "valueReference" in one]  # fmt: skip
    assert shared == [f"HealthcareService/{SPEECH}", f"HealthcareService/{EARLY_YEARS}"]


def test_only_a_sender_who_says_so_sends_a_new_concern() -> None:
    assert not concern(zoyas_form()).is_said_to_be_new
    assert concern(zoyas_form(), is_new=True).is_said_to_be_new


def test_routing_finds_what_it_asks_for_in_the_story() -> None:
    form = zoyas_form(
        legal={"status": ["looked-after", "child-protection"]}, risk={"lost_skills": "not-known"}
    )
    told = story(concern(form))
    assert told["hearing-checked"] == [False]
    assert [one["code"] for one in told["legal-status"]] == ["looked-after", "protection-plan"]
    assert told["lost-skills"][0]["code"] == "not-known"
    assert told["parent-voice"] == ["She understands me."]


def test_agreement_names_who_agreed_when_and_for_whom() -> None:
    sent = concern(zoyas_form())
    agreed = only(sent, "Consent")
    carer = next(part for part in sent.parts if part.type == "RelatedPerson")
    assert agreed["performer"] == [{"reference": carer.full_url}]
    assert agreed["dateTime"] == "2026-11-18"
    assert agreed["provision"] == {"type": "permit"}
    assert "Agreed by Laila Rahimi, in person: share with Speech" in agreed["policyRule"]["text"]


@pytest.mark.parametrize(("safe", "status"), [("yes", "active"), ("no", "rejected")])
def test_sharing_without_agreement_says_why_and_who_decided(safe: str, status: str) -> None:
    why = {"reason": "Nobody answers", "decided_by": "Ana Cole, head", "safe_to_tell": safe}
    refused = only(concern(zoyas_form(agreement={"agreed": "no"}, not_agreed=why)), "Consent")
    assert refused["status"] == status
    assert refused["provision"] == {"type": "deny"}
    assert refused["meta"]["security"][0]["code"] == "R"
    reason = {part["url"]: part for part in refused["extension"][-1]["extension"]}
    assert reason["reason"]["valueString"] == "Nobody answers"
    assert reason["decided-by"]["valueString"] == "Ana Cole, head"
    assert reason["safe-to-tell"]["valueBoolean"] is (safe == "yes")


CARER: Values = {
    "name": "Omar Rahimi",
    "relationship": "FTH",
    "responsibility": "yes",
    "responsibility_evidence": "Named on the birth certificate",
    "lives_with_child": "no",
    "safe_to_contact": "yes",
    "phone": "07700 900462",
    "email": "omar@example.org",
    "language": "Dari",
    "knows": "no",
}


def carer(agreed: Values | None = None, **changes: str) -> Json:
    form = zoyas_form(carers={"items": [{**CARER, **changes}]}, agreed=agreed or {})
    return only(concern(form), "RelatedPerson")


def test_a_carer_who_is_safe_to_contact_has_ways_in_order() -> None:
    assert carer()["telecom"] == [
        {"system": "phone", "value": "07700 900462", "rank": 1},
        {"system": "email", "value": "omar@example.org", "rank": 2},
    ]


def test_ways_that_are_safe_only_sometimes_stand_behind_the_condition() -> None:
    guarded = carer(safe_to_contact="limited", safe_ways="Text only, mornings")
    assert "telecom" not in guarded
    assert safe_to_contact(guarded) == {"answer": "limited", "ways": "Text only, mornings"}
    parts = next(one for one in guarded["extension"] if one["url"] == SAFE_TO_CONTACT)["extension"]
    points = [one["valueContactPoint"]["value"] for one in parts if "valueContactPoint" in one]
    assert points == ["07700 900462", "omar@example.org"]


def test_whoever_must_not_be_contacted_has_no_ways_at_all() -> None:
    silent = carer(safe_to_contact="no")
    assert "07700 900462" not in str(silent)
    assert "omar@example.org" not in str(silent)


def test_no_message_goes_to_a_carer_whom_it_is_not_safe_to_tell() -> None:
    guarded = carer({"other_holder": "not-safe"})
    assert "telecom" not in guarded
    assert safe_to_contact(guarded) == {"answer": "limited", "ways": MAY_NOT_KNOW}
    assert "07700 900462" in str(guarded)
    assert "telecom" in carer({"other_holder": "not-safe"}, knows="yes")
    assert "telecom" in carer({"other_holder": "not-told"})


def test_what_needs_care_is_flagged_for_those_who_must_know() -> None:
    form = zoyas_form(
        legal={"status": ["looked-after", "court-order"]},
        risk={"risk": "some", "risk_what": "Runs into the road"},
        address={"keep_private": "yes"},
    )
    sent = concern(form)
    found = of_type(sent, "Flag")
    assert [flag["code"].get("text") for flag in found] == [
        "Looked after by a council (in care)",
        "A court order about who may see or decide for the child",
        "Risk of harm: Runs into the road",
        "The address must not become known",
    ]
    restricted = [*found, only(sent, "Patient")]
    assert all(one["meta"]["security"][0]["code"] == "R" for one in restricted)
    assert not of_type(concern(zoyas_form()), "Flag")


def test_scores_carry_the_code_of_their_questionnaire_and_area() -> None:
    score = only(concern(zoyas_form()), "Observation")
    assert score["code"]["coding"][0]["code"] == "953311000000105"
    assert score["valueQuantity"]["value"] == 15
    assert score["effectiveDateTime"] == "2026-02-11"


def test_every_questionnaire_the_form_offers_has_codes_for_all_five_areas() -> None:
    months = next(one for one in BY_KEY["asq-scores"].questions if one.key == "months")
    areas = {area for _, area in asq_codes()}
    assert len(areas) == 5
    assert {(int(one.value), area) for one in months.options for area in areas} <= set(asq_codes())
    assert len(set(asq_codes().values())) == len(asq_codes())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Dari, English", ["Dari", "English"]),
        ("English and Polish / english", ["English", "Polish"]),
        ("Twi & Somali; BSL", ["Twi", "Somali", "BSL"]),
        ("Sandi", ["Sandi"]),
        (" , ", []),
    ],
)
def test_languages_are_read_from_how_people_write_them(written: str, read: list[str]) -> None:
    assert languages(written) == read


def test_a_language_without_a_code_stays_in_the_familys_word() -> None:
    sign, other = communication(["BSL", "Krio"])
    assert sign["language"]["coding"][0]["code"] == "bfi"
    assert sign["preferred"] is True
    assert other == {"language": {"text": "Krio"}}


def test_a_date_is_kept_as_a_date() -> None:
    told = story(concern(zoyas_form()))
    assert date.fromisoformat(told["child.born"][0]) == date(2023, 7, 19)
