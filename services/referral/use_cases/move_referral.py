"""Make one move of a referral: accept, ask, answer, pause, return, close and all the others."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.referral.domain import access
from services.referral.domain.changes import Details, make_move
from services.referral.domain.concern import Concern, Taker
from services.referral.domain.moves import MOVES, Move, Need
from services.referral.domain.referral import MoveRefused, Referral, ReferralId
from services.referral.domain.return_reasons import RETURN_REASONS
from services.referral.domain.running import ClockException, HelpPart
from services.referral.records.accounts import accounts
from services.referral.records.correspondence import appointment, communication
from services.referral.records.reading import Loaded, Reading
from services.referral.records.resource import Json, Resource
from services.referral.records.task_clocks import with_help
from services.referral.records.writing import Writing
from services.referral.use_cases.appointments import as_another_time, renew_reminder
from services.referral.use_cases.circumstances import Rulebook, circumstances, target
from services.referral.use_cases.concern_changes import write_change
from services.referral.use_cases.facts import home_district
from services.referral.use_cases.sharing import check_may_ask
from shared.errors import Conflict, Invalid, Issue, Stale
from shared.fhir.codes import CODE_SYSTEMS, HELP_PART


@dataclass(frozen=True, kw_only=True)
class Excuse:
    """An exception as somebody records it: one of E1 to E4, for which clock, from and to which
    London day, what shows it, and for E1 and E2 when advice was asked for."""

    code: str
    clock: str
    from_: date
    to: date
    evidence: str
    asked_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody said with a move, as it came from a page or a client.

    `service` is the id of another service, `starts_at` the time of an appointment and `lasts` how
    long it takes, where that is known; `recorded` are parts of the help that are recorded by now.
    Which of these a move needs stands in the table of moves.
    """

    reason: str | None = None
    text: str | None = None
    next_step: str | None = None
    taker: Taker | None = None
    service: str | None = None
    ask_whom: Taker = Taker.REFERRER
    outcome: str | None = None
    starts_at: datetime | None = None
    lasts: timedelta | None = None
    excuse: Excuse | None = None
    recorded: frozenset[HelpPart] = frozenset()


def move_referral(
    id: str,
    move: Move,
    said: Said,
    *,
    record: Writing,
    rules: Rulebook,
    version: int | None = None,
    sent: Json | None = None,
) -> Resource:
    """The Task after the move. `version` is the one that the asker had seen.

    Raises NotFound, NotAllowed, Stale (somebody was quicker: says who, and what they did),
    MoveRefused (the state model does not allow it) and Invalid (something was left unsaid).
    """
    loaded = record.concern_of_task(id)
    referral = _referral(loaded, id)
    access.check_move(record.who, move, loaded.concern, referral)
    check_unchanged(record, loaded.tasks[id], version)
    if not referral.can(move):
        raise MoveRefused(referral, move)
    details = _details(move, said, record, rules, referral)
    if details.to:
        check_may_ask(record, loaded.concern.id, details.to.service)
    child = record.resource("Patient", loaded.concern.child).json
    district = home_district(child, rules.policies.places)
    given = circumstances(rules, record, areas=(district,) if district else (), now=record.now)
    change = make_move(loaded.concern, referral.id, move, details, given)
    change = as_another_time(change, referral, move, record)
    bodies = {id: sent} if sent else {}
    if said.recorded:
        bodies[id] = with_help(sent or loaded.tasks[id].json, said.recorded, said.text)
    written = write_change(record, loaded, change, move=move, text=_in_words(said), sent=bodies)
    _write_along(move, said, record, loaded, written[id])
    renew_reminder(referral, change.concern, said.starts_at, move=move, record=record)
    return written[id]


def check_unchanged(record: Reading, task: Resource, version: int | None) -> None:
    """Stale when somebody changed the Task after that version, with who and what."""
    if version is None or version == task.version:
        return
    last = record.version(task.type, task.id, task.version)
    who = _name(last.by or "", record)
    status = task.json.get("businessStatus", {}).get("coding", [{}])[0].get("code")
    now = status or task.json["status"]
    raise Stale(f"{who} changed this referral before you did: it is now “{now}”. Look again.")


def _name(reference: str, record: Reading) -> str:
    """Of a person at a page, or of the organisation that a system speaks for."""
    kind, _, id = reference.partition("/")
    if kind == "Organization":
        organisation = record.find(kind, id)
        return str(organisation.json["name"]) if organisation else "Somebody else"
    account = accounts(record, [id]).get(id)
    return account.name if account else "Somebody else"


def _referral(loaded: Loaded, id: str) -> Referral:
    found = [one for one in loaded.concern.referrals if one.id == id]
    if not found:
        raise Conflict("This Task asks for something; it is answered, not moved.")
    return found[0]


def _details(
    move: Move, said: Said, record: Reading, rules: Rulebook, referral: Referral
) -> Details:
    said = _with_usual_next_step(move, said)
    issues = [issue for need in MOVES[move].needs if (issue := _missing(need, said))]
    if issues:
        raise Invalid(*issues)
    details = Details(
        reason=said.reason,
        text=said.text,
        next_step=said.next_step,
        taker=said.taker,
        ask_whom=said.ask_whom,
        outcome=said.outcome,
        exception=_exception(said.excuse, record) if said.excuse else None,
        recorded=said.recorded,
    )
    if said.service is None:
        return details
    entry = rules.directory.entry(record, said.service)
    if entry is None:
        raise Invalid(Issue("There is no such service in the directory.", "Task.output", "value"))
    to = target(record, entry)
    return replace(details, to=to, taker=to if move is Move.RETURN else said.taker)


def _exception(excuse: Excuse, record: Reading) -> ClockException:
    return ClockException(
        code=excuse.code,
        clock=excuse.clock,
        from_=excuse.from_,
        to=excuse.to,
        evidence=excuse.evidence.strip(),
        asked_on=excuse.asked_on,
        decided_by=record.who.reference,
        decided_at=record.now,
    )


def _with_usual_next_step(move: Move, said: Said) -> Said:
    """A return always says what comes next and who takes it: at least what the reason implies."""
    if move is not Move.RETURN:
        return said
    usual = RETURN_REASONS.get(said.reason or "other", RETURN_REASONS["other"])
    return replace(
        said,
        reason=said.reason or "other",
        next_step=said.next_step or usual.next_step,
        taker=said.taker or usual.taker,
    )


#: For each need: whether it was met, where a client says it, and what to say when it was not.
_NEEDS: dict[Need, tuple[Callable[[Said], object], str, str]] = {
    Need.REASON: (lambda said: said.text, "Task.statusReason", "Say why, in words."),
    Need.RETURN_REASON: (
        lambda said: said.text and said.reason in RETURN_REASONS,
        "Task.statusReason",
        "A return needs its reason: a code of the list and words for the family.",
    ),
    Need.NEXT_STEP: (
        lambda said: said.next_step,
        "Task.output",
        "Say what happens next, and who takes it.",
    ),
    Need.QUESTION: (lambda said: said.text, "Task.statusReason", "Write the question."),
    Need.ANSWER: (lambda said: said.text, "Task.output", "Write the answer."),
    Need.APPOINTMENT: (
        lambda said: said.starts_at or said.text,
        "Task.executionPeriod",
        "Say when the appointment is, or how a time will be agreed.",
    ),
    Need.OUTCOME: (lambda said: said.outcome or said.text, "Task.output", "Say what came of it."),
    Need.SERVICE: (lambda said: said.service, "Task.output", "Name the service that takes it."),
    Need.EXCEPTION: (lambda said: said.excuse, "Task.extension", "Say which exception applies."),
    Need.HELP_PART: (lambda said: said.recorded, "Task.output", "Say which part is recorded."),
}


def _missing(need: Need, said: Said) -> Issue | None:
    is_met, place, text = _NEEDS[need]
    return None if is_met(said) else Issue(text, place, "required")


_PARTS = CODE_SYSTEMS[HELP_PART]


def _in_words(said: Said) -> str | None:
    parts = [
        "".join(f"{_PARTS[part]}: " for part in HelpPart if part in said.recorded)
        + (said.text or ""),
        said.next_step and f"Next: {said.next_step}",
        said.excuse
        and f"{said.excuse.code} for {said.excuse.clock}: {said.excuse.evidence.strip()}",
    ]
    return " ".join(part for part in parts if part) or None


def _write_along(move: Move, said: Said, record: Writing, loaded: Loaded, task: Resource) -> None:
    """What a move leaves in the record besides the Task: a letter, or an appointment."""
    concern: Concern = loaded.concern
    place = replace(task.place, origin=record.who.organisation)
    if move is Move.OFFER:
        made = appointment(
            concern, concern.referral(ReferralId(task.id)), said.starts_at, said.lasts, said.text
        )
        record.create(made, place)
    if move in (Move.ASK, Move.ANSWER):
        record.create(communication(task, record.who, said.text or "", record.now), place)
