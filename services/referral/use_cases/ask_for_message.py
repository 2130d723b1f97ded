"""A person or an agency asks that somebody is told: it goes the way of every other message.

What they wrote stays in the record, where those who may see it read it. The message itself says
only that it is there.
"""

from datetime import datetime

from services.referral.domain.referral import ReferralId
from services.referral.records.instants import span
from services.referral.records.reading import Loaded
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.keep_resource import create_resource
from services.referral.use_cases.requested_messages import TYPE
from services.referral.use_cases.telling import URGENT
from shared.contract import Audience, Channel, Moment, Recipient, ReferralEvent
from shared.errors import Invalid, Issue
from shared.fhir.references import reference_parts

MOVE = "ask-for-message"


def ask_for_message(sent: Json, *, record: Writing, rules: Rulebook) -> Resource:
    """The request as it is kept. Invalid unless it is active, is about a Task that the sender sees,
    and names carers of that child or people at work."""
    if sent.get("status") != "active":
        raise _wrong("Only an active request is acted on.", "status")
    task = _task(sent)
    loaded = record.concern_of_task(task)
    recipients = _recipients(sent, loaded, record)
    made = create_resource(sent, record=record, rules=rules)
    event = _event(made, loaded, task, recipients, record)
    occurs = _occurs(sent)
    held = occurs if occurs and occurs > record.now else None
    record.tell([event], held_until=held)
    return made


def _task(sent: Json) -> str:
    about = [reference_parts(one.get("reference", "")) for one in sent.get("about", [])]
    tasks = [parts[1] for parts in about if parts and parts[0] == "Task"]
    if len(tasks) != 1:
        raise _wrong("Say in about which one Task it is about.", "about")
    return tasks[0]


def _recipients(sent: Json, loaded: Loaded, record: Writing) -> tuple[Recipient, ...]:
    is_urgent = sent.get("priority") in URGENT
    named = [reference_parts(one.get("reference", "")) for one in sent.get("recipient", [])]
    found = [_recipient(parts, loaded, record, is_urgent=is_urgent) for parts in named]
    if not found:
        raise _wrong("Say in recipient who is to be told.", "recipient")
    return tuple(found)


def _recipient(
    parts: tuple[str, str] | None, loaded: Loaded, record: Writing, *, is_urgent: bool
) -> Recipient:
    type, id = parts or ("", "")
    if type == "RelatedPerson":
        carer = record.find(type, id)
        if carer and carer.place.child == loaded.concern.child:
            return Recipient(id=f"{type}/{id}", audience=Audience.FAMILY)
    if type == "Practitioner":
        return Recipient(id=f"{type}/{id}", audience=Audience.REFERRER, urgent=is_urgent)
    raise _wrong("A recipient is a carer of this child, or a Practitioner.", "recipient")


def _event(
    made: Resource, loaded: Loaded, task: str, recipients: tuple[Recipient, ...], record: Writing
) -> ReferralEvent:
    referral = loaded.concern.referral(ReferralId(task))
    return ReferralEvent(
        id=made.id,
        at=record.now,
        moment=Moment.MESSAGE,
        task=task,
        concern=loaded.concern.id,
        child=loaded.concern.child,
        service=referral.service,
        move=MOVE,
        state=referral.state,
        level=referral.level,
        recipients=recipients,
        medium=_medium(made.json),
    )


def _medium(sent: Json) -> Channel | None:
    """The first that we know of; the person's own wishes come first all the same."""
    codes = [code.get("code") for one in sent.get("medium", []) for code in one.get("coding", [])]
    known = {channel.value for channel in (Channel.EMAIL, Channel.SMS, Channel.LETTER)}
    return next((Channel(code) for code in codes if code in known), None)


def _occurs(sent: Json) -> datetime | None:
    start = sent.get("occurrenceDateTime") or sent.get("occurrencePeriod", {}).get("start")
    return datetime.fromisoformat(span(start)[0]) if start else None


def _wrong(text: str, field: str) -> Invalid:
    return Invalid(Issue(text, f"{TYPE}.{field}", "business-rule"))
