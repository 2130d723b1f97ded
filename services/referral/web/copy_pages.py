"""Everything about a child to print, or to take away as a file: for carers who read the story."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.reference import reference_of
from services.referral.domain.working_days import london_date
from services.referral.use_cases.family_copy import take_copy
from services.referral.use_cases.read_child import ChildsConcern
from services.referral.use_cases.story import story
from services.referral.use_cases.timeline import timeline
from services.referral.web.asking import At, Id, Who, check_page
from services.referral.web.family_words import sentence_of
from services.referral.web.rendering import Page, render
from shared.fhir.json import write_json
from shared.fhir.reading import birth_date, nhs_number, official_name

pages = APIRouter(include_in_schema=False)


@pages.get("/family/children/{child}/everything")
def everything(request: Request, who: Who, at: At, child: Id) -> Response:
    check_page(who, Page.FAMILY)
    found = take_copy(child, who=who, at=at).child
    patient = found.patient.json
    shown = {
        "back": f"/family/children/{child}",
        "file_href": f"/family/children/{child}/everything.json",
        "name": official_name(patient) or "Your child",
        "born": birth_date(patient),
        "nhs_number": nhs_number(patient),
        "today": london_date(at.clock()),
        "concerns": [_concern(one, at.clock()) for one in found.concerns],
    }
    return render(request, "family/everything.html", **shown)


@pages.get("/family/children/{child}/everything.json")
def file(who: Who, at: At, child: Id) -> Response:
    """As FHIR, which other record systems can read. The file's name says nothing of the child."""
    check_page(who, Page.FAMILY)
    copied = take_copy(child, who=who, at=at).bundle
    headers = {"Content-Disposition": 'attachment; filename="record.json"'}
    return Response(write_json(copied), media_type="application/fhir+json", headers=headers)


def _concern(concern: ChildsConcern, now: datetime) -> dict[str, Any]:
    opened = concern.referrals[0]
    return {
        "reference": reference_of(opened.concern.id),
        "sentences": [sentence_of(one, now) for one in concern.referrals],
        "contact": concern.contact,
        "cards": story(opened),
        "events": timeline(opened),
    }
