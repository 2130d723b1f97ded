"""A Task that a client sends back with an exception, or with a clock marked as seen."""

from datetime import date

from services.referral.records.resource import Json, Resource
from services.referral.records.task_clocks import CLOCK, EXCEPTION
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.mind_clocks import Excuse, record_exception, say_seen
from shared.errors import Invalid, Issue


def clock_act(
    task: Resource, sent: Json, version: int, *, record: Writing, rules: Rulebook
) -> Resource | None:
    """The Task after it; None when the client asks for nothing of the kind. One at a time."""
    exceptions = _parts(sent, EXCEPTION)[len(_parts(task.json, EXCEPTION)) :]
    if len(exceptions) == 1:
        excuse = _excuse(exceptions[0])
        return record_exception(task.id, excuse, record=record, rules=rules, version=version)
    if _seen(sent) > _seen(task.json):
        return say_seen(task.id, record=record, version=version)
    return None


def _seen(task: Json) -> int:
    return sum("acknowledged" in one for one in _parts(task, CLOCK))


def _parts(task: Json, url: str) -> list[Json]:
    """The parts of each extension with that url, by their names."""
    found = (one for one in task.get("extension", []) if one.get("url") == url)
    return [{part["url"]: _value(part) for part in one.get("extension", [])} for one in found]


def _value(part: Json) -> object:
    return next((value for key, value in part.items() if key.startswith("value")), None)


def _excuse(parts: Json) -> Excuse:
    try:
        return Excuse(
            code=str(parts["code"]),
            clock=str(parts["clock"]),
            from_=date.fromisoformat(parts["from"]),
            to=date.fromisoformat(parts["to"]),
            evidence=str(parts["evidence"]),
        )
    except (KeyError, ValueError, TypeError):
        text = "An exception has code, clock, from, to and evidence; the server adds the rest."
        raise Invalid(Issue(text, "Task.extension", "required")) from None
