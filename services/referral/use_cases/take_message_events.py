"""Write in the record what became of each message: who was told what, when and how."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import structlog

from services.referral.records.correspondence import told
from services.referral.records.inbox import take_in
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.reach_family import NOT_DELIVERED, ask_to_reach
from services.referral.use_cases.workplace import Workplace
from shared.cloudevents import CloudEvent, Unreadable
from shared.contract import Answer, AnswerStatus, Fate, MessageEvent, Moment
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
    """One answer an event; what cannot be read is rejected with the reason."""
    with at.records.writing(NOTIFY, now=at.clock()) as record:
        answers = [_take(event, record, at.rules) for event in events]
        record.note("events", detail=_counted(answers))
    return answers


def _counted(answers: Sequence[Answer]) -> str:
    counts = Counter(answer.status.value for answer in answers)
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))


def _take(event: CloudEvent | Unreadable, record: Writing, rules: Rulebook) -> Answer:
    if isinstance(event, Unreadable):
        return Answer(id=event.id, status=AnswerStatus.REJECTED, reason=event.reason)
    try:
        message = read_message_event(event)
    except Invalid as wrong:
        return Answer(id=event.id, status=AnswerStatus.REJECTED, reason=str(wrong))
    if not take_in(record, message.id):
        return Answer(id=event.id, status=AnswerStatus.DUPLICATE)
    return _keep(message, record, rules)


def _keep(message: MessageEvent, record: Writing, rules: Rulebook) -> Answer:
    task = record.find("Task", message.task)
    if task is None:
        reason = "There is no such Task."
        return Answer(id=message.id, status=AnswerStatus.REJECTED, reason=reason)
    place = replace(task.place, origin=None)  # no organisation wrote it, and none may change it
    record.note("message", record.create(told(message), place))
    if _leaves_family_untold(message):
        _make_work(message, record, rules)
    return Answer(id=message.id, status=AnswerStatus.ACCEPTED)


def _make_work(message: MessageEvent, record: Writing, rules: Rulebook) -> None:
    loaded, because_of = record.concern_of_task(message.task), message.message
    try:
        ask_to_reach(
            loaded, message.task, NOT_DELIVERED, because_of=because_of, record=record, rules=rules
        )
    except Conflict:  # what became of the message is kept all the same
        log.error("nobody to reach a family", message=message.message)


def _leaves_family_untold(message: MessageEvent) -> bool:
    is_family = message.recipient.startswith("RelatedPerson/")
    is_lost = message.fate in (Fate.FAILED, Fate.UNCERTAIN)
    return is_family and is_lost and not message.template.endswith(_SEEN_BY_THEM)
