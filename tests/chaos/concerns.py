"""People who raise concerns and do not give up: whoever gets no answer sends the same again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event, Thread

import httpx

from tests.bench.concern import a_body, token
from tests.chaos.services import Both

AT_ONCE = 4
#: It was made, or had been made by a request whose answer was lost.
MADE = (200, 409)


def a_concern(number: int) -> str:
    """The example as it would be about a stammer: one service is asked, and three mails go out."""
    return a_body(number).replace('"speech-language"', '"stammer"')


class Raising:
    """`acknowledged` are the numbers of the concerns that somebody was told are made."""

    def __init__(self, numbers: range, at: Both) -> None:
        self.acknowledged: set[int] = set()
        self.strange: list[str] = []
        self._left: Queue[int] = Queue()
        self._at = at
        self._stop = Event()
        for number in numbers:
            self._left.put(number)

    @contextmanager
    def going_on(self) -> Iterator["Raising"]:
        with httpx.Client(base_url=self._at.referral.url) as client:
            headers = token(client)
        threads = [Thread(target=self._raise, args=(headers,)) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _raise(self, headers: dict[str, str]) -> None:
        with httpx.Client(base_url=self._at.referral.url, timeout=30) as client:
            while not self._stop.is_set():
                try:
                    number = self._left.get_nowait()
                except Empty:
                    return
                while not self._is_made(client, number, headers) and not self._stop.is_set():
                    time.sleep(0.1)

    def _is_made(self, client: httpx.Client, number: int, headers: dict[str, str]) -> bool:
        try:
            answer = client.post("/fhir", content=a_concern(number), headers=headers)
        except httpx.TransportError:
            return False
        if answer.status_code in MADE:
            self.acknowledged.add(number)
            return True
        if answer.status_code != 503:
            self.strange.append(f"{answer.status_code} {answer.text[:200]}")
        return False
