"""Take a batch of events: keep each new one with the messages it makes, and answer every line."""

from collections.abc import Sequence
from datetime import datetime

from services.notify.domain.message import Message
from services.notify.domain.plan import messages_for
from services.notify.messages.store import Store
from shared.cloudevents import CloudEvent, Unreadable
from shared.contract import Answer, AnswerStatus
from shared.errors import Invalid
from shared.wire import read_referral_event

Planned = tuple[CloudEvent, list[Message]]


def take_events(
    entries: Sequence[CloudEvent | Unreadable], *, store: Store, now: datetime
) -> list[Answer]:
    """One answer an entry, in their order. One that cannot be read holds up no other."""
    planned = [_plan(entry, now) for entry in entries]
    fresh = store.take({plan[0].id: plan for plan in planned if isinstance(plan, tuple)}, now=now)
    return [_answer(plan, fresh) for plan in planned]


def _plan(entry: CloudEvent | Unreadable, now: datetime) -> Planned | Answer:
    if isinstance(entry, Unreadable):
        return _rejected(entry.id, entry.reason)
    try:
        return entry, messages_for(read_referral_event(entry), now=now)
    except Invalid as wrong:
        return _rejected(entry.id, str(wrong))


def _answer(plan: Planned | Answer, fresh: set[str]) -> Answer:
    """Only the first of its id in a batch is fresh: it is taken out of the set."""
    if isinstance(plan, Answer):
        return plan
    id = plan[0].id
    if id not in fresh:
        return Answer(id=id, status=AnswerStatus.DUPLICATE)
    fresh.remove(id)
    return Answer(id=id, status=AnswerStatus.ACCEPTED)


def _rejected(id: str, reason: str) -> Answer:
    return Answer(id=id, status=AnswerStatus.REJECTED, reason=reason)
