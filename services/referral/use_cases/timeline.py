"""What has happened to a concern, newest first: who did it, what they said, and who was told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from services.referral.domain.carers import Sight
from services.referral.domain.concern import Ask, AskKind
from services.referral.domain.dated import in_words
from services.referral.domain.missed import PAST
from services.referral.domain.moves import MOVES, Move
from services.referral.domain.referral import Referral
from services.referral.domain.working_days import london_date
from services.referral.records.resource import Json, Resource
from services.referral.use_cases.climbing import ESCALATE, NUDGE
from services.referral.use_cases.read_referral import OpenedReferral
from services.referral.use_cases.timeline_event import Event, gathered
from services.referral.use_cases.who_looked import JOBS
from shared.contract import Channel, Moment
from shared.fhir.references import reference_parts
from shared.identity import Role

#: A change at which what somebody was asked is late, and the referral itself is not touched.
_STILL_LATE = "still-late"
#: What was done, in words.
TITLES: dict[str, str] = {
    "draft": "Kept as a draft",
    "raise": "Concern raised and sent",
    Move.RECEIVE: "Received",
    Move.ACCEPT: "Accepted",
    Move.ASK: "Information asked for",
    Move.ANSWER: "Question answered",
    Move.OFFER: "Appointment offered",
    Move.START: "Assessment started",
    Move.SUPPORT: "Support started",
    Move.PAUSE: "Paused, as the family asked",
    Move.RESUME: "Carried on after the pause",
    Move.COMPLETE: "Closed with an outcome",
    Move.REDIRECT: "Passed to another service",
    Move.PLACE: "Another service asked to take it",
    Move.RETURN: "Returned, with a next step",
    Move.WITHDRAW: "Withdrawn",
    Move.ENTER_IN_ERROR: "Marked as recorded in error",
    Move.SEEN: "Seen by a person; it climbs on until it moves",
    Move.EXCEPTION: "Exception recorded; the due date stays",
    Move.RECORD: "A part of the help recorded",
    "next-step-done": "Next step taken",
    NUDGE: "Due soon",
    ESCALATE: "Raised, because it has waited too long",
    _STILL_LATE: "Still not done, so those above were told",
    "action-done": "Done, because it had waited too long",
    "things-changed": "Somebody said that things have changed",
    "risk-told": "Somebody said that a child may not be safe",
    "more-urgent": "Made more urgent, because of what was added to the record",
    "things-changed-done": "Looked at what has changed",
    PAST: "The child was not brought to an appointment; a new time is looked for",
    "appointment-missed-done": "The family was asked about a new time",
    "reach-family": "A family is to be reached in another way",
    "reach-family-done": "The family was reached, or tried again",
    "keep-in-touch": "The family was told how long it may take",
    "stop-sharing": "The family stopped sharing",
    "agree-to-share": "The family agreed to share",
    "share-by-law": "Shared because the law says so",
    "reassigned": "Given to somebody else, because the person who had it has left",
    "opened-in-emergency": "Opened in an emergency by someone who was not asked to help",
    "emergency-extended": "Emergency access made longer",
}
#: What is told where it is safe only, on the page about sharing.
_NOT_FOR = {
    Role.FAMILY: frozenset({
        "share-by-law", NUDGE, "action-done", "risk-told", "things-changed-done",
        "reach-family", "reach-family-done", "more-urgent",
    })
}  # fmt: skip
#: A family does not read what staff were asked: to them it is the wait that goes on.
_FAMILY_TITLES = {_STILL_LATE: "Still waiting, so people in charge were told"}
#: What the clocks do: their words are the rule, with its dates.
_BY_RULE = frozenset({NUDGE, ESCALATE, _STILL_LATE})
#: Their words name rules and dates for those who must act; a family reads that it is late.
_RULES_NAMED = _BY_RULE | {Move.EXCEPTION}
WAYS_IN = frozenset({Moment.INVITED, Moment.WAY_IN_ASKED})
_TOLD = {"completed": "Told", "unknown": "May not have been told", "stopped": "Could not be told"}
CHANNELS = {
    Channel.EMAIL: "by e-mail",
    Channel.SMS: "by text message",
    Channel.LETTER: "by letter",
    Channel.IN_APP: "in Sooner",
    Channel.REST_HOOK: "in their own system",
}


class _Step(NamedTuple):
    """One Provenance: the move, when, and the Tasks that it changed; with what is late, the
    referral for whose sake it was asked."""

    move: str
    at: datetime
    tasks: frozenset[str]
    event: Event


def timeline(opened: OpenedReferral) -> list[Event]:
    kept = [one for one in opened.of_type("Provenance") if is_shown(one.json, opened.who.role)]
    steps = [_step(part, opened) for part in kept]
    messages = [part for part in opened.of_type("Communication") if _tells(part.json)]
    told = _told_at(steps, messages)
    events = [
        replace(step.event, told=(*step.event.told, *_told_words(told[number], opened)))
        for number, step in enumerate(steps)
    ]
    return gathered(_for_reader(event, opened.sees) for event in reversed(events))


def is_shown(provenance: Json, role: Role) -> bool:
    """Whether people of this role read of this step at all."""
    return move_of(provenance) not in _NOT_FOR.get(role, ())


def move_of(provenance: Json) -> str:
    """The code of what was done; empty where another system said none."""
    coding = provenance.get("activity", {}).get("coding", [])
    return next((one.get("code", "") for one in coding), "")


def words_of(provenance: Json, opened: OpenedReferral) -> str:
    """What was said at this step, as far as the reader may know it: an offer says where the child
    is to be."""
    move, is_family = move_of(provenance), opened.who.role is Role.FAMILY
    is_place = move == Move.OFFER and Sight.APPOINTMENTS not in opened.sees
    is_kept = is_place or (is_family and move in _RULES_NAMED)
    return "" if is_kept else str(provenance.get("activity", {}).get("text", ""))


def _for_reader(event: Event, sees: frozenset[Sight]) -> Event:
    """A carer who follows the progress alone reads what happened and when, in nobody's words."""
    return event if Sight.STORY in sees else replace(event, text="", why="", by="", told=())


def _tells(message: Json) -> bool:
    """Whether it told somebody of a step; a link to come in by tells of none."""
    return bool(message.get("recipient")) and _moment(message) not in WAYS_IN


def _moment(message: Json) -> str:
    template: str = message["category"][0]["coding"][0]["code"]
    return template.rpartition("/")[2]


def _step(part: Resource, opened: OpenedReferral) -> _Step:
    json = part.json
    tasks = frozenset(_tasks(json))
    asks = [ask for ask in opened.concern.asks if ask.id in tasks]
    move = _move(json, is_of_asks=0 < len(asks) == len(tasks))
    if move == _STILL_LATE:
        tasks |= {ask.referral for ask in asks}
    event = Event(
        title=_title(move, opened.who.role),
        at=part.last_updated,
        by=_agent(json, opened),
        service=_service(move, tasks, json, opened),
        offered=_appointment(part, opened) if move == Move.OFFER else None,
        recurs=move == _STILL_LATE,
    )
    return _Step(move, part.last_updated, tasks, _with_words(event, move, json, asks, opened))


def _move(provenance: Json, *, is_of_asks: bool) -> str:
    move = move_of(provenance)
    return _STILL_LATE if move == ESCALATE and is_of_asks else move


def _title(move: str, role: Role) -> str:
    plain = _FAMILY_TITLES if role is Role.FAMILY else {}
    return plain.get(move) or TITLES.get(move, "Record changed")


def _with_words(
    event: Event, move: str, provenance: Json, asks: Sequence[Ask], opened: OpenedReferral
) -> Event:
    """With what was said, or the rule and who was asked because of it, where the reader may."""
    words = words_of(provenance, opened)
    if move not in _BY_RULE:
        return replace(event, text=words)
    if opened.who.role is Role.FAMILY:
        return event
    return replace(event, why=words, told=tuple(_asked_words(asks, opened)))


def _asked_words(asks: Iterable[Ask], opened: OpenedReferral) -> Iterator[str]:
    for ask in asks:
        name = opened.people.name(ask.person or "")
        if name and ask.kind is AskKind.ACTION:
            yield f"Asked to act: {name}, by {in_words(london_date(ask.due_at))}"


def _appointment(offered: Resource, opened: OpenedReferral) -> datetime | None:
    """When the appointment is that was kept together with this offer."""
    starts = (
        datetime.fromisoformat(one.json["start"])
        for one in opened.of_type("Appointment")
        if one.last_updated == offered.last_updated and "start" in one.json
    )
    return next(starts, None)


def _tasks(provenance: Json) -> Iterator[str]:
    for target in provenance.get("target", []):
        kind, id = reference_parts(target.get("reference", "")) or ("", "")
        if kind == "Task":
            yield id


def _agent(provenance: Json, opened: OpenedReferral) -> str:
    agent: Json = next(iter(provenance.get("agent", [])), {})
    who = agent.get("who", {})
    if who.get("reference", "").startswith("Device/"):
        return JOBS
    name = who.get("display", "")
    _, id = reference_parts(agent.get("onBehalfOf", {}).get("reference", "")) or ("", "")
    return ", ".join(filter(None, (name, opened.people.organisation(id))))


def _service(move: str, tasks: frozenset[str], json: Json, opened: OpenedReferral) -> str:
    """The service that the move was about; one change may touch a desk or a new referral too."""
    touched = [one for one in opened.concern.referrals if one.id in tasks]
    if move in ("raise", "draft") or len(opened.concern.referrals) == 1 or not touched:
        return ""
    _, id = reference_parts(json["agent"][0]["who"].get("reference", "")) or ("", "")
    account = opened.people.accounts.get(id)
    own = [one for one in touched if account and one.service in account.services]
    return opened.service_name((own or touched)[0].service)


def _told_at(steps: Sequence[_Step], messages: Iterable[Resource]) -> list[list[Resource]]:
    """Each message beside the step that it told of."""
    told: list[list[Resource]] = [[] for _ in steps]
    for message in messages:
        number = _step_told(steps, message)
        if number is not None:
            told[number].append(message)
    return told


def _step_told(steps: Sequence[_Step], message: Resource) -> int | None:
    """The newest step before it that changed the same referral, if possible in the way it says."""
    _, task = reference_parts(message.json["partOf"][0]["reference"]) or ("", "")
    moment = _moment(message.json)
    before = [
        number
        for number, step in enumerate(steps)
        if task in step.tasks and step.at <= message.last_updated
    ]
    fitting = [number for number in before if _past(steps[number].move) == moment]
    return max(fitting or before, default=None)


def _past(move: str) -> str:
    if move == "raise":
        return Moment.MADE
    if move in _BY_RULE:
        return Moment.ESCALATED
    return (MOVES[Move(move)].past if move in set(Move) else None) or move


def _told_words(messages: Sequence[Resource], opened: OpenedReferral) -> Iterator[str]:
    """A line each: who was told and how, who may have been, and who could not be."""
    for status, start in _TOLD.items():
        ways: dict[str, list[str]] = {}
        for message in messages:
            if message.json["status"] == status:
                name, channel = _recipient(message.json, opened)
                ways.setdefault(name, []).append(channel)
        if ways:
            people = (f"{name} ({' and '.join(sorted(set(how)))})" for name, how in ways.items())
            yield f"{start}: {', '.join(people)}"


def _recipient(message: Json, opened: OpenedReferral) -> tuple[str, str]:
    name = opened.people.name(message["recipient"][0]["reference"], otherwise="somebody")
    channel = message["medium"][0]["coding"][0]["code"]
    return name, CHANNELS.get(channel, channel)


def last_event(opened: OpenedReferral, referral: Referral) -> Event | None:
    """What happened last to this one referral."""
    steps = (_step(part, opened) for part in reversed(opened.of_type("Provenance")))
    own = (step.event for step in steps if referral.id in step.tasks)
    return next((event for event in own if not event.recurs), None)
