"""PostgreSQL's own lock on the rows: who asks is told to the database in each transaction."""

from sqlalchemy import Connection

from services.referral.domain.access import Tags
from services.referral.records.tags import spelt

#: Both hold until the end of the transaction. A login that row security does not bind becomes
#: the role that it does bind; any other, the owner of the tables included, is bound as it is.
_TELL = """
SELECT set_config('sooner.tags', %s, true), set_config('role', (
    SELECT CASE WHEN rolsuper OR rolbypassrls THEN 'sooner_app' ELSE 'none' END
    FROM pg_roles WHERE rolname = session_user), true)
"""


def see_only(connection: Connection, tags: Tags) -> None:
    """From here to the end of the transaction these tags are seen; does nothing on SQLite."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_TELL, (spelt(tags, "postgresql"),))
