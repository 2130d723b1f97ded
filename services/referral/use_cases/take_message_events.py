"""Write in the record what became of each message: who was told what, when and how."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from services.referral.records.correspondence import told
from services.referral.records.inbox import take_in
from services.referral.records.writing import Writing
from services.referral.use_cases.workplace import Workplace
from shared.cloudevents import CloudEvent, Unreadable
from shared.contract import Answer, AnswerStatus, MessageEvent
from shared.errors import Invalid
from shared.identity import job
from shared.wire import read_message_event

NOTIFY = job("notify")


def take_message_events(
    events: Sequence[CloudEvent | Unreadable], *, at: Workplace
) -> list[Answer]:
    """One answer an event; what cannot be read is rejected with the reason."""
    with at.records.writing(NOTIFY, now=at.clock()) as record:
        answers = [_take(event, record) for event in events]
        record.note("events", detail=_counted(answers))
    return answers


def _counted(answers: Sequence[Answer]) -> str:
    counts = Counter(answer.status.value for answer in answers)
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))


def _take(event: CloudEvent | Unreadable, record: Writing) -> Answer:
    if isinstance(event, Unreadable):
        return Answer(id=event.id, status=AnswerStatus.REJECTED, reason=event.reason)
    try:
        message = read_message_event(event)
    except Invalid as wrong:
        return Answer(id=event.id, status=AnswerStatus.REJECTED, reason=str(wrong))
    if not take_in(record, message.id):
        return Answer(id=event.id, status=AnswerStatus.DUPLICATE)
    return _keep(message, record)


def _keep(message: MessageEvent, record: Writing) -> Answer:
    task = record.find("Task", message.task)
    if task is None:
        reason = "There is no such Task."
        return Answer(id=message.id, status=AnswerStatus.REJECTED, reason=reason)
    place = replace(task.place, origin=None)  # no organisation wrote it, and none may change it
    record.note("message", record.create(told(message), place))
    return Answer(id=message.id, status=AnswerStatus.ACCEPTED)
