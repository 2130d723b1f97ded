"""The request itself: the ServiceRequest that a form makes."""

from collections.abc import Iterator, Sequence

from services.referral.records.filled_form import About, FilledForm, filled
from services.referral.records.form_resources_child import UK_CORE
from services.referral.records.resource import Json
from services.referral.records.tasks import concept
from shared.fhir.codes import AREA_OF_NEED, CONCERN

UUID = "https://tools.ietf.org/html/rfc4122"
_REFERRAL = concept("http://snomed.info/sct", "3457005", "Patient referral")
_NONE = "none"


def service_request(form: FilledForm, about: About, supporting: Sequence[str]) -> Json:
    """What is asked, how soon and why. `supporting` are the links of everything else told."""
    return filled(
        {
            "resourceType": "ServiceRequest",
            "meta": {"profile": [f"{UK_CORE}/UKCore-ServiceRequest"]},
            "identifier": [{"system": UUID, "value": form.id}],
            "status": "active",
            "intent": "order",
            "category": [_REFERRAL, *_areas(form)],
            "priority": form.step("risk").get("urgency", "routine"),
            "subject": about.subject,
            "authoredOn": about.at,
            "requester": about.author,
            "reasonCode": _reasons(form),
            "supportingInfo": [{"reference": link} for link in supporting],
            "note": [{"text": text} for text in _notes(form)],
        }
    )


def _areas(form: FilledForm) -> list[Json]:
    return [concept(AREA_OF_NEED, one.code) for one in form.chosen("concern", "areas")]


def _reasons(form: FilledForm) -> list[Json]:
    """A concept for each worry; the first carries the person's own words."""
    own_words = form.step("worry").get("worry")
    worries = form.chosen("concern", "concerns")
    return [
        concept(CONCERN, one.code, own_words if number == 0 and own_words else one.words)
        for number, one in enumerate(worries)
    ]


def _notes(form: FilledForm) -> Iterator[str]:
    """What the services are to answer, why it is urgent, and what makes help reachable."""
    if question := form.step("services").get("question"):
        yield question
    if why := form.step("risk").get("urgency_why"):
        yield f"Sooner than the usual time: {why}"
    for key, whose in (("child", "The child"), ("family", "The family")):
        needs = [one.words for one in form.chosen("adjustments", key) if one.code != _NONE]
        if needs:
            yield f"{whose} needs at appointments: {', '.join(needs)}"
    if more := form.step("adjustments").get("more"):
        yield more
