"""A real database of each kind, the passing of time, and the world outside notify."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from services.notify.channels.inbox import Inbox
from services.notify.channels.one_provider import OneProvider
from services.notify.main import MIGRATIONS
from services.notify.messages.people import People
from services.notify.messages.store import Store
from services.notify.use_cases.compose import Compose
from services.notify.use_cases.delivery import Delivery
from shared.contract import Channel
from shared.database import Database, migrate
from tests.databases import BACKENDS, fresh_postgres
from tests.notify.builders import AREA, LINKS
from tests.notify.world import Clock, MailBox, Referral


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'notify.db'}"
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    migrate(database_url, MIGRATIONS)
    with closing(Database(database_url)) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mailbox() -> Iterator[MailBox]:
    with MailBox().open() as box:
        yield box


@pytest.fixture
def referral(clock: Clock) -> Iterator[Referral]:
    with Referral(clock).open() as standing_in:
        yield standing_in


@pytest.fixture
def delivery(store: Store, database: Database, mailbox: MailBox, clock: Clock) -> Delivery:
    return Delivery(
        store=store,
        people=People(database),
        area=AREA,
        ask=Referral(clock).results,
        channels={
            Channel.EMAIL: OneProvider(mailbox.server),
            Channel.IN_APP: OneProvider(Inbox()),
        },
        compose=Compose(pages_url=LINKS),
        chance=lambda: 1.0,
        clock=clock,
    )
