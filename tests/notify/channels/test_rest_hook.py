"""Posts to addresses that others chose."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from services.notify.channels.rest_hook import RestHook
from services.notify.domain.subscription import Hook
from shared.careful_fetch import CarefulFetch
from shared.errors import NotAllowed
from shared.subscribing import Content, Status
from shared.topics import Topic


def a_hook(endpoint: str, timeout: int = 1) -> Hook:
    return Hook(
        id="s1",
        client="demo-speech",
        topic=Topic.MADE,
        endpoint=endpoint,
        headers=(),
        content=Content.ID_ONLY,
        timeout=timeout,
        most=1,
        status=Status.ACTIVE,
        events=0,
        failures=0,
        failing_since=None,
        beat_at=None,
        ends_at=None,
    )


def resolves_to(address: str, *, private: bool = False) -> RestHook:
    fetch = CarefulFetch(resolve=lambda *_: [address], allow_private=private)
    return RestHook(fetch=fetch)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254"])
def test_an_address_of_our_own_network_is_refused(address: str) -> None:
    hooks = resolves_to(address)
    with pytest.raises(NotAllowed):
        hooks.check("https://agency.example/hook")
    assert hooks(a_hook("https://agency.example/hook"), b"{}").code == "unreachable"


def test_an_operator_may_allow_private_addresses() -> None:
    resolves_to("10.1.2.3", private=True).check("https://agency.internal/hook")


@pytest.mark.parametrize("url", ["http://agency.example/hook", "ftp://agency.example", "https://"])
def test_only_https_is_spoken(url: str) -> None:
    with pytest.raises(NotAllowed):
        resolves_to("93.184.216.34").check(url)


def test_an_answer_that_drips_in_is_cut_off_in_its_time() -> None:
    with dripping() as url:
        began = time.monotonic()
        posted = RestHook(fetch=CarefulFetch(plain_here=True))(a_hook(url, timeout=1), b"{}")
    assert posted.code == "unreachable"
    assert time.monotonic() - began < 3


@contextmanager
def dripping() -> Iterator[str]:
    """A server that sends a byte of a header each tenth of a second, and never ends."""
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        opened, _ = listening.accept()
        with opened:
            opened.sendall(b"HTTP/1.1 200 OK\r\nx-long: ")
            try:
                for _ in range(100):
                    opened.sendall(b"a")
                    time.sleep(0.1)
            except OSError:
                return

    thread = Thread(target=drip)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
    finally:
        listening.close()
        thread.join()
