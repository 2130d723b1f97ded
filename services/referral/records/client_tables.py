"""The tables of other systems that sign in: who they are, their tokens, and what they used once."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.referral.records.tables import Base


class ClientRow(Base, table=True):
    """Another system that speaks for an organisation through the API.

    It signs in with a secret, of which this keeps the hash, or with keys (a JWKS, or its address):
    then the hash is empty, which no secret has.
    """

    __tablename__ = "client"
    id: str = Field(primary_key=True)
    secret_hash: str
    account_id: str = Field(foreign_key="account.id")
    active: bool = True
    scope: str = Field(sa_type=Text)
    jwks: str | None = Field(default=None, sa_type=Text)
    jwks_url: str | None = Field(default=None, sa_type=Text)


class TokenRow(Base, table=True):
    """A bearer token given to a client; only its hash is kept."""

    __tablename__ = "token"
    __table_args__ = (Index("token_expiry", "expires_at"),)
    token_hash: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id", index=True)
    expires_at: datetime
    revoked_at: datetime | None = None
    scope: str = Field(sa_type=Text)


class AssertionRow(Base, table=True):
    """A signed assertion that a client has used, kept until it is worth nothing anyway."""

    __tablename__ = "client_assertion"
    client_id: str = Field(primary_key=True, foreign_key="client.id")
    jti: str = Field(primary_key=True)
    expires_at: datetime
