"""What a system may do, the keys that it signs with, and the assertions that it has used"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None

#: Until now every client might do everything that its account may.
SO_FAR = "system/*.cruds"


def upgrade() -> None:
    op.add_column("client", sa.Column("scope", sa.Text(), nullable=False, server_default=""))
    op.add_column("client", sa.Column("jwks", sa.Text(), nullable=True))
    op.add_column("client", sa.Column("jwks_url", sa.Text(), nullable=True))
    op.add_column("token", sa.Column("scope", sa.Text(), nullable=False, server_default=""))
    for name in ("client", "token"):
        table = sa.table(name, sa.column("scope"))
        op.execute(table.update().values(scope=SO_FAR))
    op.create_index("token_expiry", "token", ["expires_at"])
    op.create_table(
        "client_assertion",
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"]),
        sa.PrimaryKeyConstraint("client_id", "jti"),
    )
