"""What a family reads: where things stand in one sentence, the steps, and an honest date."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.referral.domain.concern import Ask, Taker
from services.referral.domain.dated import in_words
from services.referral.domain.expected_wait import ExpectedWait
from services.referral.domain.moves import Kind, State
from services.referral.domain.referral import Referral
from services.referral.domain.working_days import LONDON, london_date
from services.referral.records.resource import Json
from services.referral.use_cases.read_referral import OpenedReferral
from services.referral.web.appointments import appointment
from services.referral.web.display import date_and_time
from shared.fhir.reading import official_name

#: Where one request stands; the first that is open, in this order, is what is said first of all.
SENTENCES: dict[State, str] = {
    State.OFFERED: "{service} has offered {child} an appointment.",
    State.SUPPORTING: "{service} is helping {child} now.",
    State.ASSESSING: "{service} is finding out what will help {child}.",
    State.ACCEPTED: "{service} will see {child}. You are waiting for a first appointment.",
    State.QUESTION: "{service} has asked a question and is waiting for the answer.",
    State.RECEIVED: "{service} is reading about {child}, to see how they can help.",
    State.SUBMITTED: "{service} has been asked to help {child}. They have not read it yet.",
    State.PAUSED: "Help from {service} is on hold for now.",
    State.REDIRECTED: "{service} passed this on to another service.",
    State.RETURNED: "{service} could not help, and said what to do next.",
    State.WITHDRAWN: "The request to {service} was taken back.",
    State.CLOSED: "{service} has finished.",
    State.IN_ERROR: "{service} was asked by mistake.",
}
#: The same under the service's own name.
THEIRS: dict[State, str] = {
    State.OFFERED: "They have offered {child} an appointment.",
    State.SUPPORTING: "They are helping {child} now.",
    State.ASSESSING: "They are finding out what will help {child}.",
    State.ACCEPTED: "They will see {child}. You are waiting for a first appointment.",
    State.QUESTION: "They have asked a question and are waiting for the answer.",
    State.RECEIVED: "They are reading about {child}, to see how they can help.",
    State.SUBMITTED: "They have been asked to help {child}. They have not read it yet.",
    State.PAUSED: "This is on hold for now.",
}
AT_A_DESK = "A coordinator is finding the right service for {child}."
APPOINTMENT = "{child} has an appointment with {service} on {when}."
NEW_TIME = "{service} is finding a new time for {child}'s appointment."
NOTHING_OPEN = "Nobody is being asked to help {child} at the moment."
QUESTION_FOR_YOU = "{service} has a question for you."

STEPS = ("Asked", "Read", "Accepted", "Being seen", "Getting help")
#: The step that each state stands at, by its number, and whether it goes on now or comes next.
_AT: dict[State, tuple[int, str]] = {
    State.SUBMITTED: (1, "next"),
    State.RECEIVED: (2, "next"),
    State.QUESTION: (2, "next"),
    State.ACCEPTED: (3, "next"),
    State.OFFERED: (3, "next"),
    State.ASSESSING: (3, "now"),
    State.SUPPORTING: (4, "now"),
}
#: Here the service is to act, and a family wants to know by when.
_ACTS_NEXT = frozenset({State.SUBMITTED, State.RECEIVED, State.ACCEPTED, State.ASSESSING})


def called(patient: Json) -> str:
    """The child's first name."""
    names = patient.get("name", [])
    given = next((one["given"][0] for one in names if one.get("given")), "")
    return given or official_name(patient) or "your child"


def sentence_of(opened: OpenedReferral, now: datetime) -> str:
    """Where this request stands. An appointment's day only for who may see it."""
    referral, named = opened.referral, _names(opened)
    if referral.kind is Kind.DESK and referral.is_open:
        return AT_A_DESK.format(**named)
    offered = appointment(opened) if referral.state is State.OFFERED else None
    if offered is None or not offered["at"]:
        return SENTENCES[referral.state].format(**named)
    start = datetime.fromisoformat(offered["at"])
    if offered["is_missed"]:
        return NEW_TIME.format(**named)
    sentence = APPOINTMENT if start > now else SENTENCES[State.OFFERED]
    return sentence.format(**named, when=weekday_and_time(start))


def theirs(opened: OpenedReferral) -> str:
    """Where an open request stands, for a part of a page that names the service already."""
    if opened.referral.kind is Kind.DESK:
        return AT_A_DESK.format(**_names(opened))
    return THEIRS[opened.referral.state].format(**_names(opened))


def headline(open_ones: Sequence[OpenedReferral], child: str, now: datetime) -> str:
    """One sentence of state: a question for the reader first, then what is furthest on."""
    asking = next((one for one in open_ones if questions_for_reader(one)), None)
    if asking is not None:
        return QUESTION_FOR_YOU.format(**_names(asking))
    order = list(SENTENCES)
    foremost = min(open_ones, key=lambda one: order.index(one.referral.state), default=None)
    return sentence_of(foremost, now) if foremost else NOTHING_OPEN.format(child=child)


def questions_for_reader(opened: OpenedReferral) -> list[Ask]:
    """What this request asks of the family, if the reader may speak for the child."""
    return [
        ask
        for ask in opened.asks
        if ask.referral == opened.referral.id and ask.owner is Taker.FAMILY
        if opened.may_answer(ask)
    ]


def steps(referral: Referral) -> list[dict[str, str]]:
    """Each step with its name and where it is: done, now, next or later. None for what has ended,
    or has no service yet."""
    if not referral.is_open or referral.kind is Kind.DESK:
        return []
    here, what = _AT[referral.step]
    rest = len(STEPS) - here - 1
    places = ["done"] * here + [what] + ["later"] * rest
    return [{"name": name, "is": place} for name, place in zip(STEPS, places, strict=True)]


def range_words(wait: ExpectedWait, since: datetime, today: date) -> list[str]:
    """When a first meeting may be, by how long others waited who were asked for the same way."""
    spread = wait.completed
    if spread is None:
        return ["We cannot say yet how long it will take. Too few families have been seen to tell."]
    asked_on = london_date(since)
    half, most = (asked_on + timedelta(weeks=weeks) for weeks in (spread.half, spread.most))
    if most < today:
        return [
            f"This is taking longer than it did for nine in ten families, who were seen by "
            f"{in_words(most)}.",
            "We cannot say when it will be. Ask the person you can call.",
        ]
    if half < today:
        return [
            f"Half of all families were seen sooner than this. Nine in ten by {in_words(most)}."
        ]
    return [
        f"The first appointment may be between {in_words(half)} and {in_words(most)}.",
        "Half of all families wait less than that, and one in ten wait longer.",
    ]


def aim_words(referral: Referral, today: date) -> str:
    """By when the service means to act; late is said."""
    if referral.state not in _ACTS_NEXT:
        return ""
    due = london_date(referral.due_at)
    if due < today:
        return f"They were to act by {in_words(due)}. It is late, and we keep reminding them."
    return f"They aim to take the next step by {in_words(due)}."


def weekday_and_time(start: datetime) -> str:
    """“Tuesday 1 December 2026 at 2:00pm”."""
    return f"{start.astimezone(LONDON):%A} {date_and_time(start)}"


def _names(opened: OpenedReferral) -> dict[str, str]:
    service = opened.service_name(opened.referral.service)
    return {"service": service, "child": called(opened.patient.json)}
