"""What a client that sends a changed Task wants: which move, and what is said with it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.referral.domain.concern import Taker
from services.referral.domain.moves import FOLLOWING, MOVES, Move, State
from services.referral.domain.referral import MoveRefused, Referral
from services.referral.fhir_api.kept_moves import (
    help_move,
    kept_move,
    one_at_a_time,
    without_kept_move,
)
from services.referral.records.resource import Json, Resource
from services.referral.records.tasks import CODES, code_in, to_referral
from services.referral.use_cases.move_referral import Said
from shared.errors import Invalid, Issue
from shared.fhir.codes import BUSINESS_STATUS, OUTCOME, RETURN_REASON
from shared.fhir.reading import reference_id

_OURS = "https://sooner.example/"
#: What only the server decides: routing, clocks, level and whom it is about.
_SERVER_OWNED = (
    "for",
    "focus",
    "owner",
    "requester",
    "reasonCode",
    "restriction",
    "code",
    "partOf",
    "intent",
    "authoredOn",
)


def wanted_move(task: Resource, sent: Json) -> tuple[Move, Said] | None:
    """None when it stays as it is: only notes, inputs or other outputs were added.

    Raises MoveRefused when no move leads from here to there, and Invalid when the client changed
    what only the server may.
    """
    stored, kept = task.json, kept_move(task.json, sent)
    check_server_owned(stored, without_kept_move(stored, sent))
    recorded = help_move(stored, sent)
    if _asked(sent, stored) is None and not _is_another_time(task, sent):
        if kept and recorded:
            raise one_at_a_time("Task.output")
        return kept or recorded
    if kept:
        raise one_at_a_time("Task.status")
    move = _move(to_referral(task), sent, stored)
    said = _said(move, sent)
    return move, replace(said, recorded=recorded[1].recorded) if recorded else said


def check_server_owned(stored: Json, sent: Json) -> None:
    """Invalid with every element that the client changed and may not."""
    issues = [
        Issue("Only the server sets this. Leave it as it was.", f"Task.{name}", "business-rule")
        for name in _SERVER_OWNED
        if sent.get(name, stored.get(name)) != stored.get(name)
    ]
    if "extension" in sent and _own(sent) != _own(stored):
        issues.append(Issue("Only the server sets these.", "Task.extension", "business-rule"))
    if issues:
        raise Invalid(*issues)


def with_server_owned(stored: Json, sent: Json) -> Json:
    """What was sent, with what only the server sets where the client left it out."""
    kept = {name: stored[name] for name in _SERVER_OWNED if name in stored}
    own = _own(stored)
    return {**({"extension": own} if own else {}), **kept, **sent}


def _own(task: Json) -> list[Any]:
    return [one for one in task.get("extension", []) if one["url"].startswith(_OURS)]


def _asked(sent: Json, stored: Json) -> tuple[str, str | None] | None:
    """The status and sub-state asked for; None when they are as before."""
    asked = sent["status"], code_in(sent.get("businessStatus"), BUSINESS_STATUS)
    now = stored["status"], code_in(stored.get("businessStatus"), BUSINESS_STATUS)
    return None if asked == now or (asked[0] == now[0] and asked[1] is None) else asked


def _is_another_time(task: Resource, sent: Json) -> bool:
    """An appointment at another time is offered by its time alone: the status stays."""
    period = sent.get("executionPeriod")
    is_new = period is not None and period != task.json.get("executionPeriod")
    return is_new and to_referral(task).state is State.OFFERED


def _move(referral: Referral, sent: Json, stored: Json) -> Move:
    named = _named(sent, stored)
    hints = named | ({"redirected"} if sent_to(sent) and sent["status"] == "completed" else set())
    candidates = [move for move in Move if _leads_to(move, referral, sent, hints)]
    hinted = [move for move in candidates if CODES[referral.end_of(move)][1] in hints]
    found = hinted or candidates
    if not found or (named and not hinted):  # never another move than the one that was named
        raise MoveRefused(referral, sent["status"])
    if len(found) > 1 and {MOVES[move].end for move in found} == {State.QUESTION, State.PAUSED}:
        text = (
            "On hold for what? Give statusReason further-information-needed or paused-by-family, "
            "or the businessStatus."
        )
        raise Invalid(Issue(text, "Task.statusReason", "required"))
    return Move.PLACE if Move.PLACE in found else found[0]


def _leads_to(move: Move, referral: Referral, sent: Json, hints: set[str]) -> bool:
    """Passing on is never meant by a status alone: the client says so, or names the service."""
    if move in FOLLOWING or not referral.can(move):
        return False
    if MOVES[move].stays:
        return False
    if move in (Move.REDIRECT, Move.PLACE) and not (sent_to(sent) or "redirected" in hints):
        return False
    return bool(CODES[referral.end_of(move)][0] == sent["status"])


_STATUS_REASONS = {
    "further-information-needed": "information-requested",
    "paused-by-family": "paused-by-family",
}


def _named(sent: Json, stored: Json) -> set[str]:
    """Sub-states that the client named: in a changed businessStatus, or by a reason."""
    business = code_in(sent.get("businessStatus"), BUSINESS_STATUS)
    if business == code_in(stored.get("businessStatus"), BUSINESS_STATUS):
        business = None
    reasons = (one.get("code", "") for one in sent.get("statusReason", {}).get("coding", []))
    return {one for one in (business, *map(_STATUS_REASONS.get, reasons)) if one}


def _said(move: Move, sent: Json) -> Said:
    reason = sent.get("statusReason", {})
    text = reason.get("text") or _display(reason)
    period = sent.get("executionPeriod", {})
    said = Said(
        text=text,
        service=sent_to(sent),
        next_step=_output(sent, "next-step"),
        taker=_taker(sent),
        ask_whom=Taker.FAMILY if _output(sent, "ask-whom") == "family" else Taker.REFERRER,
        starts_at=_time(period.get("start")),
        lasts=_lasts(period),
    )
    if move is Move.RETURN:
        return replace(said, reason=_return_reason(reason))
    if move is Move.COMPLETE:
        return _outcome(said, sent)
    if move is Move.OFFER and not said.starts_at:
        return replace(said, text=text or _last_note(sent) or "The service will agree a time.")
    if move is Move.ANSWER:
        return replace(said, text=answer_of(sent))
    return replace(said, text=text or _last_note(sent))


def answer_of(sent: Json) -> str | None:
    """The words of an answer: the output named so, any other output in words, or the last note."""
    outputs = [one.get("valueString") for one in sent.get("output", [])]
    spoken = next((words for words in outputs if words), None)
    return _output(sent, "answer") or spoken or _last_note(sent)


def _return_reason(reason: Json) -> str | None:
    """The national reasons are known by their code, in whatever system they come."""
    named = code_in(reason, RETURN_REASON)
    others = [one.get("code") for one in reason.get("coding", [])]
    return named or next((code for code in others if code), None)


def _outcome(said: Said, sent: Json) -> Said:
    for output in sent.get("output", []):
        value = output.get("valueCodeableConcept", {})
        code = code_in(value, OUTCOME)
        text = value.get("text") or _display(value) or _words(output)
        if code or text:
            return replace(said, outcome=code, text=text)
    return replace(said, text=None)


def _words(output: Json) -> str | None:
    """Any value at all says something came of it; words say it best."""
    value = next((value for key, value in output.items() if key.startswith("value")), None)
    return value if isinstance(value, str) else (value and "See the output of the Task.")


def _output(sent: Json, name: str) -> str | None:
    for output in sent.get("output", []):
        codes = {one.get("code") for one in output.get("type", {}).get("coding", [])}
        if name in codes | {output.get("type", {}).get("text")}:
            value: str | None = output.get("valueString", output.get("valueCode"))
            return value
    return None


def _taker(sent: Json) -> Taker | None:
    named = _output(sent, "next-step-taker")
    return Taker(named) if named in set(Taker) else None


def sent_to(sent: Json) -> str | None:
    """The id of the other service that an output names."""
    for output in sent.get("output", []):
        if id := reference_id(output.get("valueReference"), "HealthcareService"):
            return id
    return None


def _display(concept: Json) -> str | None:
    return next((one["display"] for one in concept.get("coding", []) if "display" in one), None)


def _last_note(sent: Json) -> str | None:
    notes = sent.get("note", [])
    return notes[-1].get("text") if notes else None


def _time(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written and "T" in written else None


def _lasts(period: Json) -> timedelta | None:
    start, end = _time(period.get("start")), _time(period.get("end"))
    return end - start if start and end else None


def statuses_of(moves: Iterable[Move]) -> list[str]:
    """The Task.status that each move leads to, once each; a pause ends where it began."""
    ends = (MOVES[move].end for move in moves)
    return list(dict.fromkeys(CODES[end][0] for end in ends if end))
