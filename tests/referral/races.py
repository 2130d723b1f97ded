"""Several acts at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act came to, or the exception it ended with; all begin together."""
    gate = Barrier(len(acts))

    def act(one: Callable[[], Any]) -> Any:
        gate.wait(10)
        try:
            return one()
        except Exception as failure:
            return failure

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))
