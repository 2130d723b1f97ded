"""What a client sends with each move: the elements, their types and where their codes come from.

The other side of `task_moves`, which reads them; the tests hold the two together.
"""

from dataclasses import dataclass

from services.referral.domain.concern import Taker
from services.referral.domain.moves import MOVES, Move, Need
from services.referral.records.task_clocks import CLOCK, EXCEPTION
from shared.fhir.codes import HELP_PART, OUTCOME, RETURN_REASON


@dataclass(frozen=True, kw_only=True)
class Field:
    """One element. `path` is a FHIRPath; `output` the code of the type of an output, and `codes`
    are those that it takes where no value set has them."""

    path: str
    type: str
    words: str
    required: bool = True
    output: str | None = None
    value_set: str | None = None
    codes: tuple[str, ...] = ()


_REASON = Field(path="Task.statusReason.text", type="string", words="Why, in words")
_NEXT_STEP = (
    Field(
        path="Task.output.valueString",
        output="next-step",
        type="string",
        words="What happens next; without it, what is usual for the reason",
        required=False,
    ),
    Field(
        path="Task.output.valueCode",
        output="next-step-taker",
        type="code",
        words="Who takes the next step; without it, who usually does",
        required=False,
        codes=(Taker.REFERRER, Taker.FAMILY, Taker.COORDINATOR),
    ),
)
_OF_EXCEPTION = (
    ("code", "valueString", "string", "E1 to E4", True),
    ("clock", "valueString", "string", "The id of the clock that it excuses", True),
    ("from", "valueDate", "date", "Its first day", True),
    ("to", "valueDate", "date", "Its last day; but for E3 four weeks later or more", True),
    ("evidence", "valueString", "string", "What shows it", True),
    ("askedOn", "valueDate", "date", "When advice was asked for; E1 and E2 need it", False),
)

#: What each need of the table of moves stands for on the wire.
_NEEDED: dict[Need, tuple[Field, ...]] = {
    Need.REASON: (_REASON,),
    Need.RETURN_REASON: (
        Field(
            path="Task.statusReason.coding",
            type="Coding",
            words="The reason",
            value_set=RETURN_REASON,
        ),
        Field(path="Task.statusReason.text", type="string", words="The reason, for the family"),
    ),
    Need.NEXT_STEP: _NEXT_STEP,
    Need.QUESTION: (
        Field(path="Task.statusReason.text", type="string", words="The question"),
        Field(
            path="Task.output.valueCode",
            output="ask-whom",
            type="code",
            words="Whom to ask; without it, whoever raised the concern",
            required=False,
            codes=(Taker.REFERRER, Taker.FAMILY),
        ),
    ),
    Need.ANSWER: (
        Field(path="Task.output.valueString", output="answer", type="string", words="The answer"),
    ),
    Need.APPOINTMENT: (
        Field(
            path="Task.executionPeriod",
            type="Period",
            words="When it is; without it, say in a note how a time will be agreed",
            required=False,
        ),
        Field(
            path="Task.note.text",
            type="markdown",
            words="How a time will be agreed",
            required=False,
        ),
    ),
    Need.OUTCOME: (
        Field(
            path="Task.output.valueCodeableConcept",
            output="outcome",
            type="CodeableConcept",
            words="What came of it: a code, words or both",
            value_set=OUTCOME,
        ),
    ),
    Need.SERVICE: (
        Field(
            path="Task.output.valueReference",
            output="service",
            type="Reference",
            words="The HealthcareService that takes it",
        ),
    ),
    Need.EXCEPTION: tuple(
        Field(
            path=f"Task.extension('{EXCEPTION}').extension('{part}').{element}",
            type=type,
            words=words,
            required=required,
        )
        for part, element, type, words, required in _OF_EXCEPTION
    ),
    Need.HELP_PART: (
        Field(
            path="Task.output.type.coding",
            type="Coding",
            words="Which part of the help; several outputs may say several",
            value_set=HELP_PART,
        ),
        Field(path="Task.output.valueString", type="string", words="What was done"),
    ),
}
#: Moves that say something though the table needs nothing said.
_BESIDE: dict[Move, tuple[Field, ...]] = {
    Move.SEEN: (
        Field(
            path=f"Task.extension('{CLOCK}').extension('acknowledged').valueInstant",
            type="instant",
            words="On any clock of the Task; the server sets the time and marks all that climbed",
        ),
    ),
}

#: What finishes a Task that asks for something.
ANSWER_FIELDS = (
    Field(
        path="Task.output.valueString",
        output="answer",
        type="string",
        words="The answer, or what was done",
    ),
)
#: After a return the one who takes the next step may send the concern to a service.
SEND_AGAIN = Field(
    path="Task.output.valueReference",
    output="service",
    type="Reference",
    words="A HealthcareService to which the concern goes now",
    required=False,
)


def fields_of(move: Move) -> tuple[Field, ...]:
    """In the order of the table, each element once."""
    needed = [field for need in MOVES[move].needs for field in _NEEDED[need]]
    return tuple(dict.fromkeys([*needed, *_BESIDE.get(move, ())]))
