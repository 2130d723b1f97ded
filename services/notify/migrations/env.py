"""Runs notify's migrations, all in one transaction: a failed one leaves nothing behind."""

from contextlib import closing

from alembic import context

from services.notify.messages.tables import Tables
from shared.database import Database

with closing(Database(context.config.attributes["url"])) as database, database.write() as session:
    context.configure(connection=session.connection(), target_metadata=Tables.metadata)
    context.run_migrations()
