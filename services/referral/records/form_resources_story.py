"""Every answer of a form as a QuestionnaireResponse: the questions as they were asked."""

from datetime import date

from services.referral.records.filled_form import (
    About,
    Answered,
    Chosen,
    FilledForm,
    FormPage,
    Given,
)
from services.referral.records.form_resources_child import ETHNIC_CATEGORY
from services.referral.records.resource import Json
from shared.fhir.codes import AREA_OF_NEED, CONCERN

QUESTIONNAIRE = "https://sooner.example/fhir/Questionnaire/concern"

#: Answers that others look for, by the name they are known under whoever asks. Any other question
#: is known by its page and key.
LINKS = {
    "worry.worry": "worry",
    "worry.since": "since",
    "where.where": "where",
    "strengths.strengths": "strengths",
    "parent-voice.says": "parent-voice",
    "child-voice.says": "child-voice",
    "tried.tried": "tried",
    "legal.status": "legal-status",
    "risk.lost_skills": "lost-skills",
    "checks.hearing": "hearing-checked",
}
#: The form's own codes where routing has other ones.
_CODES = {("legal-status", "child-protection"): "protection-plan"}
_SYSTEMS = {
    "concern.areas": AREA_OF_NEED,
    "concern.concerns": CONCERN,
    "background.ethnic_category": ETHNIC_CATEGORY,
}
_YES_OR_NO = {Chosen("yes", "Yes"): True, Chosen("no", "No"): False}


def questionnaire_response(form: FilledForm, about: About) -> Json:
    """One group of items a page, in the order of the form."""
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": QUESTIONNAIRE,
        "status": "completed",
        "subject": about.subject,
        "authored": about.at,
        "author": about.author,
        "item": [_group(page) for page in form.pages if page.answers],
    }


def _group(page: FormPage) -> Json:
    items = [_item(page.step, answer) for answer in page.answers]
    return {"linkId": f"about-{page.step}", "text": page.title, "item": items}


def _item(step: str, answered: Answered) -> Json:
    name = f"{step}.{answered.key}"
    link = LINKS.get(name, name)
    answers = [_answer(link, one) for one in answered.given]
    return {"linkId": link, "text": answered.text, "answer": answers}


def _answer(link: str, given: Given) -> Json:
    match given:
        case Chosen():
            return _chosen(link, given)
        case date():
            return {"valueDate": given.isoformat()}
        case int():
            return {"valueInteger": given}
    return {"valueString": given}


def _chosen(link: str, chosen: Chosen) -> Json:
    if chosen in _YES_OR_NO:
        return {"valueBoolean": _YES_OR_NO[chosen]}
    coding = {"code": _CODES.get((link, chosen.code), chosen.code), "display": chosen.words}
    system = _SYSTEMS.get(link)
    return {"valueCoding": {"system": system, **coding} if system else coding}
