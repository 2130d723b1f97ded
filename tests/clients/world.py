"""The API as its own process with concerns in it, and what is true there, asked plainly."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.bench.concern import post_concerns, prepare, token
from tests.bench.servers import Server, free_port, running
from tests.referral.builders import service_id

SPEECH = service_id("north-speech-language-therapy")
#: At least so many Tasks are paged through.
MANY = 1_000


@dataclass
class World:
    """`base` is the FHIR base of the server; concerns are raised by the nursery's own system."""

    url: str
    database: str
    http: httpx.Client
    _numbers: Iterator[int] = field(default_factory=lambda: count(100))
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"{self.url}/fhir"

    def bearer(self, client: str) -> str:
        """The value of the Authorization header for that client."""
        if client not in self._tokens:
            self._tokens[client] = token(self.http, client)["Authorization"]
        return self._tokens[client]

    def let_in(self, id: str, jwks: Path) -> None:
        """Another system of speech therapy's, which signs in with these public keys."""
        command = [sys.executable, "-m", "services.referral", "client", "add", id]
        acts_as = ["--as", "speech@example.org", "--jwks", str(jwks)]
        env = {**os.environ, "SOONER_DATABASE_URL": self.database, "SOONER_DEMO": "1"}
        subprocess.run([*command, *acts_as], env=env, check=True, stdout=subprocess.DEVNULL)

    def raise_concerns(self, number: int) -> None:
        headers = token(self.http)
        first = next(self._numbers) * 10_000
        post_concerns(self.http, headers, range(first, first + number))

    def ask(self, path: str, client: str = "demo-coordinator") -> Any:
        answer = self.http.get(f"/fhir/{path}", headers={"Authorization": self.bearer(client)})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def open_tasks(self) -> set[str]:
        """The ids of what waits at speech therapy."""
        wanted = f"Task?owner=HealthcareService/{SPEECH}&status=requested&_count=200"
        found: set[str] = set()
        while wanted:
            page = self.ask(wanted)
            found |= {entry["resource"]["id"] for entry in page["entry"]}
            following = [one["url"] for one in page["link"] if one["relation"] == "next"]
            wanted = following[0].partition("/fhir/")[2] if following else ""
        return found

    def statuses(self, task: str) -> list[str]:
        """Of every version of the Task, the oldest first, repeats left out."""
        entries = self.ask(f"Task/{task}/_history")["entry"]
        seen = sorted(entries, key=lambda one: int(one["resource"]["meta"]["versionId"]))
        statuses = [one["resource"]["status"] for one in seen]
        return [
            one for index, one in enumerate(statuses) if index == 0 or statuses[index - 1] != one
        ]

    def number_of_tasks(self) -> int:
        total: int = self.ask("Task?_count=0&_total=accurate")["total"]
        return total


@contextmanager
def world_at(database: str) -> Iterator[World]:
    prepare(database)
    with _server(database) as server, httpx.Client(base_url=server.url, timeout=60) as http:
        yield World(server.url, database, http)


@contextmanager
def _server(database: str) -> Iterator[Server]:
    port = free_port()
    with running(
        ["-m", "tests.bench.serve"],
        port=port,
        ready="/readyz",
        SOONER_DEMO="1",
        SOONER_DATABASE_URL=database,
        SOONER_REFERRAL_PORT=str(port),
        SOONER_REFERRAL_URL=f"http://127.0.0.1:{port}",
    ) as server:
        yield server


def fill(world: World) -> None:
    """So many concerns that there are MANY Tasks."""
    world.raise_concerns(1)
    each = world.number_of_tasks()
    world.raise_concerns(-(-(MANY - each) // each))
    assert world.number_of_tasks() >= MANY
