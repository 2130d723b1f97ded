"""The words between the services: what happened to a referral, and what became of each message.

Events carry ids and codes only: no name, no NHS number, no words about a child. Their patterns are
checked wherever one is made, so that anything else fails at its source.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
CODE = re.compile(r"[A-Za-z0-9./-]{0,80}")
PERSON = re.compile(r"(Practitioner|RelatedPerson)/[A-Za-z0-9.-]{1,64}")


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
    APPOINTMENT_CHANGED = "appointment-changed"  # another time in place of one that was offered
    APPOINTMENT_REMINDER = "appointment-reminder"
    APPOINTMENT_MISSED = "appointment-missed"
    STARTED = "started"
    SUPPORTING = "supporting"
    COMPLETED = "completed"
    RETURNED = "returned"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    ENTERED_IN_ERROR = "entered-in-error"
    ESCALATED = "escalated"
    NEXT_STEP_DONE = "next-step-done"
    INVITED = "invited"  # staff showed a carer where they can follow it
    WAY_IN_ASKED = "way-in-asked"  # a carer asked for a link to come in by
    REASSIGNED = "reassigned"
    OPENED_IN_EMERGENCY = "opened-in-emergency"
    KEEP_IN_TOUCH = "keep-in-touch"  # a family that waits hears how long it may be
    REMINDED = "reminded"  # a question to the family is still open
    THINGS_CHANGED = "things-changed"
    MESSAGE = "message"  # somebody asked that a person is told to look
    REACH_FAMILY = "reach-family"  # a family did not answer
    UNDELIVERED = "undelivered"  # a family did not get a message, or nobody can know


class Audience(StrEnum):
    """As whom somebody is told: it decides the words."""

    REFERRER = "referrer"
    SERVICE = "service"
    FAMILY = "family"
    COORDINATOR = "coordinator"
    NEXT_STEP = "next-step"
    KEY_CONTACT = "key-contact"
    MANAGER = "manager"  # of the service
    AREA = "area"  # who answers for an area: its SEND coordinator, officers and commissioner
    LEADERS = "leaders"


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    IN_APP = "in-app"
    REST_HOOK = "rest-hook"


class Fate(StrEnum):
    """What became of a message; the end of the event's type."""

    ACCEPTED = "accepted"  # the mail server took it; nobody knows whether it was read
    DELIVERED = "delivered"  # it lies in the person's inbox
    FAILED = "failed"  # given up
    NOT_SENT = "not-sent"  # what somebody asked for, and it was not to be sent
    NOT_POSTED = "not-posted"  # a letter lies on the desk for longer than a working day
    UNCERTAIN = "uncertain"  # it may have gone out or not: nobody can know


class AnswerStatus(StrEnum):
    """What the receiver did with one event of a batch."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody to tell; `id` is a reference such as `Practitioner/0199…`."""

    id: str
    audience: Audience
    urgent: bool = False

    def __post_init__(self) -> None:
        _check(self, {"id": PERSON})


@dataclass(frozen=True, kw_only=True)
class ReferralEvent:
    """Something happened to a referral, and these people are to be told. `id` never repeats.
    `medium` is the channel that whoever asked for it would use."""

    id: str
    at: datetime
    moment: Moment
    task: str
    concern: str
    child: str
    service: str
    move: str
    state: str
    level: int
    recipients: tuple[Recipient, ...]
    medium: Channel | None = None

    def __post_init__(self) -> None:
        ids = dict.fromkeys(("id", "task", "concern", "child", "service"), ID)
        _check(self, {**ids, "move": CODE, "state": CODE})
        _check_aware(self.at)


@dataclass(frozen=True, kw_only=True)
class MessageEvent:
    """What became of one message to one person; `event` is the ReferralEvent it told of. `version`
    and `hash` name the very words that went out, for whoever asks years later."""

    id: str
    at: datetime
    fate: Fate
    message: str
    event: str
    task: str
    concern: str
    child: str
    recipient: str
    channel: Channel
    template: str
    version: str = ""
    hash: str = ""

    def __post_init__(self) -> None:
        ids = dict.fromkeys(("id", "message", "event", "task", "concern", "child"), ID)
        codes = dict.fromkeys(("template", "version", "hash"), CODE)
        _check(self, {**ids, **codes, "recipient": PERSON})
        _check_aware(self.at)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One line of the answer to a batch; `reason` says why an event was rejected."""

    id: str
    status: AnswerStatus
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RecipientQuery:
    """May this person be written to about this child's referral now, and where? `event` is the
    ReferralEvent that the message tells of, and `moment` says what happened."""

    recipient: str
    child: str
    task: str
    moment: Moment | None = None
    event: str = ""

    def __post_init__(self) -> None:
        _check(self, {"recipient": PERSON, "child": ID, "task": ID, "event": CODE})


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Numbers and a date that a message may say, as they are when it leaves: by when something
    should have happened; how many weeks half and nine in ten of `sample` families waited; in how
    many weeks the family hears again."""

    due: date | None = None
    half_waited: int | None = None
    most_waited: int | None = None
    sample: int | None = None
    again_in: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecipientResult:
    """The answer to one query, in the order of the queries; `reason` is a code. `path` is where the
    link of this one message leads, when it must lead to a page of its own: it may hold a secret, so
    it goes into the mail and is kept nowhere. `same_as` are other references of the same person,
    whose wishes count where this one has said none."""

    recipient: str
    may_send: bool
    reason: str = ""
    email: str | None = None
    phone: str | None = None
    post: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    language: str = "en"
    large_print: bool = False
    path: str | None = None
    figures: Figures = Figures()
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Totals:
    """A service's heartbeat: of the events in its outbox, how many the other one has, still waits
    for, or would not take, and how many are held for a later day; and how many of the other's
    events it has `taken`."""

    published: int
    waiting: int
    held: int
    parked: int
    taken: int


def _check(words: object, patterns: Mapping[str, re.Pattern[str]]) -> None:
    for name, pattern in patterns.items():
        if not pattern.fullmatch(getattr(words, name)):
            raise ValueError(f"{name} must match {pattern.pattern}")


def _check_aware(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("at must have a time zone")
