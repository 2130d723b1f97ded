"""The moves that keep a Task's status, as a client sends them: an extension or an output more."""

from collections.abc import Iterator
from datetime import date

from services.referral.domain.moves import Move
from services.referral.records.resource import Json
from services.referral.records.task_clocks import CLOCK, EXCEPTION, to_recorded
from services.referral.use_cases.move_referral import Excuse, Said
from shared.errors import Invalid, Issue

_ACKNOWLEDGED = "acknowledged"


def kept_move(stored: Json, sent: Json) -> tuple[Move, Said] | None:
    """The one that the client asks for, if any. Invalid: it is not whole, or one of several."""
    added = _exceptions(sent)[len(_exceptions(stored)) :]
    found = [(Move.EXCEPTION, Said(excuse=_excuse(one))) for one in added]
    if any(True for _ in _newly_seen(stored, sent)):
        found.append((Move.SEEN, Said()))
    if len(found) > 1:
        raise one_at_a_time("Task.extension")
    return found[0] if found else None


def help_move(stored: Json, sent: Json) -> tuple[Move, Said] | None:
    """Outputs that say which parts of the help are done now."""
    new = to_recorded(sent) - to_recorded(stored)
    return (Move.RECORD, Said(recorded=new, text=_words(stored, sent))) if new else None


def without_kept_move(stored: Json, sent: Json) -> Json:
    """What was sent as it would be without that move, to see what else the client changed."""
    added = _exceptions(sent)[len(_exceptions(stored)) :]
    seen = [id(one) for one in _newly_seen(stored, sent)]
    rest = [one for one in sent.get("extension", []) if not any(one is new for new in added)]
    plain = [_unseen(one) if id(one) in seen else one for one in rest]
    return {**sent, "extension": plain} if "extension" in sent else sent


def one_at_a_time(place: str) -> Invalid:
    return Invalid(Issue("Send one move at a time.", place, "business-rule"))


def _exceptions(task: Json) -> list[Json]:
    return [one for one in task.get("extension", []) if one.get("url") == EXCEPTION]


def _clocks(task: Json) -> list[Json]:
    return [one for one in task.get("extension", []) if one.get("url") == CLOCK]


def _newly_seen(stored: Json, sent: Json) -> Iterator[Json]:
    """The clocks that the client marked as seen; `check_server_owned` sees to their order."""
    for old, new in zip(_clocks(stored), _clocks(sent), strict=False):
        if _ACKNOWLEDGED in _parts(new) and _ACKNOWLEDGED not in _parts(old):
            yield new


def _unseen(clock: Json) -> Json:
    parts = [part for part in clock["extension"] if part.get("url") != _ACKNOWLEDGED]
    return {**clock, "extension": parts}


def _parts(extension: Json) -> dict[str, object]:
    """The parts of an extension by their names."""
    return {part.get("url", ""): _value(part) for part in extension.get("extension", [])}


def _value(part: Json) -> object:
    return next((value for key, value in part.items() if key.startswith("value")), None)


def _excuse(extension: Json) -> Excuse:
    parts = _parts(extension)
    try:
        return Excuse(
            code=str(parts["code"]),
            clock=str(parts["clock"]),
            from_=date.fromisoformat(str(parts["from"])),
            to=date.fromisoformat(str(parts["to"])),
            evidence=str(parts["evidence"]),
            asked_on=date.fromisoformat(str(parts["askedOn"])) if "askedOn" in parts else None,
        )
    except (KeyError, ValueError):
        text = "An exception has code, clock, from, to and evidence, and perhaps askedOn."
        raise Invalid(Issue(text, "Task.extension", "required")) from None


def _words(stored: Json, sent: Json) -> str | None:
    """The words of the outputs that are new."""
    new = sent.get("output", [])[len(stored.get("output", [])) :]
    said = (one.get("valueString") for one in new)
    return " ".join(words for words in said if isinstance(words, str)) or None
