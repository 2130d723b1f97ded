"""Slows down whoever guesses passwords or secrets.

Counted in this process alone: with several replicas each counts for itself, and a restart forgets.
That is enough against guessing one person's password, and nothing is written for a stranger.
"""

import threading
from collections import defaultdict
from datetime import datetime, timedelta

MOST = 10
WITHIN = timedelta(minutes=15)
#: So that made-up addresses do not fill the memory.
MOST_KEYS = 10_000

Key = tuple[str, str]


class FailedAttempts:
    """When each pair of e-mail, or client, and network address failed lately."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed: defaultdict[Key, list[datetime]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._failed)

    def are_too_many(self, key: Key, now: datetime) -> bool:
        with self._lock:
            return len(_recent(self._failed.get(key, []), now)) >= MOST

    def wait(self, key: Key, now: datetime) -> timedelta:
        """How long until another attempt is heard; nothing when one would be heard now."""
        with self._lock:
            failed = _recent(self._failed.get(key, []), now)
        return WITHIN - (now - failed[-MOST]) if len(failed) >= MOST else timedelta(0)

    def note(self, key: Key, now: datetime) -> None:
        with self._lock:
            if len(self._failed) >= MOST_KEYS:
                self._forget_old(now)
            self._failed[key] = [*_recent(self._failed[key], now), now]

    def forget(self, key: Key) -> None:
        with self._lock:
            self._failed.pop(key, None)

    def _forget_old(self, now: datetime) -> None:
        recent = {key: kept for key, at in self._failed.items() if (kept := _recent(at, now))}
        newest = sorted(recent, key=lambda key: recent[key][-1])[-MOST_KEYS // 2 :]
        self._failed = defaultdict(list, {key: recent[key] for key in newest})


def _recent(failed: list[datetime], now: datetime) -> list[datetime]:
    return [at for at in failed if now - at < WITHIN]
