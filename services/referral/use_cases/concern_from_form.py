"""Turn a filled-in form into a concern: FHIR resources that point at each other."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from services.referral.records.filled_form import About, FilledForm
from services.referral.records.form_resources_child import patient
from services.referral.records.form_resources_facts import asq_scores, flags
from services.referral.records.form_resources_family import (
    consent,
    may_write_to,
    related_person,
)
from services.referral.records.form_resources_request import service_request
from services.referral.records.form_resources_story import questionnaire_response
from services.referral.records.resource import Json, instant
from services.referral.use_cases.sent_concern import NEW_CONCERN, Part, SentConcern
from shared.identity import Principal

#: The step that tells the rest, by whether somebody agreed.
AGREEMENT_STEPS = {"yes": "agreed", "no": "not-agreed"}


def concern_from_form(
    form: FilledForm, *, who: Principal, now: datetime, is_new: bool = False
) -> SentConcern:
    """The concern that the form tells, for the services that were ticked.

    The step `child` must be answered; of the others whatever is there is taken, so that a form
    that is not finished can be routed. `is_new`: not the concern that is open already.
    """
    child = _part(patient(form))
    about = About(child=child.full_url or "", author=_author(form, who), at=instant(now))
    carers = _carers(form, about)
    told = [*_agreement(form, carers, about), _part(questionnaire_response(form, about))]
    told += _parts([*asq_scores(form, about), *flags(form, about)])
    request = service_request(form, about, [part.full_url or "" for part in told])
    if is_new:
        request["extension"] = [{"url": NEW_CONCERN, "valueBoolean": True}]
    chosen = form.chosen("services", "chosen")
    return SentConcern(
        parts=(child, *carers, *told, _part(request)),
        services=frozenset(one.code for one in chosen) if chosen else None,
    )


def _author(form: FilledForm, who: Principal) -> Json:
    referrer = form.step("referrer")
    words = [referrer[key] for key in ("name", "role", "organisation") if key in referrer]
    return {"reference": who.reference, "display": ", ".join(words) or who.name}


def _carers(form: FilledForm, about: About) -> list[Part]:
    items = form.items("carers")
    relationships = form.chosen("carers", "relationship")
    agreed = form.step("agreed")
    return _parts(
        related_person(item, relation.words, about, may_write=may_write_to(item, agreed))
        for item, relation in zip(items, relationships, strict=True)
    )


def _agreement(form: FilledForm, carers: Iterable[Part], about: About) -> list[Part]:
    said = form.step("agreement").get("agreed", "")
    if AGREEMENT_STEPS.get(said) not in form.answers:
        return []
    by_name = {part.resource["name"][0]["text"].casefold(): part.full_url or "" for part in carers}
    return [_part(consent(form, by_name, about))]


def _parts(resources: Iterable[Json]) -> list[Part]:
    return [_part(resource) for resource in resources]


def _part(resource: Json) -> Part:
    """A resource with a link of its own, under which the others know it."""
    link = f"urn:uuid:{uuid4()}"
    return Part(place=f"{resource['resourceType']} {link}", resource=resource, full_url=link)
