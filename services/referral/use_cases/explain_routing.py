"""Say in words where a concern would go, without keeping anything of it."""

from collections.abc import Iterator
from typing import Any

from services.referral.domain.routing import Routing, route
from services.referral.domain.service_directory import Referrer
from services.referral.domain.working_days import london_date
from services.referral.records.resource import Json
from services.referral.use_cases.facts import facts_of
from services.referral.use_cases.sent_concern import Part, SentConcern
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue
from shared.fhir.bundle import check_bundle
from shared.fhir.check import check, is_refused
from shared.fhir.json import read_json
from shared.identity import job

LARGEST = 2_000_000  # bytes
ROUTER = job("router")


def explain_routing(raw: bytes, *, at: Workplace) -> list[str]:
    """Lines to read, for a transaction Bundle sent by a setting. Raises Invalid."""
    now = at.clock()
    sent = _read(raw, at)
    child = sent.patient
    if child is None:
        raise Invalid(Issue("The Bundle holds no Patient.", "Bundle.entry", "required"))
    today = london_date(now)
    with at.records.reading(ROUTER, now=now) as record:
        services = at.rules.directory.entries(record)
        record.note("route")
    policies = at.rules.policies
    facts = facts_of(sent.story(child.resource), Referrer.SETTING, policies.places, on=today)
    return list(_lines(route(facts, policies.rules, services, on=today)))


def _read(raw: bytes, at: Workplace) -> SentConcern:
    bundle: Any = read_json(raw, max_bytes=LARGEST)
    issues = check_bundle(bundle, now=at.clock(), types={"transaction"})
    if is_refused(issues):
        raise Invalid(*issues)
    entries: list[Json] = bundle["entry"]
    for index, entry in enumerate(entries):
        place = f"Bundle.entry[{index}].resource"
        issues += check(entry.get("resource"), now=at.clock(), prefix=place)
    if is_refused(issues):
        raise Invalid(*issues)
    return SentConcern(
        parts=tuple(
            Part(place=f"Bundle.entry[{n}].resource", resource=entry["resource"])
            for n, entry in enumerate(entries)
        )
    )


def _lines(routing: Routing) -> Iterator[str]:
    if routing.stop:
        yield f"STOP: {routing.stop.title}. {routing.stop.say}"
        for phone in routing.stop.phones:
            yield f"  call {phone.name}: {phone.number}"
        return
    yield f"priority: {routing.priority}"
    for one in routing.suggestions:
        yield f"{one.strength}: {one.service.name} {one.because}"
    for label, words in (
        ("tell", routing.tell),
        ("meanwhile", routing.meanwhile),
        ("not possible", routing.not_possible),
    ):
        for word in words:
            yield f"{label}: {word}"
