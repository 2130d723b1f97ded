"""What people read instead of states and moves."""

from services.referral.domain.moves import Move, State
from services.referral.domain.routing_rules import without_rules
from shared.identity import Role

#: As a service sees its own referrals.
STATES: dict[State, str] = {
    State.SUBMITTED: "New",
    State.RECEIVED: "Received",
    State.QUESTION: "Waiting for an answer",
    State.ACCEPTED: "Accepted, waiting",
    State.OFFERED: "Appointment offered",
    State.ASSESSING: "Being assessed",
    State.SUPPORTING: "Support has begun",
    State.PAUSED: "Paused",
    State.REDIRECTED: "Passed on",
    State.RETURNED: "Returned",
    State.WITHDRAWN: "Withdrawn",
    State.CLOSED: "Closed",
    State.IN_ERROR: "Recorded in error",
}

#: As whoever asked for help sees them, where that differs.
STATES_OUTSIDE: dict[State, str] = {**STATES, State.SUBMITTED: "Sent, not opened yet"}

#: Said once a move is made.
DONE: dict[str, str] = {
    Move.RECEIVE: "You confirmed that you have this referral",
    Move.ACCEPT: "You accepted this referral",
    Move.ASK: "Your question was sent",
    Move.ANSWER: "Your answer was sent",
    Move.OFFER: "The appointment was offered",
    Move.START: "The assessment has started",
    Move.SUPPORT: "The support has started",
    Move.PAUSE: "This referral is paused",
    Move.RESUME: "This referral goes on",
    Move.COMPLETE: "This referral is closed with its outcome",
    Move.REDIRECT: "This referral was passed on",
    Move.PLACE: "The service was asked to take it",
    Move.RETURN: "This referral was returned, with its next step",
    Move.WITHDRAW: "This referral was withdrawn",
    Move.ENTER_IN_ERROR: "This referral is marked as recorded in error",
    Move.SEEN: "It stands in the story that you have seen it",
    Move.EXCEPTION: "The exception is recorded",
    Move.RECORD: "It is recorded",
    "next-step": "What you did was recorded",
    "action": "What you did was recorded",
    "things-changed-done": "What you did was recorded",
    "reach-family-done": "What you did was recorded",
    "appointment-missed-done": "What you did was recorded",
    "appointment-missed": "It is recorded. The family hears that they can have a new time",
    "tell": "The message is asked for",
    "times": "Thank you. The service has the days that suit you",
    "things-changed": "Thank you. A person will read this the same working day",
}


def sentence(text: str) -> str:
    """ "because talking is a worry" as a sentence of its own."""
    stopped = text if text.endswith((".", "!", "?")) else f"{text}."
    return f"{stopped[:1].upper()}{stopped[1:]}" if text else ""


def reason(because: str, role: Role) -> str:
    """Why a service was asked, as a sentence. Staff read which rule said so; a family does not."""
    return sentence(without_rules(because) if role is Role.FAMILY else because)
