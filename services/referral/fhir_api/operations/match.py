"""`Patient/$match`: https://hl7.org/fhir/R4/patient-operation-match.html"""

from fastapi.responses import Response

from services.referral.domain.same_child import Match
from services.referral.fhir_api.answers import bundle, json_answer
from services.referral.fhir_api.operations.called import Call
from services.referral.records.resource import Json, Resource
from services.referral.use_cases.find_child import find_child
from shared.errors import Invalid, Issue
from shared.fhir.check import check, is_refused
from shared.fhir.json import write_json

MOST = 100
_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"


def run(call: Call) -> Response:
    """A searchset with a score and a grade for each."""
    sent = call.resource("resource")
    issues = check(sent.value, now=call.at.clock(), prefix=sent.place)
    if not is_refused(issues) and sent.value["resourceType"] != "Patient":
        place = sent.place or sent.value["resourceType"]
        issues.append(Issue("A child is described by a Patient.", place, "value"))
    if is_refused(issues):
        raise Invalid(*issues)
    found = find_child(
        sent.value,
        certain_only=call.yes("onlyCertainMatches"),
        place=sent.place or "Patient",
        who=call.who,
        at=call.at,
    )
    entries = [_entry(one, how, call) for one, how in found[: call.number("count", most=MOST)]]
    return json_answer(write_json(bundle("searchset", entries, total=len(entries))))


def _entry(found: Resource, how: Match, call: Call) -> Json:
    grade = {"url": _GRADE, "valueCode": how.grade}
    return {
        "fullUrl": f"{call.base}/fhir/{found.reference}",
        "resource": found.json,
        "search": {"extension": [grade], "mode": "match", "score": round(how.score, 4)},
    }
