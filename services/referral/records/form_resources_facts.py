"""What a form measures or warns of: Observations for scores, Flags for what needs care."""

import csv
from functools import cache
from pathlib import Path

from services.referral.records.filled_form import About, FilledForm
from services.referral.records.form_resources_child import RESTRICTED
from services.referral.records.resource import Json
from services.referral.records.tasks import concept

_SNOMED = "http://snomed.info/sct"
_FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category"
_AREAS = ("communication", "gross_motor", "fine_motor", "problem_solving", "personal_social")

#: Legal statuses that SNOMED CT has a code for; all others are said in words.
_CHILD_STATUS = {"looked-after": "764841000000100", "child-protection": "342191000000101"}
_ASQ = Path(__file__).with_name("form_resources_asq.csv")
_NO_STATUS = frozenset({"none", "not-known"})


@cache
def asq_codes() -> dict[tuple[int, str], str]:
    """The SNOMED CT code of each ASQ-3 score by the questionnaire's months and the area.

    Source: the UK value set DCH-ASQ3AssessmentToolType-1.
    """
    rows = csv.DictReader(_ASQ.read_text("utf-8").splitlines())
    return {(int(row["months"]), row["area"]): row["code"] for row in rows}


def asq_scores(form: FilledForm, about: About) -> list[Json]:
    """One Observation for each score that was given."""
    scores = form.step("asq-scores")
    return [
        {
            "resourceType": "Observation",
            "status": "final",
            "code": _asq(int(scores["months"]), area),
            "subject": about.subject,
            "effectiveDateTime": scores["date"],
            "valueQuantity": {
                "value": scores[area],
                "unit": "score",
                "system": "http://unitsofmeasure.org",
                "code": "{score}",
            },
        }
        for area in _AREAS
        if area in scores
    ]


def _asq(months: int, area: str) -> Json:
    words = f"ASQ-3 {months} month questionnaire: {area.replace('_', ' ')} score"
    return concept(_SNOMED, asq_codes()[months, area], words)


def flags(form: FilledForm, about: About) -> list[Json]:
    """What whoever opens the record must see first. Each is for those who must know, no more."""
    found = [("admin", concept(_SNOMED, _CHILD_STATUS.get(one.code), one.words))
             for one in form.chosen("legal", "status") if one.code not in _NO_STATUS]  # fmt: skip
    if danger := form.step("risk").get("risk_what"):
        found.append(("safety", {"text": f"Risk of harm: {danger}"}))
    if form.step("address").get("keep_private") == "yes":
        found.append(("safety", {"text": "The address must not become known"}))
    return [_flag(category, code, about) for category, code in found]


def _flag(category: str, code: Json, about: About) -> Json:
    return {
        "resourceType": "Flag",
        "meta": RESTRICTED,
        "status": "active",
        "category": [concept(_FLAG_CATEGORY, category)],
        "code": code,
        "subject": about.subject,
        "period": {"start": about.at},
        "author": about.author,
    }
