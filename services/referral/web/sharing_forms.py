"""What is asked before the sharing of a record changes, and what that means, said first."""

from services.referral.domain.agreement import DECIDERS, LAW, Choice
from services.referral.web.forms.questions import YES_NO, Kind, Question, Step, options

_WHO = Question(
    key="said_by",
    label="Who with parental responsibility said so?",
    hint="Their name, and who they are to the child",
    missing="Say who said so",
)
_HOW = Question(
    key="how",
    label="How did they say it?",
    kind=Kind.RADIOS,
    missing="Choose how they said it",
    options=options(
        ("in person", "In person"), ("on the phone", "On the phone"), ("in writing", "In writing")
    ),
)
_LAW = (
    Question(
        key="law",
        label="What allows it?",
        kind=Kind.RADIOS,
        missing="Choose what allows it",
        options=options(*((code.value, words) for code, words in LAW.items())),
    ),
    Question(
        key="reason",
        label="Why must this service see the record?",
        kind=Kind.TEXTAREA,
        rows=3,
        missing="Say why this service must see the record",
    ),
    Question(
        key="decided_as",
        label="Who decided it?",
        kind=Kind.RADIOS,
        missing="Choose who decided it",
        options=options(*((code.value, words) for code, words in DECIDERS.items())),
    ),
    Question(key="said_by", label="Their name", missing="Enter the name of who decided it"),
    Question(
        key="safe",
        label="Is it safe to tell the family?",
        kind=Kind.RADIOS,
        hint="If not, nothing about this decision is shown or sent to them",
        missing="Choose whether it is safe to tell the family",
        options=YES_NO,
    ),
)
_OTHER = Question(
    key="service",
    label="Which service?",
    kind=Kind.SELECT,
    choices="services",
    missing="Choose a service",
)

TITLES: dict[Choice, str] = {
    Choice.STOP: "Stop sharing with this service",
    Choice.STOP_ALL: "Stop sharing with every service",
    Choice.AGREE: "Agree to share with a service",
    Choice.BY_LAW: "Let this service see it without agreement",
}

#: What happens then, in the words that a family reads before it decides.
EFFECTS: dict[Choice, tuple[str, ...]] = {
    Choice.STOP: (
        "They can no longer see anything about {child} here, from now on.",
        "Their help with this stops.",
        "What they have written in their own files, they must keep. The law says so.",
        "The nursery or person who asked for help, and the coordinator, still see it. "
        "They must keep what was done.",
        "If a child may be in danger, the law can let a service see it all the same. "
        "Somebody must decide that and write down why.",
        "You can change your mind. Then they may be asked again.",
    ),
    Choice.STOP_ALL: (
        "No service can see anything about {child} here, from now on.",
        "All help that was asked for here stops.",
        "What services have written in their own files, they must keep. The law says so.",
        "The nursery or person who asked for help, and the coordinator, still see it. "
        "They must keep what was done.",
        "If a child may be in danger, the law can let a service see it all the same. "
        "Somebody must decide that and write down why.",
        "You can change your mind. Then services may be asked again.",
    ),
    Choice.AGREE: (
        "They can see what was told about {child} here.",
        "They may then be asked to help.",
        "You can stop it again at any time.",
    ),
    Choice.BY_LAW: (
        "The service sees the whole record again, though the family has not agreed.",
        "Your reason, the name and the date stay in the record for good.",
    ),
}


def effects(choice: Choice, *, is_family: bool) -> tuple[str, ...]:
    child = "your child" if is_family else "the child"
    return tuple(effect.format(child=child) for effect in EFFECTS[choice])


def form_for(choice: Choice, *, is_family: bool, names_service: bool) -> Step:
    """A family only confirms; whoever writes it down for them says who said so, and how."""
    questions: tuple[Question, ...] = _LAW if choice is Choice.BY_LAW else (_WHO, _HOW)
    if is_family:
        questions = ()
    if choice is Choice.AGREE and not names_service:
        questions = (_OTHER, *questions)
    return Step(key=choice, title=TITLES[choice], questions=questions, template="sharing_form.html")
