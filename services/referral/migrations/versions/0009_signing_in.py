"""Failed attempts, second factors, links to set a password, and forms that came too late"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "web_session", sa.Column("device", sa.String(), nullable=False, server_default="")
    )
    _failed_attempts()
    _second_factors()
    op.create_table(
        "half_sign_in",
        _text("secret_hash"),
        _text("account_id"),
        _time("started_at"),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("way_on", sa.Text(), nullable=False),
        _of_account(),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    op.create_index("ix_half_sign_in_account_id", "half_sign_in", ["account_id"])
    op.create_table(
        "password_link",
        _text("secret_hash"),
        _text("account_id"),
        _time("made_at"),
        _of_account(),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    op.create_index("ix_password_link_account_id", "password_link", ["account_id"])
    op.create_table(
        "parked_form",
        _text("secret_hash"),
        _text("account_id"),
        _time("at"),
        sa.Column("sealed", sa.Text(), nullable=False),
        _of_account(),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    op.create_index("parked_form_age", "parked_form", ["at"])


def _failed_attempts() -> None:
    op.create_table(
        "failed_attempt",
        _text("attempt"),
        _text("key"),
        _time("at"),
        sa.PrimaryKeyConstraint("attempt", "key"),
    )
    op.create_index("failed_attempt_lately", "failed_attempt", ["key", "at"])
    op.create_index("failed_attempt_age", "failed_attempt", ["at"])
    op.create_table(
        "known_device",
        _text("secret_hash"),
        _text("account_id"),
        _time("seen_at"),
        _of_account(),
        sa.PrimaryKeyConstraint("secret_hash", "account_id"),
    )
    op.create_index("known_device_age", "known_device", ["seen_at"])


def _second_factors() -> None:
    op.create_table(
        "second_factor",
        _text("id"),
        _text("account_id"),
        _text("kind"),
        _text("name"),
        _time("added_at"),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("credential", sa.String(), nullable=True),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        _of_account(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential"),
    )
    op.create_index("ix_second_factor_account_id", "second_factor", ["account_id"])
    op.create_table(
        "recovery_code",
        _text("account_id"),
        _text("code_hash"),
        _of_account(),
        sa.PrimaryKeyConstraint("account_id", "code_hash"),
    )
    op.create_table(
        "passkey_challenge",
        _text("holder"),
        _text("challenge"),
        _time("asked_at"),
        sa.PrimaryKeyConstraint("holder"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _of_account() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], ["account.id"])
