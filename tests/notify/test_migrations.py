from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from services.notify.main import MIGRATIONS
from services.notify.messages.store import Store
from services.notify.messages.tables import Tables
from services.notify.use_cases.take_events import take_events
from shared.database import Database, migrate
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
