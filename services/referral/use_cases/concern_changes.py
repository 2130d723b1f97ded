"""Write what a move changed of a concern: its Tasks, its own status, and the trace of it."""

from dataclasses import replace

from services.referral.domain import access
from services.referral.domain.access import Tags
from services.referral.domain.agreement import shared_tags
from services.referral.domain.changes import Change
from services.referral.domain.concern import Ask, Concern
from services.referral.domain.referral import Referral
from services.referral.records.agreements import to_agreement
from services.referral.records.provenance import provenance
from services.referral.records.queue import About, about
from services.referral.records.reading import Loaded
from services.referral.records.resource import Json, Place, Resource
from services.referral.records.tasks import changed_ask, changed_task, new_ask, new_task
from services.referral.records.writing import Writing
from services.referral.use_cases.telling import tell
from shared.identity import job

QUEUE_KEEPER = job("queue")


def write_change(
    record: Writing,
    loaded: Loaded,
    change: Change,
    *,
    move: str,
    text: str | None,
    sent: dict[str, Json],
    tags: Tags | None = None,
) -> dict[str, Resource]:
    """The new versions by id. `sent` holds the bodies that a client sent for some of the Tasks.

    `tags` is given where who may see the concern has just been decided.
    """
    place = replace(loaded.request.place, tags=tags) if tags else _place(record, loaded, change)
    if tags is None and place.tags != loaded.request.place.tags:
        _let_new_services_see(record, loaded, place)
    facts = about(record.resource("Patient", change.concern.child).json, loaded.request.json)
    written = _referrals(record, loaded, change.concern, place, facts, sent)
    written |= _asks(record, loaded, change.concern, place, facts, sent)
    if change.concern.status != loaded.concern.status:
        status = {**loaded.request.json, "status": change.concern.status}
        written[loaded.request.id] = record.update(loaded.request, status, place)
    made = list(written.values())
    record.create(provenance(move, made, record.who, record.now, text), place)
    for one in made:
        record.note(move, one)
    tell(record, change, move)
    return written


def _place(record: Writing, loaded: Loaded, change: Change) -> Place:
    """A service that is asked sees the concern, and one that has ended goes on seeing it, as far
    as the family agreed."""
    place = loaded.request.place
    asked = {f"svc:{referral.service}" for referral in change.concern.referrals}
    if asked <= place.tags:
        return place
    with record.seeing_as(QUEUE_KEEPER):
        consents = record.of_concern(loaded.request.id, "Consent")
    agreements = [to_agreement(one.json) for one in consents]
    return replace(place, tags=shared_tags(place.tags, change.concern, agreements))


def _let_new_services_see(record: Writing, loaded: Loaded, place: Place) -> None:
    record.retag(loaded.request.id, place.tags)
    child = record.resource("Patient", loaded.concern.child)
    record.let_see(child, access.only_services(place.tags))


def _referrals(
    record: Writing,
    loaded: Loaded,
    concern: Concern,
    place: Place,
    facts: About,
    sent: dict[str, Json],
) -> dict[str, Resource]:
    before = {referral.id: referral for referral in loaded.concern.referrals}
    changed = [one for one in concern.referrals if one != before.get(one.id) or one.id in sent]
    return {
        one.id: _queued(record, _referral(record, loaded, one, concern, place, sent), facts)
        for one in changed
    }


def _referral(
    record: Writing,
    loaded: Loaded,
    referral: Referral,
    concern: Concern,
    place: Place,
    sent: dict[str, Json],
) -> Resource:
    old = loaded.tasks.get(referral.id)
    if old is None:
        return record.create(new_task(referral, concern), place, id=referral.id)
    body = sent.get(referral.id, old.json)
    return record.update(old, changed_task(body, referral, record.now), place)


def _asks(
    record: Writing,
    loaded: Loaded,
    concern: Concern,
    place: Place,
    facts: About,
    sent: dict[str, Json],
) -> dict[str, Resource]:
    before = {ask.id: ask for ask in loaded.concern.asks}
    changed = [ask for ask in concern.asks if ask != before.get(ask.id)]
    return {
        ask.id: _queued(record, _ask(record, loaded, ask, concern, place, sent), facts)
        for ask in changed
    }


def _ask(
    record: Writing,
    loaded: Loaded,
    ask: Ask,
    concern: Concern,
    place: Place,
    sent: dict[str, Json],
) -> Resource:
    old = loaded.tasks.get(ask.id)
    if old is None:
        return record.create(new_ask(ask, concern, record.who.reference), place, id=ask.id)
    return record.update(old, changed_ask(sent.get(ask.id, old.json), ask, record.now), place)


def _queued(record: Writing, task: Resource, facts: About) -> Resource:
    record.queue(task, facts)
    return task


def refreshed_queue(record: Writing, changed: Resource) -> None:
    """The queue says what the child's and the concern's own resources say: write it again.

    Also where the Tasks belong to concerns that whoever changed it may not see.
    """
    child = changed.place.child or changed.id
    with record.seeing_as(QUEUE_KEEPER):
        patient = changed if changed.type == "Patient" else record.resource("Patient", child)
        for request in record.of_child(child, "ServiceRequest"):
            if changed.type == "Patient" or changed.id == request.id:
                loaded = record.concern(request.id)
                now = changed if changed.id == request.id else loaded.request
                for task in loaded.tasks.values():
                    record.queue(task, about(patient.json, now.json))
