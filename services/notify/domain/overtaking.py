"""Which messages that have not left yet are taken back by what happens next."""

from datetime import timedelta

from services.notify.domain.message import MessageState
from shared.contract import Moment

_STALE = frozenset({Moment.ESCALATED, Moment.KEEP_IN_TOUCH, Moment.REMINDED})
_MOVED = frozenset({Moment.ESCALATED, Moment.KEEP_IN_TOUCH})

#: For each moment, the earlier ones whose unsent messages to the same person about the same
#: referral it makes needless: the newer message says it better.
OVERTAKES: dict[str, frozenset[Moment]] = {
    Moment.ESCALATED: frozenset({Moment.ESCALATED}),
    Moment.KEEP_IN_TOUCH: frozenset({Moment.KEEP_IN_TOUCH}),
    Moment.REMINDED: frozenset({Moment.REMINDED}),
    Moment.QUESTION_ANSWERED: frozenset({Moment.REMINDED, Moment.QUESTION_ASKED}),
    Moment.ACCEPTED: _MOVED,
    Moment.STARTED: _MOVED,
    Moment.APPOINTMENT_OFFERED: _MOVED | {Moment.APPOINTMENT_OFFERED},
    Moment.COMPLETED: _STALE,
    Moment.RETURNED: _STALE,
    Moment.REDIRECTED: _STALE,
}

#: After these nobody is told any more what happened to the referral before, to whomever it was.
ENDS_ALL = frozenset({Moment.WITHDRAWN, Moment.ENTERED_IN_ERROR})

TAKEN_BACK = {True: MessageState.CANCELLED, False: MessageState.SUPERSEDED}

#: How long a message is worth sending; others are so at any time.
WORTH: dict[str, timedelta] = {
    Moment.WAY_IN_ASKED: timedelta(minutes=30),
    Moment.REMINDED: timedelta(days=3),
    Moment.KEEP_IN_TOUCH: timedelta(days=7),
}
