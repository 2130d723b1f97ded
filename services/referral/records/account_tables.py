"""The tables behind signing in: what failed lately, second factors, and what waits for somebody."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from services.referral.records.tables import Base


class FailedAttemptRow(Base, table=True):
    """One failed attempt under one of the keys that it counts for; a key is a hash."""

    __tablename__ = "failed_attempt"
    __table_args__ = (
        Index("failed_attempt_lately", "key", "at"),
        Index("failed_attempt_age", "at"),
    )
    attempt: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime


class KnownDeviceRow(Base, table=True):
    """A browser in which somebody has signed in before; it keeps the secret of this hash."""

    __tablename__ = "known_device"
    __table_args__ = (Index("known_device_age", "seen_at"),)
    secret_hash: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True, foreign_key="account.id")
    seen_at: datetime


class SecondFactorRow(Base, table=True):
    """An authenticator app (`secret`, `last_step`) or a passkey (`credential`, `public_key`)."""

    __tablename__ = "second_factor"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    kind: str
    name: str
    added_at: datetime
    secret: str = Field(default="", sa_type=Text)
    last_step: int = Field(default=0, sa_type=BigInteger)
    credential: str | None = Field(default=None, unique=True)
    public_key: str = Field(default="", sa_type=Text)
    sign_count: int = Field(default=0, sa_type=BigInteger)


class RecoveryCodeRow(Base, table=True):
    """A code for the day the phone is lost; used, it is gone."""

    __tablename__ = "recovery_code"
    account_id: str = Field(primary_key=True, foreign_key="account.id")
    code_hash: str = Field(primary_key=True)


class HalfSignInRow(Base, table=True):
    """Somebody who has shown the password and not yet the second factor."""

    __tablename__ = "half_sign_in"
    secret_hash: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    started_at: datetime
    secret: str = Field(default="", sa_type=Text)
    way_on: str = Field(default="", sa_type=Text)


class ChallengeRow(Base, table=True):
    """What a passkey is asked to sign, once, in one browser."""

    __tablename__ = "passkey_challenge"
    holder: str = Field(primary_key=True)
    challenge: str
    asked_at: datetime


class PasswordLinkRow(Base, table=True):
    """A link by which somebody may set a password, once."""

    __tablename__ = "password_link"
    secret_hash: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    made_at: datetime


class ParkedFormRow(Base, table=True):
    """A form that came after its session had ended; only the browser that sent it can read it."""

    __tablename__ = "parked_form"
    __table_args__ = (Index("parked_form_age", "at"),)
    secret_hash: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    at: datetime
    sealed: str = Field(sa_type=Text)
