"""The limits that run on a referral, as staff read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.referral.domain import access
from services.referral.domain.clocks import Clock
from services.referral.domain.minding import EXCEPTIONS, exceptions_of, in_time, may_be_seen
from services.referral.domain.running import RunningClock
from services.referral.use_cases.mind_clocks import BY, EXCEPTION, SEEN
from services.referral.use_cases.read_referral import OpenedReferral
from shared.identity import Role

_IN_TIME = {
    (True, True): "",
    (False, True): "In time with the exception, late without it",
    (False, False): "Late",
}


def limits(opened: OpenedReferral, clocks: Sequence[Clock], now: datetime) -> dict[str, Any]:
    """`limits`, and where this person says that they have seen it or records an exception. Families
    read what happens next in plain words instead."""
    if opened.who.role is Role.FAMILY or not opened.referral.is_open:
        return {"limits": [], "seen_href": "", "exception_href": ""}
    until = {(one.id, one.valid_from): one.stops for one in clocks}
    running = [one for one in opened.referral.clocks if one.is_running]
    played = access.parts(opened.who, opened.concern, opened.referral)
    here = f"/referrals/{opened.referral.id}"
    is_unseen = may_be_seen(opened.referral) and bool(BY[SEEN] & played)
    return {
        "limits": [_limit(one, opened, until, now) for one in running],
        "seen_href": f"{here}/seen" if is_unseen else "",
        "exception_href": f"{here}/exception" if running and BY[EXCEPTION] & played else "",
    }


def _limit(
    clock: RunningClock, opened: OpenedReferral, until: dict[Any, str], now: datetime
) -> dict[str, Any]:
    return {
        "name": clock.clock,
        "until": until.get((clock.clock, clock.version), ""),
        "due": clock.due_at,
        "level": _level(clock),
        "seen": clock.acknowledged_at,
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


def _level(clock: RunningClock) -> str:
    if clock.rungs < 2:
        return "Due soon" if clock.rungs else ""
    return f"Level {clock.rungs - 1}"
