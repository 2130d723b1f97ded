"""The limits that run on a referral, as staff read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.referral.domain.clocks import Clock, Stop
from services.referral.domain.exceptions import EXCEPTION_WORDS, Timeliness, timeliness
from services.referral.domain.running import HelpPart, RunningClock
from services.referral.use_cases.read_referral import OpenedReferral
from shared.identity import Role

_IN_TIME = {
    Timeliness(without_exceptions=True, with_exceptions=True): "",
    Timeliness(
        without_exceptions=False, with_exceptions=True
    ): "In time with the exception, late without it",
    Timeliness(without_exceptions=False, with_exceptions=False): "Late",
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
        "in_time": _IN_TIME[timeliness(clock, opened.referral.exceptions, now)],
        "exceptions": [
            {
                "why": f"{one.code}: {EXCEPTION_WORDS.get(one.code, '')}",
                "from": one.from_,
                "to": one.to,
                "evidence": one.evidence,
                "by": opened.people.name(one.decided_by, otherwise="a coordinator"),
            }
            for one in opened.referral.exceptions
            if one.clock == clock.clock
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
