"""A transaction Bundle: a concern, or resources that belong together, all or nothing."""

from collections.abc import Sequence
from typing import Any

from services.referral.domain.scopes import Interaction, allows
from services.referral.fhir_api.answers import bundle, location
from services.referral.fhir_api.asking import check_scope
from services.referral.fhir_api.code_systems import OWN
from services.referral.records.resource import Json, Resource, instant
from services.referral.records.writing import Writing
from services.referral.use_cases.change_consent import create_consent
from services.referral.use_cases.check_resource import refuse_with_all
from services.referral.use_cases.keep_resource import NOT_SENT, create_resource
from services.referral.use_cases.new_risks import take_new_risks
from services.referral.use_cases.once import answered_before, remember
from services.referral.use_cases.raise_concern import Raised, raise_concern
from services.referral.use_cases.sent_concern import Part, SentConcern
from services.referral.use_cases.sent_documents import check_documents
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue
from shared.fhir.bundle import check_bundle
from shared.fhir.check import check, is_refused
from shared.fhir.json import write_json
from shared.fhir.outcome import outcome
from shared.fhir.references import references, rewrite_references
from shared.identity import Principal


def take_transaction(
    sent: Any, body: bytes, *, key: str | None, who: Principal, at: Workplace
) -> str:
    """The transaction-response as JSON text. Raises Invalid with everything that is wrong."""
    now = at.clock()
    warnings = checked(sent, who=who, at=at)
    for entry in sent["entry"]:
        check_scope(who, entry["resource"]["resourceType"], Interaction.CREATE)
    for index, entry in enumerate(sent["entry"]):
        place = f"Bundle.entry[{index}].resource"
        check_documents(entry["resource"], scan=at.scan, prefix=place)
    parts = tuple(
        Part(
            place=f"Bundle.entry[{index}].resource",
            resource=entry["resource"],
            full_url=entry.get("fullUrl"),
        )
        for index, entry in enumerate(sent["entry"])
    )
    with at.records.writing(who, now=now) as record:
        earlier = answered_before(record, key, body) if key else None
        if earlier is not None:
            return earlier
        answer = write_json(_take(parts, warnings, record, at)).decode()
        if key:
            remember(record, key, answer)
    return answer


def checked(sent: Any, *, who: Principal, at: Workplace) -> list[Issue]:
    """The warnings; Invalid with every issue when there is an error among them."""
    now = at.clock()
    issues = check_bundle(sent, types={"transaction"}, now=now)
    if is_refused(issues):
        raise Invalid(*issues)
    for index, entry in enumerate(sent["entry"]):
        issues += _entry_issues(entry, f"Bundle.entry[{index}]", now=now)
    if is_refused(issues):
        parts = {f"Bundle.entry[{n}].resource": one for n, one in enumerate(_resources(sent))}
        refuse_with_all(issues, parts, who=who, at=at)
    return issues


def _resources(sent: Json) -> list[Any]:
    return [entry.get("resource") for entry in sent["entry"]]


def _entry_issues(entry: Json, place: str, **when: Any) -> list[Issue]:
    request, resource = entry["request"], entry.get("resource")
    if request["method"] != "POST" or resource is None:
        text = "Only POST entries with a resource are taken in a transaction."
        return [Issue(text, f"{place}.request.method", "not-supported")]
    issues = check(resource, prefix=f"{place}.resource", code_systems=OWN, **when)
    if request["url"].strip("/") != resource.get("resourceType"):
        text = "The url of a POST is the type of its resource."
        issues.append(Issue(text, f"{place}.request.url", "value"))
    reason = NOT_SENT.get(resource.get("resourceType", ""))
    if reason:
        issues.append(Issue(reason, f"{place}.resource", "business-rule"))
    return issues


def _take(
    parts: tuple[Part, ...], warnings: Sequence[Issue], record: Writing, at: Workplace
) -> Json:
    if any(part.type == "ServiceRequest" for part in parts):
        raised = raise_concern(SentConcern(parts=parts), record=record, rules=at.rules)
        shows_tasks = allows(record.who.scope or "", "Task", Interaction.READ)
        return _answer_to_concern(raised, parts, warnings, shows_tasks=shows_tasks)
    kept = _keep_together(parts, record, at)
    return bundle("transaction-response", [_entry(one, "201 Created") for one in kept])


def _keep_together(parts: Sequence[Part], record: Writing, at: Workplace) -> list[Resource]:
    """Resources that point at each other are kept in the order in which they need each other."""
    kept: dict[str, Resource] = {}
    links: dict[str, str] = {}
    waiting = list(parts)
    while waiting:
        ready = [part for part in waiting if not _waits_for(part, waiting)] or waiting
        for part in ready:
            create = create_consent if part.type == "Consent" else create_resource
            made = create(rewrite_references(part.resource, links), record=record, rules=at.rules)
            kept[part.place] = made
            if part.full_url:
                links[part.full_url] = made.reference
        waiting = [part for part in waiting if part.place not in kept]
    together = [kept[part.place] for part in parts]
    take_new_risks(together, record=record, rules=at.rules)
    return together


def _waits_for(part: Part, waiting: Sequence[Part]) -> bool:
    others = {one.full_url for one in waiting if one is not part}
    return any(reference in others for _, reference in references(part.resource))


def _answer_to_concern(
    raised: Raised, parts: Sequence[Part], warnings: Sequence[Issue], *, shows_tasks: bool
) -> Json:
    """One entry for each that was sent, in its order, then the Tasks that routing made."""
    entries = []
    for part, kept in zip(parts, raised.kept, strict=True):
        known = part.type == "Patient" and raised.child_was_known
        entry = _entry(kept, "200 OK" if known else "201 Created")
        issues = [one for one in warnings if one.expression.startswith(f"{part.place}")]
        if part.type == "ServiceRequest":
            issues += _in_words(raised)
        if issues:
            entry["response"]["outcome"] = outcome(issues)
        entries.append(entry)
    made = [
        _entry(task, "201 Created") | ({"resource": task.json} if shows_tasks else {})
        for task in raised.referrals
    ]
    return bundle("transaction-response", entries + made)


def _in_words(raised: Raised) -> list[Issue]:
    names = {one.service.id: one.service.name for one in raised.routing.suggestions}
    told = []
    for task in raised.referrals:
        service = task.json["owner"]["reference"].partition("/")[2]
        because = task.json["reasonCode"]["text"]
        text = f"Sent to {names.get(service, 'the coordinator')} {because}. It is {task.reference}."
        told.append(Issue(text, code="informational", severity="information"))
    advice = [f"Meanwhile: {words}" for words in raised.routing.meanwhile]
    advice += [f"Tell: {words}" for words in raised.routing.tell]
    return told + [Issue(text, code="informational", severity="information") for text in advice]


def _entry(one: Resource, status: str) -> Json:
    response = {
        "status": status,
        "location": location(one).removeprefix("/fhir/"),
        "etag": f'W/"{one.version}"',
        "lastModified": instant(one.last_updated),
    }
    return {"fullUrl": f"/fhir/{one.reference}", "response": response}
