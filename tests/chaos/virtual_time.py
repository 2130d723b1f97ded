"""The time of several processes at once, which a test moves on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass
class MovedTime:
    """The time by the wall, and as much later as the file says."""

    file: Path
    later: timedelta = timedelta()

    def pass_(self, time: timedelta) -> None:
        """Replaced as a whole: nobody ever reads half of it."""
        self.later += time
        new = self.file.with_suffix(".new")
        new.write_text(str(self.later.total_seconds()))
        new.replace(self.file)


def clock_of(file: str, *, wrong_by: float = 0) -> Callable[[], datetime]:
    """A process's clock, which may be wrong by so many seconds."""
    path = Path(file)

    def clock() -> datetime:
        seconds = float(path.read_text() or 0) + wrong_by
        now = datetime.now(UTC) + timedelta(seconds=seconds)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    return clock
