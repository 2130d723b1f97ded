"""Whom an attack is aimed at, and how an attack and its right answer are written down."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.referral.anyshire import Anyshire, row_counts
from tests.referral.fhir_api.systems import System
from tests.referral.web.browsers import Browser

#: Nobody who may not see the child may ever read this.
MARKER = "Marker-Vesper"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The live service, the one referral in it, and clients of every kind."""

    anyshire: Anyshire
    http: TestClient
    task: str
    nursery: System
    nursery2: System
    speech: System
    pages: Mapping[str, Browser]
    stranger: Browser

    @property
    def read_task(self) -> Any:
        return self.speech.get(f"/Task/{self.task}").json()

    @property
    def child(self) -> str:
        reference: str = self.read_task["for"]["reference"]
        return reference.partition("/")[2]

    @property
    def rows(self) -> dict[str, int]:
        return row_counts(self.anyshire.records)

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing is written while the block runs."""
        _ = self.nursery.headers, self.nursery2.headers, self.speech.headers
        before = row_counts(self.anyshire.records)
        yield
        assert row_counts(self.anyshire.records) == before


@dataclass(frozen=True)
class Attack:
    """What is sent, and the one right answer: status, issue code and, where it has one, place."""

    name: str
    body: Any
    status: int
    code: str = ""
    place: str = ""
    path: str = "/Patient"
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def each(*attacks: Attack) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("attack", attacks, ids=str)


def sent(target: Target, attack: Attack) -> Response:
    """The answer to the nursery's system; the path may name the {task} and the {child}."""
    path = attack.path
    if "{" in path:
        path = path.replace("{task}", target.task).replace("{child}", target.child)
    return target.nursery.send(attack.method, path, attack.body, **attack.headers)


def raw(*headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as bytes, for those that a well-behaved client would not send."""
    return [(name.encode(), value.encode()) for some in headers for name, value in some.items()]


def check(answer: Response, attack: Attack) -> None:
    assert answer.status_code == attack.status, (answer.status_code, answer.text[:600])
    if not attack.code:
        return
    issues = json.loads(answer.text)["issue"]
    found = [(one["code"], one.get("expression", [""])[0]) for one in issues]
    assert (attack.code, attack.place) in found, (found[:5], answer.text[:400])
