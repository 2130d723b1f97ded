"""Runs notify's migrations, all in one transaction: a failed one leaves nothing behind."""

from alembic import context

from services.notify.messages.tables import Tables
from shared.database import Database

database = Database(context.config.attributes["url"])
with database.write() as session:
    context.configure(connection=session.connection(), target_metadata=Tables.metadata)
    context.run_migrations()
database.close()
