"""A stand-in for what lies outside the process: time."""

from datetime import UTC, datetime, timedelta

#: Ten in the morning of a Friday, London time; the demo's routing rules of 2026 are in force.
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class Clock:
    """A Friday morning, until a test moves it."""

    def __init__(self) -> None:
        self.now = FRIDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)
