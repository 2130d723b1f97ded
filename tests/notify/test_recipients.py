from collections.abc import Callable

import httpx
import pytest

from services.notify.channels.recipients import Recipients, Unreachable
from shared.contract import RecipientQuery, RecipientResult
from shared.signing import DEMO_SECRET, verify
from shared.wire import read_queries, write_results
from tests.notify.builders import NOON
from tests.notify.world import Clock

Answering = Callable[[httpx.Request], httpx.Response]

ONE = RecipientQuery(recipient="Practitioner/one", child="child-1", task="task-1")
TWO = RecipientQuery(recipient="RelatedPerson/two", child="child-1", task="task-1")
YES = RecipientResult(recipient=ONE.recipient, may_send=True, email="one@example.org")
NO = RecipientResult(recipient=TWO.recipient, may_send=False, reason="withdrawn")


def asking(answer: Answering) -> Recipients:
    return Recipients(
        client=httpx.Client(transport=httpx.MockTransport(answer)),
        url="http://127.0.0.1:1/recipients",
        secrets=[DEMO_SECRET],
        clock=Clock(),
    )


def test_each_query_is_answered_in_its_place() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        verify(request.headers, request.content, secrets=[DEMO_SECRET], now=NOON)
        assert read_queries(request.content) == [ONE, TWO]
        return httpx.Response(200, content=write_results([YES, NO]))

    assert asking(answer)([ONE, TWO]) == [YES, NO]


UNUSABLE: dict[str, Answering] = {
    "an error": lambda _: httpx.Response(500),
    "distrust": lambda _: httpx.Response(401),
    "no json": lambda _: httpx.Response(200, content=b"<html>"),
    "too few": lambda _: httpx.Response(200, content=write_results([YES])),
    "another order": lambda _: httpx.Response(200, content=write_results([NO, YES])),
}


@pytest.mark.parametrize("answer", UNUSABLE)
def test_an_answer_that_could_send_a_message_astray_is_none(answer: str) -> None:
    with pytest.raises(Unreachable):
        asking(UNUSABLE[answer])([ONE, TWO])
