"""What is asked before a move is made: a form for each line of the table of moves.

The keys are those of `domain.changes.Details`, and of an appointment: `date`, `time`, `minutes`,
`how` and `place`; of an exception: `clock`, `code`, `from`, `until`, `asked`,
`evidence`; of help: `part`.
"""

from services.referral.domain.exceptions import EXCEPTION_WORDS
from services.referral.domain.minding import AT
from services.referral.domain.moves import MOVES, Move, Need
from services.referral.web.forms.questions import Kind, Question, Step, options
from services.referral.web.forms.questions import Need as Must

#: Why a referral is returned: the national reasons and our own.
RETURN_REASONS = options(
    ("incomplete", "Something we need is missing, and we could not get it"),
    ("wrong-age", "The child is too young or too old for us"),
    ("wrong-area", "The child lives, or has their doctor, outside our area"),
    ("needs-earlier-step", "Something else must come first"),
    ("below-threshold-advice-given", "Our help is not needed now; we gave advice"),
    ("open-elsewhere", "Another service is helping with this already"),
    ("duplicate", "We have the same referral already"),
    ("not-agreed", "The family has not agreed"),
)

OUTCOMES = options(
    ("need-met", "The need is met"),
    ("plan-agreed", "A plan is agreed, and others carry it out"),
    ("advice-given", "Advice was given"),
    ("assessed-no-further-need", "We looked, and found no need for our help"),
    ("moved-on", "The child moved away or moved on"),
)

_REASON = Question(
    key="text",
    label="Why?",
    kind=Kind.TEXTAREA,
    rows=3,
    hint="The referrer and the family can read this. Use plain words.",
    missing="Say why",
)

_NEXT_STEP = (
    Question(
        key="next_step",
        label="What can help instead, and what should happen next?",
        kind=Kind.TEXTAREA,
        rows=3,
        missing="Say what should happen next",
    ),
    Question(
        key="taker",
        label="Who takes the next step?",
        kind=Kind.RADIOS,
        missing="Choose who takes the next step",
        options=options(
            ("referrer", "The setting that asked for help"),
            ("family", "The family"),
            ("coordinator", "A coordinator"),
        ),
    ),
)

_APPOINTMENT = (
    Question(key="date", label="Date", kind=Kind.DATE, missing="Enter the date"),
    Question(
        key="time", label="Time", kind=Kind.TIME, width=10, missing="Enter the time", hint="9:30am"
    ),
    Question(
        key="minutes",
        label="How long, in minutes?",
        kind=Kind.NUMBER,
        width=3,
        lowest=5,
        highest=480,
        missing="Enter how long it takes",
    ),
    Question(
        key="how",
        label="How?",
        kind=Kind.RADIOS,
        missing="Choose how you will meet",
        options=options(
            ("clinic", "At a clinic or centre"),
            ("setting", "At the nursery or school"),
            ("home", "At home"),
            ("phone", "On the phone"),
            ("video", "By video"),
        ),
    ),
    Question(
        key="place",
        label="Where, and what the family should know",
        kind=Kind.TEXTAREA,
        rows=3,
        missing="Say where it is",
    ),
)

_OUTCOME = (
    Question(
        key="outcome",
        label="What came of it?",
        kind=Kind.RADIOS,
        missing="Choose what came of it",
        options=OUTCOMES,
    ),
    Question(
        key="text",
        label="Summary for the family and everyone involved",
        kind=Kind.TEXTAREA,
        missing="Write a summary",
    ),
)

_EXCEPTION = (
    Question(
        key="clock",
        label="Which limit?",
        kind=Kind.SELECT,
        choices="clocks",
        missing="Choose a limit",
    ),
    Question(
        key="code",
        label="Why could it not be met?",
        kind=Kind.RADIOS,
        options=options(*((code, f"{code}: {why}") for code, why in EXCEPTION_WORDS.items())),
        missing="Choose why it could not be met",
    ),
    Question(key="from", label="From", kind=Kind.DATE, missing="Enter the first day"),
    Question(key="until", label="To", kind=Kind.DATE, missing="Enter the last day"),
    Question(
        key="asked",
        label="When was advice asked for?",
        kind=Kind.PAST_DATE,
        need=Must.MAY,
        hint="For E1 and E2 only. From and to are then the first and the last day it is closed.",
    ),
    Question(
        key="evidence",
        label="What shows it?",
        kind=Kind.TEXTAREA,
        rows=3,
        missing="Say what shows it",
    ),
)

_HELP_PART = (
    Question(
        key="part",
        label="Which part?",
        kind=Kind.RADIOS,
        choices="parts",
        missing="Choose which part",
    ),
    Question(
        key="text",
        label="What is recorded?",
        kind=Kind.TEXTAREA,
        rows=3,
        hint="The referrer and the family can read this. Use plain words.",
        missing="Say what is recorded",
    ),
)

#: The question to look at when a part of an exception is wrong.
EXCEPTION_AT = {
    AT.format(part): key
    for part, key in {
        "clock": "clock", "code": "code", "from": "from", "to": "until", "askedOn": "asked",
        "evidence": "evidence",
    }.items()
}  # fmt: skip

#: What must be said for a move, as questions.
ASKED: dict[Need, tuple[Question, ...]] = {
    Need.REASON: (_REASON,),
    Need.RETURN_REASON: (
        Question(
            key="reason",
            label="Why can you not help?",
            kind=Kind.RADIOS,
            missing="Choose why you cannot help",
            options=RETURN_REASONS,
        ),
        _REASON,
    ),
    Need.NEXT_STEP: _NEXT_STEP,
    Need.QUESTION: (
        Question(
            key="text",
            label="What do you need to know?",
            kind=Kind.TEXTAREA,
            missing="Write your question",
        ),
        Question(
            key="ask_whom",
            label="Who should answer?",
            kind=Kind.RADIOS,
            missing="Choose who should answer",
            options=options(
                ("referrer", "The setting that asked for help"), ("family", "The family")
            ),
        ),
    ),
    Need.ANSWER: (
        Question(key="text", label="Your answer", kind=Kind.TEXTAREA, missing="Write your answer"),
    ),
    Need.APPOINTMENT: _APPOINTMENT,
    Need.OUTCOME: _OUTCOME,
    Need.SERVICE: (
        Question(
            key="to",
            label="Which service?",
            kind=Kind.SELECT,
            choices="services",
            missing="Choose a service",
        ),
    ),
    Need.EXCEPTION: _EXCEPTION,
    Need.HELP_PART: _HELP_PART,
}

#: What a move means for people, said before it is made.
EFFECTS: dict[Move, str] = {
    Move.RECEIVE: "The setting and the family are told that you have it.",
    Move.ACCEPT: "The setting and the family are told that you will help, and what happens next.",
    Move.ASK: "The clock goes on. If nobody answers in 10 working days it comes back to a person.",
    Move.ANSWER: "The service is told that you answered.",
    Move.OFFER: "The family is told the date, the time and the place.",
    Move.START: "The family is told that the assessment has begun.",
    Move.SUPPORT: "The family is told that the support has begun.",
    Move.PAUSE: "Nothing is closed. You can carry on at any time.",
    Move.RESUME: "It goes back to where it was before the pause.",
    Move.COMPLETE: "The setting and the family get your summary.",
    Move.REDIRECT: "The new service gets everything that was told. The first date still counts.",
    Move.PLACE: "The service gets everything that was told. The first date still counts.",
    Move.RETURN: "Nobody is left without a next step: say what it is and who takes it. If this "
    "concern was returned before, a coordinator takes it.",
    Move.WITHDRAW: "The service stops. What was told stays in the record.",
    Move.ENTER_IN_ERROR: "It stays in the record, marked as a mistake, and no one acts on it.",
    Move.SEEN: "Your name stands in its story. The clock goes on, and it climbs all the same.",
    Move.EXCEPTION: "The due date stays. The exception is shown beside it, and figures are given "
    "with and without.",
    Move.RECORD: "Help has started once the assessment, the baseline, the plan and the help itself "
    "are all recorded. Until then its limit runs on.",
}


def form_for(move: Move) -> Step:
    """The page that asks what this move needs; a move that needs nothing is only confirmed."""
    rule = MOVES[move]
    questions = tuple(question for need in rule.needs for question in ASKED[need])
    return Step(
        key=move,
        title=rule.label,
        intro=EFFECTS.get(move, ""),
        questions=questions,
        template="move.html",
    )
