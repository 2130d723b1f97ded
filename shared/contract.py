"""The words between the services: what happened to a referral, and what became of each message.

Events carry ids and codes only: no name, no NHS number, no words about a child.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import orjson
from pydantic import AwareDatetime, StringConstraints, TypeAdapter

from shared.cloudevents import CloudEvent, read_json
from shared.errors import Invalid

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9./-]{0,80}$")]
PersonRef = Annotated[
    str, StringConstraints(pattern=r"^(Practitioner|RelatedPerson)/[A-Za-z0-9.-]{1,64}$")
]

REFERRAL = "sooner.referral."
MESSAGE = "sooner.message."


class Moment(StrEnum):
    """What happened to a referral; the end of the event's type."""

    MADE = "made"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    QUESTION_ASKED = "question-asked"
    QUESTION_ANSWERED = "question-answered"
    PAUSED = "paused"
    RESUMED = "resumed"
    APPOINTMENT_OFFERED = "appointment-offered"
    STARTED = "started"
    SUPPORTING = "supporting"
    COMPLETED = "completed"
    RETURNED = "returned"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    ENTERED_IN_ERROR = "entered-in-error"
    ESCALATED = "escalated"
    NEXT_STEP_DONE = "next-step-done"


class Audience(StrEnum):
    """As whom somebody is told: it decides the words."""

    REFERRER = "referrer"
    SERVICE = "service"
    FAMILY = "family"
    COORDINATOR = "coordinator"
    NEXT_STEP = "next-step"


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    IN_APP = "in-app"


class Fate(StrEnum):
    """What became of a message; the end of the event's type."""

    ACCEPTED = "accepted"  # the mail server took it; nobody knows whether it was read
    DELIVERED = "delivered"  # it lies in the person's inbox
    FAILED = "failed"  # given up


class AnswerStatus(StrEnum):
    """What the receiver did with one event of a batch."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody to tell; `id` is a reference such as `Practitioner/0199…`."""

    id: PersonRef
    audience: Audience
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class ReferralEvent:
    """Something happened to a referral, and these people are to be told. `id` never repeats."""

    id: Id
    at: AwareDatetime
    moment: Moment
    task: Id
    concern: Id
    child: Id
    service: Id
    move: Code
    state: Code
    level: int
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, kw_only=True)
class MessageEvent:
    """What became of one message to one person; `event` is the ReferralEvent it told of."""

    id: Id
    at: AwareDatetime
    fate: Fate
    message: Id
    event: Id
    task: Id
    concern: Id
    child: Id
    recipient: PersonRef
    channel: Channel
    template: Code


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One line of the answer to a batch; `reason` says why an event was rejected."""

    id: str
    status: AnswerStatus
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RecipientQuery:
    """May this person be written to about this child's referral now, and where?"""

    recipient: PersonRef
    child: Id
    task: Id


@dataclass(frozen=True, kw_only=True)
class RecipientResult:
    """The answer to one query, in the order of the queries; `reason` is a code."""

    recipient: PersonRef
    may_send: bool
    reason: str = ""
    email: str | None = None


@dataclass(frozen=True)
class _Queries:
    recipients: list[RecipientQuery]


@dataclass(frozen=True)
class _Results:
    results: list[RecipientResult]


_REFERRAL_EVENT = TypeAdapter(ReferralEvent)
_MESSAGE_EVENT = TypeAdapter(MessageEvent)
_ANSWERS = TypeAdapter(list[Answer])
_QUERIES = TypeAdapter(_Queries)
_RESULTS = TypeAdapter(_Results)


def referral_to_cloudevent(event: ReferralEvent) -> CloudEvent:
    return CloudEvent(
        id=event.id,
        source="/referral",
        type=REFERRAL + event.moment,
        subject=f"Task/{event.task}",
        time=event.at,
        data=_facts(event, without=("id", "at", "moment")),
    )


def message_to_cloudevent(event: MessageEvent) -> CloudEvent:
    return CloudEvent(
        id=event.id,
        source="/notify",
        type=MESSAGE + event.fate,
        subject=f"Task/{event.task}",
        time=event.at,
        data=_facts(event, without=("id", "fate")),
    )


def read_referral_event(event: CloudEvent) -> ReferralEvent:
    """Raise Invalid when the event is of another kind, or its facts are not as agreed."""
    moment = _ending(event, REFERRAL)
    facts = {**event.data, "id": event.id, "at": event.time, "moment": moment}
    return read_json(_REFERRAL_EVENT, orjson.dumps(facts))


def read_message_event(event: CloudEvent) -> MessageEvent:
    """Raise Invalid when the event is of another kind, or its facts are not as agreed."""
    facts = {**event.data, "id": event.id, "fate": _ending(event, MESSAGE)}
    return read_json(_MESSAGE_EVENT, orjson.dumps(facts))


def write_answers(answers: list[Answer]) -> bytes:
    return orjson.dumps(answers)


def read_answers(body: bytes) -> list[Answer]:
    return read_json(_ANSWERS, body)


def write_queries(queries: list[RecipientQuery]) -> bytes:
    return orjson.dumps(_Queries(queries))


def read_queries(body: bytes) -> list[RecipientQuery]:
    return read_json(_QUERIES, body).recipients


def write_results(results: list[RecipientResult]) -> bytes:
    return orjson.dumps(_Results(results))


def read_results(body: bytes) -> list[RecipientResult]:
    return read_json(_RESULTS, body).results


def _facts(event: ReferralEvent | MessageEvent, *, without: tuple[str, ...]) -> dict[str, object]:
    facts: dict[str, object] = orjson.loads(orjson.dumps(event))
    return {name: fact for name, fact in facts.items() if name not in without}


def _ending(event: CloudEvent, kind: str) -> str:
    if not event.type.startswith(kind):
        raise Invalid(f"type: an event of {kind}* was expected.")
    return event.type.removeprefix(kind)
