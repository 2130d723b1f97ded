"""Which messages that have not left yet are taken back by what happens next."""

from datetime import timedelta

from shared.contract import Moment

_STALE = frozenset({Moment.ESCALATED, Moment.KEEP_IN_TOUCH, Moment.REMINDED})
_APPOINTMENT = frozenset(
    {Moment.APPOINTMENT_OFFERED, Moment.APPOINTMENT_CHANGED, Moment.APPOINTMENT_REMINDER}
)
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
    Moment.APPOINTMENT_OFFERED: _MOVED | _APPOINTMENT,
    Moment.APPOINTMENT_CHANGED: _APPOINTMENT,
    Moment.APPOINTMENT_MISSED: _APPOINTMENT,
    Moment.COMPLETED: _STALE | _APPOINTMENT,
    Moment.RETURNED: _STALE | _APPOINTMENT,
    Moment.REDIRECTED: _STALE | _APPOINTMENT,
}

#: After these nobody is told any more what happened to the referral before, to whomever it was.
ENDS_ALL = frozenset({Moment.WITHDRAWN, Moment.ENTERED_IN_ERROR})

#: How long a message is worth sending; others are so at any time.
WORTH: dict[str, timedelta] = {
    Moment.WAY_IN_ASKED: timedelta(minutes=30),
    Moment.APPOINTMENT_REMINDER: timedelta(days=2),  # it leaves two days before
    Moment.REMINDED: timedelta(days=3),
    Moment.KEEP_IN_TOUCH: timedelta(days=7),
}
