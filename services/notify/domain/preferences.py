"""What a person wishes: which messages, by which way, in which language, and when it is safe."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from services.notify.domain.category import NEEDED, Category
from services.notify.domain.hours import Window
from shared.contract import Channel


class Pace(StrEnum):
    """How soon somebody wants to hear."""

    AT_ONCE = "at-once"
    DAILY = "daily"  # in one mail each morning; staff only
    OFF = "off"


Wishes = Mapping[tuple[Category, Channel], Pace]


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """One person's. `language` is empty where the record's own stands; `days`, `safe_from` and
    `safe_until` are when it is safe to write (None: at any time). Others read what comes to a
    `shared_phone`."""

    wishes: Wishes = field(default_factory=dict)
    language: str = ""
    large_print: bool = False
    shared_phone: bool = False
    days: frozenset[int] = frozenset(range(7))
    safe_from: time | None = None
    safe_until: time | None = None

    def pace(self, category: Category, channel: Channel) -> Pace:
        return self.wishes.get((category, channel), Pace.AT_ONCE)

    def wanted(self, category: Category) -> list[Channel]:
        """The channels that somebody named for this; none where they left it open."""
        return [
            channel
            for (one, channel), pace in self.wishes.items()
            if one is category and pace is not Pace.OFF
        ]

    def is_off(self, category: Category) -> bool:
        """Whether they want none of these at all, which they may not of what is needed."""
        said = [pace for (one, _), pace in self.wishes.items() if one is category]
        is_refused = bool(said) and all(pace is Pace.OFF for pace in said)
        return is_refused and category not in NEEDED

    @property
    def safe(self) -> Window | None:
        """Nothing where they named no times."""
        if self.safe_from is None and self.safe_until is None and len(self.days) == 7:
            return None
        opens, closes = self.safe_from or time.min, self.safe_until or time.max
        return Window(opens=opens, closes=closes, days=self.days)


NONE_SAID = Preferences()
#: What says more than a family wants others to read on a telephone that they share.
PRIVATE = frozenset({Category.ACCESS, Category.DECISIONS})
