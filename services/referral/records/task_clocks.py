"""The clocks of a referral as extensions of its Task, and back: `docs/fhir.md` has the parts."""

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import UTC, date, datetime
from typing import Any

from services.referral.domain.referral import Referral
from services.referral.domain.running import (
    ClockException,
    HelpPart,
    PartialStop,
    Risk,
    RunningClock,
)
from services.referral.records.resource import Json, instant
from shared.fhir.codes import EXTENSION_BASE, HELP_PART

CLOCK = f"{EXTENSION_BASE}/clock"
EXCEPTION = f"{EXTENSION_BASE}/clock-exception"
RISK = f"{EXTENSION_BASE}/escalation-risk"
CLOCK_URLS = frozenset({CLOCK, EXCEPTION, RISK})

#: FHIR's name for the type of each value that stands here.
_KINDS: Mapping[type, tuple[str, Callable[[Any], Any]]] = {
    datetime: ("valueInstant", instant),
    date: ("valueDate", date.isoformat),
    int: ("valueInteger", int),
    str: ("valueString", str),
}


def clock_extensions(referral: Referral) -> list[Json]:
    """What a Task says of clocks, exceptions and the reasons to climb swiftly."""
    risks = [{"url": RISK, "valueCode": risk.value} for risk in sorted(referral.risks)]
    clocks = [_clock(one) for one in referral.clocks]
    return [*clocks, *(_exception(one) for one in referral.exceptions), *risks]


def to_clocks(task: Json) -> tuple[RunningClock, ...]:
    return tuple(_to_clock(parts) for parts in _of(task, CLOCK))


def to_exceptions(task: Json) -> tuple[ClockException, ...]:
    return tuple(_to_exception(parts) for parts in _of(task, EXCEPTION))


def to_risks(task: Json) -> frozenset[Risk]:
    found = (one for one in task.get("extension", []) if one.get("url") == RISK)
    return frozenset(Risk(one["valueCode"]) for one in found)


def to_recorded(task: Json) -> frozenset[HelpPart]:
    """The parts of the help that an output says are done, by its code of the system help-part."""
    codings = [
        coding
        for output in task.get("output", [])
        for coding in output.get("type", {}).get("coding", [])
        if coding.get("system") == HELP_PART
    ]
    known = {one.value for one in HelpPart}
    return frozenset(HelpPart(one["code"]) for one in codings if one.get("code") in known)


def with_help(task: Json, parts: Set[HelpPart], words: str | None) -> Json:
    """The Task with an output for each of these parts that has none yet."""
    outputs = [
        {
            "type": {"coding": [{"system": HELP_PART, "code": part.value}]},
            "valueString": words or part.value,
        }
        for part in HelpPart
        if part in parts - to_recorded(task)
    ]
    return {**task, "output": [*task.get("output", []), *outputs]} if outputs else task


def _clock(clock: RunningClock) -> Json:
    return _built(
        CLOCK,
        id=clock.clock,
        version=clock.version,
        started=clock.started_at,
        due=clock.due_at,
        stopped=clock.stopped_at,
        rungs=clock.rungs,
        acknowledged=clock.acknowledged_at,
        partial=[_built("partial", part=one.part.value, at=one.at) for one in clock.partial],
    )


def _to_clock(parts: Json) -> RunningClock:
    return RunningClock(
        clock=parts["id"],
        version=date.fromisoformat(parts["version"]),
        started_at=_time(parts["started"]),
        due_at=_time(parts["due"]),
        stopped_at=_maybe_time(parts.get("stopped")),
        rungs=parts["rungs"],
        acknowledged_at=_maybe_time(parts.get("acknowledged")),
        partial=tuple(
            PartialStop(part=HelpPart(one["part"]), at=_time(one["at"]))
            for one in parts.get("partial", ())
        ),
    )


def _exception(one: ClockException) -> Json:
    return _built(
        EXCEPTION,
        code=one.code,
        clock=one.clock,
        **{"from": one.from_},
        to=one.to,
        evidence=one.evidence,
        askedOn=one.asked_on,
        decidedBy=one.decided_by,
        decidedAt=one.decided_at,
    )


def _to_exception(parts: Json) -> ClockException:
    """Families are not shown the evidence: it may be about somebody else."""
    return ClockException(
        code=parts["code"],
        clock=parts["clock"],
        from_=date.fromisoformat(parts["from"]),
        to=date.fromisoformat(parts["to"]),
        evidence=parts.get("evidence", ""),
        decided_by=parts["decidedBy"],
        decided_at=_time(parts["decidedAt"]),
        asked_on=date.fromisoformat(parts["askedOn"]) if "askedOn" in parts else None,
    )


def _built(url: str, **parts: object) -> Json:
    """An extension of named parts; a list is of extensions that are built already."""
    inside: list[Json] = []
    for name, value in parts.items():
        if isinstance(value, list):
            inside += value
        elif value is not None and value != "":
            kind, write = _KINDS[type(value)]
            inside.append({"url": name, kind: write(value)})
    return {"url": url, "extension": inside}


def _of(task: Json, url: str) -> list[Json]:
    """The parts by name of each extension with that url; those of `partial` as a list."""
    found = (one for one in task.get("extension", []) if one.get("url") == url)
    return [_parts(one["extension"]) for one in found]


def _parts(inside: Sequence[Json]) -> Json:
    parts: Json = {}
    for one in inside:
        if "extension" in one:
            parts.setdefault(one["url"], []).append(_parts(one["extension"]))
        else:
            parts[one["url"]] = next(value for key, value in one.items() if key != "url")
    return parts


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def _maybe_time(written: str | None) -> datetime | None:
    return _time(written) if written else None
