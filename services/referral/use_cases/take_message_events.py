"""Write in the record what became of each message: who was told what, when and how."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import structlog

from services.referral.records.correspondence import told, told_again
from services.referral.records.inbox import take_in
from services.referral.records.resource import Place, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.reach_family import (
    NOT_DELIVERED,
    NOT_POSTED,
    ask_desk,
    ask_to_reach,
)
from services.referral.use_cases.requested_messages import end_requests, request_of
from services.referral.use_cases.workplace import Workplace
from shared.cloudevents import CloudEvent, Unreadable
from shared.contract import Answer, AnswerStatus, Channel, Fate, MessageEvent, Moment
from shared.errors import Conflict, Invalid
from shared.identity import job
from shared.wire import read_message_event

NOTIFY = job("notify")
log = structlog.get_logger(__name__)


#: Who asks for a link sees that none came, and asks again.
_SEEN_BY_THEM = f"/{Moment.WAY_IN_ASKED}"


def take_message_events(
    events: Sequence[CloudEvent | Unreadable], *, at: Workplace
) -> list[Answer]:
    """One answer an event; what cannot be read is rejected with the reason. The second event of a
    batch about the same message gets none, and so comes again when the first is kept."""
    seen: set[str] = set()
    with at.records.writing(NOTIFY, now=at.clock()) as record:
        found = [_take(event, seen, record, at.rules) for event in events]
        end_requests(record)
        answers = [answer for answer in found if answer]
        record.note("events", detail=_counted(answers))
    return answers


def _counted(answers: Sequence[Answer]) -> str:
    counts = Counter(answer.status.value for answer in answers)
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))


def _take(
    event: CloudEvent | Unreadable, seen: set[str], record: Writing, rules: Rulebook
) -> Answer | None:
    if isinstance(event, Unreadable):
        return Answer(id=event.id, status=AnswerStatus.REJECTED, reason=event.reason)
    try:
        message = read_message_event(event)
    except Invalid as wrong:
        return Answer(id=event.id, status=AnswerStatus.REJECTED, reason=str(wrong))
    if message.message in seen:
        return None
    seen.add(message.message)
    if not take_in(record, message.id):
        return Answer(id=event.id, status=AnswerStatus.DUPLICATE)
    return _keep(message, record, rules)


def _keep(message: MessageEvent, record: Writing, rules: Rulebook) -> Answer:
    task = record.find("Task", message.task)
    if task is None:
        reason = "There is no such Task."
        return Answer(id=message.id, status=AnswerStatus.REJECTED, reason=reason)
    place = replace(task.place, origin=None)  # no organisation wrote it, and none may change it
    if message.fate is Fate.NOT_POSTED:
        record.note("message", task)
        _make_work(message, record, rules)
        return Answer(id=message.id, status=AnswerStatus.ACCEPTED)
    record.note("message", _written(message, place, record))
    if _leaves_family_untold(message):
        _make_work(message, record, rules)
    return Answer(id=message.id, status=AnswerStatus.ACCEPTED)


def _written(message: MessageEvent, place: Place, record: Writing) -> Resource:
    """One Communication a message, whatever is heard of it. The inbox shows its own in the order
    of their ids, so these get new ones; a message is in it once."""
    asked = request_of(message, record)
    if message.channel is Channel.IN_APP:
        return record.create(told(message, asked), place)
    known = record.find("Communication", message.message)
    if known is None:
        return record.create(told(message, asked), place, id=message.message)
    newer = told_again(known.json, message, asked)
    return record.update(known, newer) if newer else known


def _make_work(message: MessageEvent, record: Writing, rules: Rulebook) -> None:
    loaded, because_of = record.concern_of_task(message.task), message.message
    ask, why = ask_to_reach, NOT_DELIVERED
    if message.fate is Fate.NOT_POSTED:  # what becomes of it once it is posted is another matter
        ask, why, because_of = ask_desk, NOT_POSTED, f"{because_of}/{message.fate}"
    try:
        ask(loaded, message.task, why, because_of=because_of, record=record, rules=rules)
    except Conflict:  # what became of the message is kept all the same
        log.error("nobody to reach a family", message=message.message)


def _leaves_family_untold(message: MessageEvent) -> bool:
    is_family = message.recipient.startswith("RelatedPerson/")
    is_lost = message.fate in (Fate.FAILED, Fate.UNCERTAIN)
    return is_family and is_lost and not message.template.endswith(_SEEN_BY_THEM)
