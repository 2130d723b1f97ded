"""PostgreSQL itself lets nobody see a row without a tag in common (docs/decisions/0008)"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# An empty setting is what a transaction leaves behind: it holds no tags.
_SETTING = "NULLIF(current_setting('sooner.tags', true), '')"
# In a subquery of its own the setting is read once a statement, and not once a row.
_ALL = f"(SELECT {_SETTING} = '{{\"*\"}}')"
_TAGGED = f"({_ALL} OR tags && (SELECT {_SETTING}::text[]))"
_ADDED_TO = ("queue", "audit", "audit_waiting", "resource_history", "search_value")

_MAKE_ROLE = """
DO $$ BEGIN
    IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
        AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sooner_app') THEN
        CREATE ROLE sooner_app NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration
END $$
"""
_LET_ROLE_WORK = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sooner_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO sooner_app', current_schema());
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I '
            'TO sooner_app', current_schema());
        EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO sooner_app',
            current_schema());
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I '
            'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sooner_app', current_schema());
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I '
            'GRANT USAGE ON SEQUENCES TO sooner_app', current_schema());
    END IF;
END $$
"""


def upgrade() -> None:
    """On SQLite there is no such thing: there the session is the only lock."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(_MAKE_ROLE)
    for table in ("resource", *_ADDED_TO):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_tags ON resource USING {_TAGGED}")
    for command in ("SELECT", "UPDATE", "DELETE"):
        op.execute(f"CREATE POLICY {command}_by_tags ON queue FOR {command} USING {_TAGGED}")
    op.execute(f"CREATE POLICY select_by_tags ON audit FOR SELECT USING {_TAGGED}")
    _beside_resource("resource_history", ("SELECT",))
    _beside_resource("search_value", ("SELECT", "DELETE"))
    op.execute(f"CREATE POLICY by_jobs ON audit_waiting USING ({_ALL})")
    # These rows are made from a resource by the store, never from what a client sends.
    for table in _ADDED_TO:
        op.execute(f"CREATE POLICY anyone_adds ON {table} FOR INSERT WITH CHECK (true)")
    op.execute(_LET_ROLE_WORK)


def _beside_resource(table: str, commands: tuple[str, ...]) -> None:
    """Visible to those who see the resource that it belongs to."""
    seen = (
        f"({_ALL} OR EXISTS (SELECT FROM resource AS seen "
        f"WHERE seen.type = {table}.type AND seen.id = {table}.id))"
    )
    for command in commands:
        op.execute(f"CREATE POLICY {command}_by_resource ON {table} FOR {command} USING {seen}")
