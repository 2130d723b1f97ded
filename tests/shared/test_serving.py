"""Served for real: who is believed about addresses, and what a log line holds."""

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import text

from shared.database import Database
from shared.serving import WithoutWords

SERVED = """
import sys
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from shared.serving import run

async def who(request):
    if "fail" in request.query_params:
        raise ValueError("Amina Okoro-Secret")
    return PlainTextResponse(f"{request.client.host} {request.url.scheme}")

run(Starlette(routes=[Route("/", who)]), host="127.0.0.1", port=int(sys.argv[1]),
    proxies=sys.argv[2])
"""
FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@contextmanager
def served(proxies: str = "") -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SERVED, str(port), proxies]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}/", process
    finally:
        process.terminate()
        process.wait(10)
        if process.stderr:
            process.stderr.close()


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("it does not answer")


@pytest.mark.parametrize(
    ("proxies", "believed"),
    [("", "127.0.0.1 http"), ("127.0.0.1", "203.0.113.9 https"), ("10.0.0.1", "127.0.0.1 http")],
)
def test_only_a_proxy_that_is_named_may_say_where_a_request_came_from(
    proxies: str, believed: str
) -> None:
    with served(proxies) as (url, _):
        assert httpx.get(url, headers=FORWARDED).text == believed


def test_what_fails_is_logged_without_the_words_of_the_failure() -> None:
    with served() as (url, process):
        answer = httpx.get(url + "?fail=Amina")
        assert answer.status_code == 500
        process.terminate()
        _, log = process.communicate(timeout=10)
    assert "ValueError" in log
    assert "Amina" not in log + answer.text


def test_a_database_does_not_quote_what_it_was_given() -> None:
    database = Database("sqlite://")
    with pytest.raises(Exception, match="no such table") as failed, database.read() as session:
        session.execute(text("SELECT * FROM missing WHERE name = :name"), {"name": "Amina"})
    database.close()
    assert "Amina" not in str(failed.value)


def test_a_failure_formatted_before_by_another_handler_is_formatted_anew() -> None:
    try:
        raise ValueError("Amina")
    except ValueError as failure:
        record = logging.LogRecord(
            "x", logging.ERROR, "x.py", 1, "It failed.", None, (type(failure), failure, None)
        )
    logging.Formatter().format(record)
    assert "Amina" not in WithoutWords().format(record)
    assert "ValueError" in WithoutWords().format(record)
