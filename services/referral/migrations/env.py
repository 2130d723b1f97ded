"""How Alembic reaches the referral database."""

from contextlib import closing

from alembic import context

from services.referral.records import (  # noqa: F401 - they join the metadata
    account_tables,
    client_tables,
    run_tables,
)
from services.referral.records.tables import metadata
from shared.database import Database


def run() -> None:
    """Run in one transaction, so that a migration that fails leaves nothing behind."""
    url = context.config.attributes["url"]
    with closing(Database(url)) as database, database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
        with context.begin_transaction():
            context.run_migrations()


run()
