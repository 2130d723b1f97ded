from contextlib import closing
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from services.notify.domain.message import MessageState
from services.notify.main import MIGRATIONS
from services.notify.messages.store import Store
from services.notify.messages.tables import Tables
from services.notify.use_cases.take_events import take_events
from shared.contract import Channel
from shared.database import Database, migrate, upgrade
from tests.notify.builders import NOON, an_envelope


def test_the_migrations_make_the_tables_that_the_code_describes(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Tables.metadata) == []


def test_migrating_twice_changes_nothing(database: Database, database_url: str) -> None:
    migrate(database_url, MIGRATIONS)
    assert "message" in inspect(database.engine).get_table_names()


def test_a_migration_that_fails_leaves_nothing_behind(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with database.write() as session:
            session.execute(text("CREATE TABLE caught_mail (id TEXT)"))
        with pytest.raises(Exception, match="already exists"):
            migrate(database_url, MIGRATIONS)
        assert "message" not in inspect(database.engine).get_table_names()


def test_a_state_that_nobody_knows_cannot_be_stored(store: Store, database: Database) -> None:
    take_events([an_envelope()], store=store, now=NOON)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(text("UPDATE message SET state = 'lost'"))


def test_messages_and_their_journal_outlive_the_new_names_of_states(database_url: str) -> None:
    upgrade(database_url, MIGRATIONS, "0001")
    with closing(Database(database_url)) as database:
        with database.write() as session:
            for statement in BEFORE:
                session.execute(text(statement), {"at": NOON.isoformat(" ")})
        migrate(database_url, MIGRATIONS)
        store = Store(database)
        assert store.tally() == {MessageState.CREATED: 1, MessageState.PERMANENT_FAILURE: 1}
        [message] = store.claim({Channel.EMAIL: 9}, now=NOON, lease=timedelta(0), claim="1")
        assert (message.id, message.free_at) == ("m1", message.created_at)
        with database.read() as session:
            assert session.execute(text("SELECT message, outcome FROM attempt")).one() == (
                "m2",
                "never",
            )


COLUMNS = (
    "id, event, moment, task, concern, child, level, recipient, audience, urgent, channel, "
    "template, created_at, due_at, state, attempts, reason"
)
FACTS = (
    "'e1', 'made', 't', 'c', 'k', 0, 'RelatedPerson/p', 'family', false, 'email', 'family/made', "
    ":at, :at"
)
BEFORE = (
    "INSERT INTO inbox VALUES ('e1', 'sooner.referral.made', 'Task/t', '{}', :at)",
    f"INSERT INTO message ({COLUMNS}) VALUES ('m1', {FACTS}, 'waiting', 0, '')",
    f"INSERT INTO message ({COLUMNS}) VALUES ('m2', {FACTS}, 'failed', 1, '')",
    "INSERT INTO attempt VALUES ('m2', 1, :at, :at, 'never', 'smtp-550')",
)
