"""Invented people for the preview: what hangs on a person, and never who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.notify.templates.placeholders import NONE
from shared.contract import Figures

PHONE = "01632 960 123"  # of Ofcom's numbers for drama
LATELY: Sequence[tuple[str, int]] = (
    ("service/made", 3),
    ("service/question-answered", 1),
    ("service/escalated", 2),
)


@dataclass(frozen=True, kw_only=True)
class Example:
    key: str
    who: str
    is_family: bool
    level: int = 0
    urgent: bool = False
    phone: str = PHONE
    figures: Figures = NONE


EXAMPLES = (
    Example(
        key="waits",
        who="Ada, waiting",
        is_family=True,
        figures=Figures(half_waited=9, most_waited=20, sample=41, again_in=8),
    ),
    Example(
        key="late",
        who="Jan, late since 3 March",
        is_family=True,
        level=1,
        figures=Figures(due=date(2026, 3, 3)),
    ),
    Example(
        key="still-late",
        who="Farah, late for long",
        is_family=True,
        level=3,
        figures=Figures(due=date(2025, 12, 30)),
    ),
    Example(key="first", who="Sioned, one of the first", is_family=True,
            phone=""),
    Example(key="day", who="Sam, a day late", is_family=False, level=1),
    Example(key="soon", who="Priya, in time", is_family=False),
    Example(key="urgent", who="Lee, urgent", is_family=False, level=3, urgent=True),
)  # fmt: skip
