"""`ServiceRequest/$route`: where a concern would go, and why. A dry run."""

from collections.abc import Iterator

from fastapi.responses import Response

from services.referral.domain.routing_rules import Stop
from services.referral.domain.service_directory import ServiceEntry
from services.referral.fhir_api.answers import json_answer
from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.operations.called import Call, Sent
from services.referral.fhir_api.operations.parameters import group, parameters, value
from services.referral.records.resource import Json, instant
from services.referral.use_cases.sent_concern import Part, SentConcern
from services.referral.use_cases.try_route import Tried, TriedRoute, try_route, try_route_of
from shared.errors import Invalid
from shared.fhir.bundle import check_bundle
from shared.fhir.check import check, is_refused
from shared.fhir.json import write_json

_BUNDLES = frozenset({"transaction", "collection", "message"})


def run(call: Call) -> Response:
    """A Parameters resource."""
    if call.id:
        tried = try_route_of(call.id, who=call.who, at=call.at)
    else:
        tried = try_route(_sent(call), who=call.who, at=call.at)
    return json_answer(write_json(parameters(*_said(tried))))


def _sent(call: Call) -> SentConcern:
    """What was sent, checked as it is when a concern is raised."""
    call.resource("resource")
    parts, issues = [], []
    for sent in call.resources("resource"):
        for part in _parts(sent, call):
            issues += check(part.resource, now=call.at.clock(), prefix=part.place, code_systems=OWN)
            parts.append(part)
    if is_refused(issues):
        raise Invalid(*issues)
    return SentConcern(parts=tuple(parts))


def _parts(sent: Sent, call: Call) -> Iterator[Part]:
    """Of a Bundle what it holds; a resource by itself is found by its type and id."""
    resource = sent.value
    if not isinstance(resource, dict) or resource.get("resourceType") != "Bundle":
        yield Part(place=sent.place, resource=resource, full_url=_own_reference(resource))
        return
    issues = check_bundle(resource, now=call.at.clock(), types=_BUNDLES)
    if is_refused(issues):
        raise Invalid(*issues)
    for index, entry in enumerate(resource["entry"]):
        place = f"{sent.place or 'Bundle'}.entry[{index}].resource"
        if entry["resource"].get("resourceType") != "MessageHeader":
            yield Part(place=place, resource=entry["resource"], full_url=entry.get("fullUrl"))


def _own_reference(resource: object) -> str | None:
    if not isinstance(resource, dict) or "id" not in resource:
        return None
    return f"{resource.get('resourceType')}/{resource['id']}"


def _said(tried: TriedRoute) -> Iterator[Json]:
    routing = tried.routing
    yield value("priority", "Code", routing.priority)
    yield from (_suggestion(one) for one in tried.tried)
    for name, words in (
        ("missing", tried.missing),
        ("notPossible", routing.not_possible),
        ("tell", routing.tell),
        ("meanwhile", routing.meanwhile),
        ("stop", tuple(_stop(routing.stop)) if routing.stop else ()),
    ):
        yield from (value(name, "String", one) for one in words)


def _suggestion(tried: Tried) -> Json:
    suggestion, service = tried.suggestion, tried.suggestion.service
    return group(
        "suggestion",
        value("service", "Reference", _reference(service)),
        value("strength", "Code", suggestion.strength.value),
        value("because", "String", suggestion.because),
        *(value("rule", "String", f"{one.id} of {one.valid_from}") for one in suggestion.rules),
        *(value("question", "String", one) for one in suggestion.questions),
        value("due", "DateTime", instant(tried.referral.due_at)),
        *(
            group(
                "clock",
                value("id", "String", one.clock),
                value("due", "DateTime", instant(one.due_at)),
            )
            for one in tried.referral.clocks
        ),
        value("accepting", "Boolean", service.accepting),
        *_capacity(tried),
    )


def _capacity(tried: Tried) -> Iterator[Json]:
    """Said only where enough families waited for a figure to tell of none of them."""
    if tried.wait.waiting:
        yield value("waiting", "Integer", tried.wait.waiting.count)
    if done := tried.wait.completed:
        words = f"Half waited at most {done.half} weeks, nine in ten at most {done.most}."
        yield value("weeks", "String", words)


def _reference(service: ServiceEntry) -> Json:
    return {"reference": f"HealthcareService/{service.id}", "display": service.name}


def _stop(stop: Stop) -> Iterator[str]:
    yield f"{stop.title}. {stop.say}"
    yield from (f"{one.name}: {one.number}" for one in stop.phones)
