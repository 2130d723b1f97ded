"""One sweep at an instant that somebody names, and what it did in words."""

from collections.abc import Iterator
from datetime import UTC, datetime

from services.referral.use_cases.climbing import Climbed
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid


def escalation_report(as_of: str, *, at: Workplace) -> list[str]:
    """A line for each rung, and one for the whole. Invalid for what is no instant."""
    swept = escalate_overdue(at=at, now=_instant(as_of))
    lines = [line for climbed in swept.climbed for line in _lines(climbed)]
    tally = swept.tally
    total = f"{tally.looked_at} looked at, {tally.acted_on} climbed, {tally.errors} not readable"
    return [*lines, total]


def _instant(written: str) -> datetime:
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        raise Invalid(f"“{written}” is no instant: write it as 2026-11-20T10:00Z.") from None
    if instant.tzinfo is None:
        raise Invalid(f"“{written}” has no time zone: write it as 2026-11-20T10:00Z.")
    return instant.astimezone(UTC)


def _lines(climbed: Climbed) -> Iterator[str]:
    if not climbed.climbs:
        told = ", ".join(f"{each} ({count})" for each, count in climbed.told.items())
        yield f"Task/{climbed.task}  is late, told {climbed.after} times  tells {told}."
    level = f"level {climbed.before} → {climbed.after}"
    for one in climbed.climbs:
        told = ", ".join(f"{each} ({climbed.told[each]})" for each in one.rung.tells)
        yield f"Task/{climbed.task}  {one.clock}  {level}  tells {told}. {one.why}"
