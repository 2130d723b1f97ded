"""The limits that run on a referral, as staff read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.referral.domain.clocks import Clock, Stop
from services.referral.domain.minding import EXCEPTIONS, exceptions_of, in_time
from services.referral.domain.running import HelpPart, RunningClock
from services.referral.use_cases.read_referral import OpenedReferral
from shared.identity import Role

_IN_TIME = {
    (True, True): "",
    (False, True): "In time with the exception, late without it",
    (False, False): "Late",
}


def limits(opened: OpenedReferral, clocks: Sequence[Clock], now: datetime) -> dict[str, Any]:
    """`limits`, those that run. Families read what happens next in plain words instead."""
    if opened.who.role is Role.FAMILY or not opened.referral.is_open:
        return {"limits": []}
    rows = {(one.id, one.valid_from): one for one in clocks}
    running = [one for one in opened.referral.clocks if one.is_running]
    shown = [_limit(one, opened, rows.get((one.clock, one.version)), now) for one in running]
    return {"limits": shown}


def _limit(
    clock: RunningClock, opened: OpenedReferral, row: Clock | None, now: datetime
) -> dict[str, Any]:
    is_of_help = row is not None and row.stop is Stop.HELPED
    return {
        "name": clock.clock,
        "until": row.stops if row else "",
        "due": clock.due_at,
        "level": _level(clock),
        "seen": clock.acknowledged_at,
        "parts": _parts(clock) if is_of_help else [],
        "in_time": _IN_TIME[in_time(opened.referral, clock, now)],
        "exceptions": [
            {
                "why": f"{one.code}: {EXCEPTIONS.get(one.code, '')}",
                "from": one.from_,
                "to": one.to,
                "evidence": one.evidence,
                "by": opened.people.name(one.decided_by, otherwise="a coordinator"),
            }
            for one in exceptions_of(opened.referral, clock)
        ],
    }


def _parts(clock: RunningClock) -> list[dict[str, Any]]:
    """Each part of the help, and since when it is recorded; None for what is still missing."""
    since = {one.part: one.at for one in clock.partial}
    return [{"name": part.value, "at": since.get(part)} for part in HelpPart]


def _level(clock: RunningClock) -> str:
    if clock.rungs < 2:
        return "Due soon" if clock.rungs else ""
    return f"Level {clock.rungs - 1}"
