"""Fixtures that every test may use."""

import os
from collections.abc import Iterator

import pytest

from tests.databases import postgres_server

#: What Starlette's test client calls the service.
os.environ.setdefault("SOONER_HOSTS", "testserver")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server in which tests may make databases."""
    with postgres_server() as url:
        yield url
