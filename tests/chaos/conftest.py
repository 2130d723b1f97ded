"""Two databases of each kind, and a line that is shown whatever pytest hides."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from services.notify.main import MIGRATIONS
from shared.database import Database, migrate
from tests.databases import BACKENDS, fresh_postgres
from tests.notify.world import Clock

Say = Callable[[str], None]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def databases(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[str, str]]:
    """One for each service, and empty."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'referral.db'}", f"sqlite:///{tmp_path / 'notify.db'}"
        return
    with ExitStack() as opened:
        server = request.getfixturevalue("postgres")
        first, second = (opened.enter_context(fresh_postgres(server)) for _ in range(2))
        yield first, second


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def show(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return show


@pytest.fixture
def database(databases: tuple[str, str]) -> Iterator[Database]:
    """That of notify."""
    migrate(databases[1], MIGRATIONS)
    with closing(Database(databases[1])) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()
