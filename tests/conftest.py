"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest

from tests.databases import postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server in which tests may make databases."""
    with postgres_server() as url:
        yield url
