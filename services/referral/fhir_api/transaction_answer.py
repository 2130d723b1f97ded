"""The answer to a transaction: an entry for each that was sent, in its order, then the Tasks that
routing made."""

from collections.abc import Sequence

from services.referral.domain.scopes import Interaction, allows
from services.referral.fhir_api.answers import bundle, location
from services.referral.fhir_api.entries import Entry
from services.referral.fhir_api.prefer import Wanted
from services.referral.fhir_api.transaction_state import DELETED, Work
from services.referral.records.resource import Json, Resource, instant
from services.referral.use_cases.leaving import leaving
from services.referral.use_cases.raise_concern import Raised
from shared.errors import Issue
from shared.fhir.outcome import outcome


def answer_to(work: Work, warnings: Sequence[Issue], wanted: Wanted | None) -> Json:
    """The transaction-response. Each write answers as `Prefer: return=…` wants it; without that
    the Tasks alone come whole."""
    entries = [_answered(entry, work, warnings, wanted) for entry in work.entries]
    return bundle("transaction-response", entries + _tasks(work, wanted))


def _answered(entry: Entry, work: Work, warnings: Sequence[Issue], wanted: Wanted | None) -> Json:
    if entry.place in work.read:
        return work.read[entry.place]
    kept, status = work.done[entry.place]
    answer = _entry(kept, status)
    if status == DELETED:
        return {"response": {k: v for k, v in answer["response"].items() if k != "location"}}
    if wanted is Wanted.RESOURCE and _may_read(entry.type, work):
        answer["resource"] = leaving(kept, work.record).json
    issues = [one for one in warnings if one.expression.startswith(entry.place)]
    if entry.type == "ServiceRequest" and work.raised:
        issues += _in_words(work.raised)
    if issues or wanted is Wanted.OUTCOME:
        answer["response"]["outcome"] = outcome(issues)
    return answer


def _may_read(type: str, work: Work) -> bool:
    return allows(work.record.who.scope or "", type, Interaction.READ)


def _tasks(work: Work, wanted: Wanted | None) -> list[Json]:
    if work.raised is None:
        return []
    shows = _may_read("Task", work) and wanted is not Wanted.NOTHING
    return [
        _entry(task, "201 Created") | ({"resource": task.json} if shows else {})
        for task in work.raised.referrals
    ]


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
