"""How long whoever guesses has to wait. Waits grow, and always end: nobody is shut out for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

NONE = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """After `most` failures `within` that time one waits: until the oldest of them is past, or,
    when there is a `first` wait, that long, and twice as long with each more, up to `longest`."""

    most: int
    within: timedelta
    first: timedelta = NONE
    longest: timedelta = NONE

    def wait(self, failed: Sequence[datetime], now: datetime) -> timedelta:
        """How long until another attempt is heard; nothing when one would be heard now."""
        recent = sorted(at for at in failed if now - at < self.within)
        if len(recent) < self.most:
            return NONE
        if not self.first:
            return self.within - (now - recent[-self.most])
        doubled = self.first * (1 << min(len(recent) - self.most, 20))
        return max(NONE, min(doubled, self.longest) - (now - recent[-1]))


#: One person or client from one network address.
PAIR = Limit(most=10, within=timedelta(minutes=15))
#: One network address, whomever it tries: a whole nursery may share it.
ADDRESS = Limit(most=100, within=timedelta(minutes=15))
#: One account from all addresses together.
ACCOUNT = Limit(
    most=20,
    within=timedelta(hours=24),
    first=timedelta(seconds=30),
    longest=timedelta(minutes=15),
)
LONGEST = max(limit.within for limit in (PAIR, ADDRESS, ACCOUNT))
