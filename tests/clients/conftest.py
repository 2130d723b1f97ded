"""One server for each database, filled once, and two new concerns for each round."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.clients.world import World, fill, world_at
from tests.databases import BACKENDS, fresh_postgres

NODE = Path(__file__).parent / "node"


@pytest.fixture(scope="session", params=BACKENDS)
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with ExitStack() as opened:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('clients') / 'referral.db'}"
        else:
            url = opened.enter_context(fresh_postgres(request.getfixturevalue("postgres")))
        world = opened.enter_context(world_at(url))
        fill(world)
        yield world


@pytest.fixture
def world(filled: World) -> World:
    filled.raise_concerns(2)
    return filled


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder of the clients written for Node, with what its lock file names."""
    if shutil.which("npm") is None:
        if os.environ.get("SOONER_NO_SKIPS"):
            pytest.fail("There is no npm, and no test may be skipped.")
        pytest.skip("There is no Node on this machine.")
    if not (NODE / "node_modules").exists():
        subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=NODE, check=True
        )
    return NODE
