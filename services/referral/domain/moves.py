"""The one table of moves between the states of a referral.

It drives the code, the buttons on the pages, the refusals of the API and the diagram in
`docs/states.md`.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    SUBMITTED = "submitted"
    RECEIVED = "received"
    QUESTION = "question"
    ACCEPTED = "accepted"
    OFFERED = "appointment-offered"
    ASSESSING = "assessing"
    SUPPORTING = "supporting"
    PAUSED = "paused"
    REDIRECTED = "redirected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    IN_ERROR = "in-error"


class Move(StrEnum):
    RECEIVE = "receive"
    ACCEPT = "accept"
    ASK = "ask"
    ANSWER = "answer"
    OFFER = "offer"
    START = "start"
    SUPPORT = "support"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    REDIRECT = "redirect"
    PLACE = "place"
    HAND_OVER = "hand-over"
    LOOK_AGAIN = "look-again"
    RETURN = "return"
    WITHDRAW = "withdraw"
    ENTER_IN_ERROR = "enter-in-error"
    SEEN = "seen"
    EXCEPTION = "exception"
    RECORD = "record"


class Part(StrEnum):
    """The part someone plays towards one referral; it decides which moves are theirs."""

    SERVICE = "the service"
    REFERRER = "the referrer"
    FAMILY = "the family"
    COORDINATOR = "the coordinator"
    SYSTEM = "Sooner by itself"


class Need(StrEnum):
    """What must be said for a move to be made."""

    REASON = "reason"
    RETURN_REASON = "return-reason"
    NEXT_STEP = "next-step"
    QUESTION = "question"
    ANSWER = "answer"
    APPOINTMENT = "appointment"
    OUTCOME = "outcome"
    SERVICE = "service"
    EXCEPTION = "exception"
    HELP_PART = "help-part"


class When(StrEnum):
    """What else must be true of a referral, whose state alone does not say it."""

    UNSEEN = "it has climbed and nobody has seen it"
    LIMITED = "a limit runs"
    UNRECORDED = "a part of the help is not recorded"


class Kind(StrEnum):
    """Who holds a referral: a service that helps, or the desk that finds one."""

    SERVICE = "service"
    DESK = "desk"


@dataclass(frozen=True, kw_only=True)
class MoveRule:
    """One line of the table.

    `end` None means: back to where it was before the pause; or, for a move that `stays`, that the
    state is the same afterwards. `past` None: it stands in the story, and nobody is told of it.
    """

    label: str
    starts: frozenset[State]
    end: State | None
    by: frozenset[Part]
    past: str | None
    needs: tuple[Need, ...] = ()
    at: frozenset[Kind] = frozenset(Kind)
    when: When | None = None
    stays: bool = False


TRIAGE = frozenset({State.SUBMITTED, State.RECEIVED, State.QUESTION})
HELPING = frozenset({State.ACCEPTED, State.OFFERED, State.ASSESSING, State.SUPPORTING})
OPEN = TRIAGE | HELPING | {State.PAUSED}

_SERVICE = frozenset({Part.SERVICE})
_EVERYONE = frozenset({Part.SERVICE, Part.REFERRER, Part.FAMILY, Part.COORDINATOR})
_AT_SERVICE = frozenset({Kind.SERVICE})
_AT_DESK = frozenset({Kind.DESK})

#: Every move there is. Forward only, but for question and received, paused and before, and a desk
#: that looks again because the service it asked has returned the referral.
MOVES: dict[Move, MoveRule] = {
    Move.RECEIVE: MoveRule(
        label="Confirm receipt",
        starts=frozenset({State.SUBMITTED}),
        end=State.RECEIVED,
        by=_SERVICE,
        past="received",
    ),
    Move.ACCEPT: MoveRule(
        label="Accept the referral",
        starts=TRIAGE,
        end=State.ACCEPTED,
        by=_SERVICE,
        past="accepted",
    ),
    Move.ASK: MoveRule(
        label="Ask for more information",
        starts=frozenset({State.SUBMITTED, State.RECEIVED}),
        end=State.QUESTION,
        by=_SERVICE,
        past="question-asked",
        needs=(Need.QUESTION,),
    ),
    Move.ANSWER: MoveRule(
        label="Answer the question",
        starts=frozenset({State.QUESTION}),
        end=State.RECEIVED,
        by=_EVERYONE,
        past="question-answered",
        needs=(Need.ANSWER,),
    ),
    Move.OFFER: MoveRule(
        label="Offer an appointment",
        starts=frozenset({State.ACCEPTED, State.OFFERED}),
        end=State.OFFERED,
        by=_SERVICE,
        past="appointment-offered",
        needs=(Need.APPOINTMENT,),
        at=_AT_SERVICE,
    ),
    Move.START: MoveRule(
        label="Start the assessment",
        starts=frozenset({State.ACCEPTED, State.OFFERED}),
        end=State.ASSESSING,
        by=_SERVICE,
        past="started",
        at=_AT_SERVICE,
    ),
    Move.SUPPORT: MoveRule(
        label="Start the support",
        starts=frozenset({State.ACCEPTED, State.OFFERED, State.ASSESSING}),
        end=State.SUPPORTING,
        by=_SERVICE,
        past="supporting",
        at=_AT_SERVICE,
    ),
    Move.PAUSE: MoveRule(
        label="Pause, as the family asked",
        starts=OPEN - {State.PAUSED, State.QUESTION},
        end=State.PAUSED,
        by=_EVERYONE,
        past="paused",
        needs=(Need.REASON,),
    ),
    Move.RESUME: MoveRule(
        label="Carry on after the pause",
        starts=frozenset({State.PAUSED}),
        end=None,
        by=_EVERYONE,
        past="resumed",
    ),
    Move.COMPLETE: MoveRule(
        label="Close with an outcome",
        starts=HELPING,
        end=State.CLOSED,
        by=_SERVICE,
        past="completed",
        needs=(Need.OUTCOME,),
    ),
    Move.REDIRECT: MoveRule(
        label="Pass to a better service",
        starts=TRIAGE | HELPING,
        end=State.REDIRECTED,
        by=_SERVICE,
        past="redirected",
        needs=(Need.SERVICE, Need.REASON),
        at=_AT_SERVICE,
    ),
    Move.PLACE: MoveRule(
        label="Ask a service to take it",
        starts=TRIAGE | {State.ACCEPTED},
        end=State.ACCEPTED,
        by=_SERVICE,
        past="accepted",
        needs=(Need.SERVICE, Need.REASON),
        at=_AT_DESK,
    ),
    Move.HAND_OVER: MoveRule(
        label="Hand over to the service that took it",
        starts=OPEN,
        end=State.REDIRECTED,
        by=frozenset({Part.SYSTEM}),
        past="redirected",
        at=_AT_DESK,
    ),
    Move.LOOK_AGAIN: MoveRule(
        label="Look for another service",
        starts=frozenset({State.ACCEPTED}),
        end=State.RECEIVED,
        by=frozenset({Part.SYSTEM}),
        past="received",
        at=_AT_DESK,
    ),
    Move.RETURN: MoveRule(
        label="Return it: we cannot help with this",
        starts=TRIAGE,
        end=State.RETURNED,
        by=_SERVICE,
        past="returned",
        needs=(Need.RETURN_REASON, Need.NEXT_STEP),
        at=_AT_SERVICE,
    ),
    Move.WITHDRAW: MoveRule(
        label="Withdraw the referral",
        starts=OPEN,
        end=State.WITHDRAWN,
        by=_EVERYONE - {Part.SERVICE},
        past="withdrawn",
        needs=(Need.REASON,),
    ),
    Move.ENTER_IN_ERROR: MoveRule(
        label="Mark as recorded in error",
        starts=frozenset(State) - {State.IN_ERROR},
        end=State.IN_ERROR,
        by=_EVERYONE - {Part.FAMILY},
        past="entered-in-error",
        needs=(Need.REASON,),
    ),
    Move.SEEN: MoveRule(
        label="Say that you have seen it",
        starts=OPEN,
        end=None,
        by=frozenset({Part.SERVICE, Part.COORDINATOR}),
        past=None,
        when=When.UNSEEN,
        stays=True,
    ),
    Move.EXCEPTION: MoveRule(
        label="Record an exception",
        starts=OPEN,
        end=None,
        by=frozenset({Part.COORDINATOR}),
        past=None,
        needs=(Need.EXCEPTION,),
        when=When.LIMITED,
        stays=True,
    ),
    Move.RECORD: MoveRule(
        label="Record a part of the help",
        starts=HELPING,
        end=None,
        by=_SERVICE,
        past=None,
        needs=(Need.HELP_PART,),
        at=_AT_SERVICE,
        when=When.UNRECORDED,
        stays=True,
    ),
}

#: What nobody chooses: it follows from somebody else's move.
FOLLOWING = frozenset(move for move, rule in MOVES.items() if rule.by == {Part.SYSTEM})
