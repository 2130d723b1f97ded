"""One thing that happened to a concern, and how the same thing again and again is gathered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """`offered` is the instant of an appointment; `told` says in words who was asked to act, who
    heard of it, and who could not be told; `why` is the rule it follows, which few want to read.
    `earlier`, newest first, are those of a kind that `recurs` until somebody acts."""

    title: str
    at: datetime
    by: str = ""
    service: str = ""
    text: str = ""
    why: str = ""
    offered: datetime | None = None
    told: tuple[str, ...] = ()
    recurs: bool = False
    earlier: tuple["Event", ...] = ()


def gathered(events: Iterable[Event]) -> list[Event]:
    """The same events in the same order; what recurs with nothing else between is one."""
    found: list[Event] = []
    for event in events:
        if found and _is_again(event, found[-1]):
            found[-1] = replace(found[-1], earlier=(*found[-1].earlier, event))
        else:
            found.append(event)
    return found


def _is_again(event: Event, newer: Event) -> bool:
    return event.recurs and newer.recurs and event.title == newer.title
