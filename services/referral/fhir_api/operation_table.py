"""Every operation there is: where it is called, what it takes and gives, and what it may need.

The routes, the CapabilityStatement and the OperationDefinitions run on this table.
https://hl7.org/fhir/R4/operations.html
"""

from dataclasses import dataclass
from enum import StrEnum

from services.referral.domain.scopes import Interaction
from shared.fhir.types import STORED_TYPES

HL7 = "http://hl7.org/fhir/OperationDefinition"
OWN = "https://sooner.example/fhir/OperationDefinition"


class Level(StrEnum):
    SYSTEM = "system"
    TYPE = "type"
    INSTANCE = "instance"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One of an OperationDefinition's, with its parts; `max` is a number or `*`. `type` is a type
    of FHIR; None where it has parts."""

    name: str
    use: str = "in"
    type: str | None = None
    min: int = 0
    max: str = "1"
    words: str
    parts: tuple["Parameter", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation. `name` is without the `$`; `types` is empty for the system alone.

    What `affects_state` is asked by POST, anything else also by GET. `needs` is what a token must
    allow with the type that is addressed; what else one needs is decided when it has read what
    was sent.
    """

    name: str
    levels: frozenset[Level]
    types: frozenset[str]
    affects_state: bool = False
    definition: str
    title: str
    words: str
    needs: tuple[Interaction, ...] = ()
    parameters: tuple[Parameter, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the OperationDefinition is Sooner's, and so served here."""
        return self.definition.startswith(OWN)


def _in(name: str, type: str, words: str, *, min: int = 0, max: str = "1") -> Parameter:
    return Parameter(name=name, type=type, words=words, min=min, max=max)


def _out(name: str, type: str, words: str, *, min: int = 0, max: str = "1") -> Parameter:
    return Parameter(name=name, use="out", type=type, words=words, min=min, max=max)


def _group(name: str, words: str, *parts: Parameter, max: str = "*") -> Parameter:
    return Parameter(name=name, use="out", words=words, max=max, parts=parts)


_FIELD = _group(
    "field",
    "What is sent with the move",
    _out("path", "string", "The element, as a FHIRPath", min=1),
    _out("output", "code", "For an output: the code of its type"),
    _out("required", "boolean", "Whether the move is refused without it", min=1),
    _out("type", "code", "The FHIR type of the value", min=1),
    _out("valueSet", "canonical", "Where its codes come from"),
    _out("allowed", "code", "Each code that is taken, where not all of a value set are", max="*"),
    _out("words", "string", "What belongs there", min=1),
)

EVERYTHING = Operation(
    name="everything",
    levels=frozenset({Level.INSTANCE}),
    types=frozenset({"Patient"}),
    definition=f"{HL7}/Patient-everything",
    title="All that is kept of a child",
    words=(
        "The child, what is kept of them and what that points at, as far as the caller may see it "
        "and the token may read its type. In pages: follow the next link."
    ),
    needs=(Interaction.READ,),
    parameters=(
        _in("start", "date", "Leave out what was done before this day"),
        _in("end", "date", "Leave out what was done after this day"),
        _in("_since", "instant", "Only what changed at or after this time"),
        _in("_type", "code", "Only these types, parted by commas", max="*"),
        _in("_count", "integer", "How many at most on a page"),
        _out("return", "Bundle", "A searchset", min=1),
    ),
)
MATCH = Operation(
    name="match",
    levels=frozenset({Level.TYPE}),
    types=frozenset({"Patient"}),
    definition=f"{HL7}/Patient-match",
    title="Find a child by what is known of them",
    words=(
        "The children whom the caller may see and who could be this one, the likeliest first, each "
        "with a score and a grade. Raising a concern finds a known child by the same rules."
    ),
    needs=(Interaction.SEARCH,),
    parameters=(
        _in("resource", "Patient", "What is known of the child", min=1),
        _in("onlyCertainMatches", "boolean", "Only those that raising a concern would take"),
        _in("count", "integer", "How many at most"),
        _out("return", "Bundle", "A searchset", min=1),
    ),
)
MOVES = Operation(
    name="moves",
    levels=frozenset({Level.INSTANCE}),
    types=frozenset({"Task"}),
    definition=f"{OWN}/Task-moves",
    title="What the caller may do with a Task now",
    words="Each move, with the status it leads to and what must be sent with it.",
    needs=(Interaction.READ,),
    parameters=(
        _out("version", "string", "The version of the Task, for If-Match", min=1),
        _group(
            "move",
            "One that the state model and the caller's part allow now",
            _out("code", "Coding", "Which", min=1),
            _out("label", "string", "In words", min=1),
            _out("status", "code", "Task.status to send", min=1),
            _out("businessStatus", "Coding", "Task.businessStatus to send, if any"),
            _FIELD,
        ),
    ),
)
ROUTE = Operation(
    name="route",
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=frozenset({"ServiceRequest"}),
    definition=f"{OWN}/ServiceRequest-route",
    title="Where a concern would go",
    words=(
        "Which services would be asked today, why, and until when they should answer. Nothing is "
        "kept and nobody is told. For the type send the Bundle that would raise the concern."
    ),
    needs=(Interaction.READ,),
    parameters=(
        _in("resource", "Resource", "For the type: the Bundle, or its resources one by one",
            max="*"),
        _out("priority", "code", "How urgent the rules make it"),
        _group(
            "suggestion",
            "One service",
            _out("service", "Reference", "Its HealthcareService", min=1),
            _out("strength", "code", "first: it would be asked; consider: a person may ask it",
                min=1),
            _out("because", "string", "Why, in words", min=1),
            _out("rule", "string", "Rules that say so, each with its date", max="*"),
            _out("question", "string", "What the service will want to know", max="*"),
            _out("due", "dateTime", "When the clock that counts first would run out", min=1),
            _group(
                "clock",
                "Each limit that would run",
                _out("id", "string", "Which", min=1),
                _out("due", "dateTime", "Its end", min=1),
            ),
            _out("accepting", "boolean", "Whether it takes on anybody new", min=1),
            _out("waiting", "integer", "How many families wait there, from twenty on"),
            _out("weeks", "string", "How long families waited there this year"),
        ),
        _out("missing", "string", "What would let the rules say more", max="*"),
        _out("notPossible", "string", "What a rule asked for and could not get", max="*"),
        _out("tell", "string", "Whom else to tell", max="*"),
        _out("meanwhile", "string", "What helps in the meantime", max="*"),
        _out("stop", "string", "This is for the telephone, now: what to do", max="*"),
    ),
)  # fmt: skip
VALIDATE = Operation(
    name="validate",
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=STORED_TYPES - {"AuditEvent"},
    definition=f"{HL7}/Resource-validate",
    title="Whether a resource would be taken",
    words="Everything that is wrong or doubtful, at once. Nothing is kept.",
    parameters=(
        _in("resource", "Resource", "What would be sent; not for mode delete"),
        _in("mode", "code", "create, update, delete or profile"),
        _in("profile", "uri", "Profiles of others are not known here; a warning says so"),
        _out("return", "OperationOutcome", "With every issue", min=1),
    ),
)
PROCESS_MESSAGE = Operation(
    name="process-message",
    levels=frozenset({Level.SYSTEM}),
    types=frozenset(),
    affects_state=True,
    definition=f"{HL7}/MessageHeader-process-message",
    title="Take a message",
    words=(
        "servicerequest-request of the NHS Booking and Referral Standard raises a concern, changes "
        "it or takes it back. The answer is a message; the same message again gets the same answer."
    ),
    parameters=(
        _in("content", "Bundle", "The message; it may also be sent as it is", min=1),
        _out("return", "Bundle", "The answer, a message", min=1),
    ),
)

OPERATIONS: tuple[Operation, ...] = (EVERYTHING, MATCH, MOVES, ROUTE, VALIDATE, PROCESS_MESSAGE)


def operations_of(type: str | None, level: Level) -> list[Operation]:
    """Those that are called there; for the system the type is None."""
    return [
        one
        for one in OPERATIONS
        if level in one.levels and (type in one.types if type else level is Level.SYSTEM)
    ]
