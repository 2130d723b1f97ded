"""What is for another host, too large or too slow is turned away before the service sees it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from shared.edge import Edge, known_hosts

LIMITS = (("/short", 10), ("", 100))


async def echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


def refuse(_: Request, status: int, words: str) -> Response:
    return PlainTextResponse(words, status)


def edge(seconds: float = 5) -> Edge:
    app = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])])
    hosts = known_hosts("sooner.example", "https://Public.example:8443/base")
    return Edge(app, hosts=hosts, limits=LIMITS, refuse=refuse, seconds=seconds)


@pytest.fixture
def http() -> TestClient:
    return TestClient(edge(), base_url="http://sooner.example")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("sooner.example", 200),
        ("SOONER.example:8000", 200),
        ("public.example:8443", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("sooner.example.evil.example", 421),
        ("evil.example", 421),
        ("sooner.example@evil.example", 421),
        ("", 421),
    ],
)
def test_it_answers_only_to_its_own_names(http: TestClient, host: str, status: int) -> None:
    assert http.get("/", headers={"host": host}).status_code == status


def test_whoever_watches_over_it_may_ask_by_address(http: TestClient) -> None:
    assert http.get("/healthz", headers={"host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "bytes", "status"),
    [("/short/1", 10, 200), ("/short/1", 11, 413), ("/long", 100, 200), ("/long", 101, 413)],
)
def test_each_place_takes_so_much_and_no_more(
    http: TestClient, path: str, bytes: int, status: int
) -> None:
    answer = http.post(path, content=b"x" * bytes)
    assert answer.status_code == status
    assert (answer.text == "x" * bytes) == (status == 200)


def test_headers_are_not_endless(http: TestClient) -> None:
    assert http.get("/", headers={"X-Long": "x" * 15_000}).status_code == 200
    assert http.get("/", headers={"X-Long": "x" * 17_000}).status_code == 431


def test_a_body_that_does_not_say_its_length_is_cut_off(http: TestClient) -> None:
    assert http.post("/short", content=iter([b"x" * 8] * 1000)).status_code == 413


def test_a_body_that_never_ends_is_not_waited_for() -> None:
    assert asyncio.run(_posted(_drips)) == 408


def test_a_body_in_pieces_arrives_whole() -> None:
    assert asyncio.run(_posted(_pieces([b"a", b"b", b"c"]))) == 200


async def _drips() -> Message:
    await asyncio.sleep(0.02)
    return {"type": "http.request", "body": b"", "more_body": True}


def _pieces(parts: list[bytes]) -> Callable[[], Awaitable[Message]]:
    async def receive() -> Message:
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    return receive


async def _posted(receive: Callable[[], Awaitable[Message]]) -> int:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/long",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"transfer-encoding", b"chunked")],
    }
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await edge(seconds=0.1)(scope, receive, send)
    status: int = sent[0]["status"]
    return status
