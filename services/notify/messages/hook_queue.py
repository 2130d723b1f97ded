"""Puts what happened before those who subscribed to it, in the transaction that makes it known."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, literal, select
from sqlmodel import Session

from services.notify.messages.tables import HookEventRow, SubscriptionRow
from shared.cloudevents import CloudEvent
from shared.contract import MessageEvent, Moment
from shared.errors import Invalid
from shared.subscribing import Status
from shared.topics import NOT_TOLD, TOPIC_OF, Topic
from shared.wire import read_referral_event

#: One that is in error hears of it when it is started again.
HEARS = (Status.REQUESTED, Status.ACTIVE, Status.ERROR)

_SUBSCRIPTION = SubscriptionRow.metadata.tables["subscription"].c
_EVENT = HookEventRow.metadata.tables["hook_event"]


def queue_events(session: Session, events: Iterable[CloudEvent]) -> None:
    """Whether each subscriber may see them is asked when they are told."""
    for event in events:
        try:
            known = read_referral_event(event)
        except Invalid:
            continue
        if topic := topic_of(known.moment):
            _queue(session, topic, known.id, known.task, known.at)


def queue_fate(session: Session, fate: MessageEvent) -> None:
    if fate.fate in NOT_TOLD:
        _queue(session, Topic.MESSAGE_FAILED, fate.id, fate.task, fate.at)


def topic_of(moment: Moment) -> Topic | None:
    return TOPIC_OF.get(moment)


def _queue(session: Session, topic: Topic, event: str, task: str, at: datetime) -> None:
    table = _EVENT.c
    hearing = select(
        _SUBSCRIPTION.id,
        literal(event),
        literal(task),
        literal(at, type_=table.happened_at.type),
    ).where(
        _SUBSCRIPTION.topic == topic,
        _SUBSCRIPTION.status.in_(HEARS),
        _SUBSCRIPTION.created_at <= at,
    )
    columns = ["subscription", "event", "task", "happened_at"]
    session.execute(insert(_EVENT).from_select(columns, hearing))
