"""An end to a whole HTTP exchange: a time-out of each read lets a slow answer drip in for ever."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

#: httpx calls it with what the connection does: https://www.python-httpx.org/advanced/extensions/
Trace = Callable[[str, Mapping[str, Any]], None]
_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})


@contextmanager
def cut_off(seconds: float) -> Iterator[Trace]:
    """For a request's `trace`: after so many seconds its connection is shut, whatever it does."""
    opened: list[socket.socket] = []

    def trace(event: str, told: Mapping[str, Any]) -> None:
        if event in _CONNECTED:
            opened.append(told["return_value"].get_extra_info("socket"))

    timer = Timer(seconds, _shut, [opened])
    timer.daemon = True
    timer.start()
    try:
        yield trace
    finally:
        timer.cancel()


def _shut(opened: list[socket.socket]) -> None:
    """Under the encryption too: whoever waits for a byte there sees the end."""
    for one in opened:
        with suppress(OSError):
            socket.socket.shutdown(one, socket.SHUT_RDWR)
