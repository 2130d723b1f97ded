"""Authenticator apps (RFC 6238) and recovery codes: set them up, use them, take them away."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp

from services.referral.records import second_factors as kept
from services.referral.records.account_tables import SecondFactorRow
from services.referral.records.accounts import to_principal
from services.referral.records.ids import new_id
from services.referral.records.reading import Reading
from services.referral.records.tables import AccountRow
from services.referral.records.writing import Writing
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal
from shared.passwords import hash_secret

APP = "app"
PASSKEY = "passkey"
STEP = 30  # seconds
#: Steps before and after now that count as now: people type, and clocks differ.
SLACK = 1
CODES = 10
LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class Factor:
    id: str
    kind: str
    name: str
    added_at: datetime


@dataclass(frozen=True)
class Factors:
    """What an account has besides its password, and how many recovery codes are left."""

    factors: tuple[Factor, ...]
    codes_left: int


def factors_of(account: str, *, at: Workplace) -> Factors:
    with at.records.database.read() as session:
        rows = kept.second_factors(session, account)
        left = kept.recovery_codes_left(session, account)
    shown = (Factor(id=r.id, kind=r.kind, name=r.name, added_at=r.added_at) for r in rows)
    return Factors(tuple(shown), left)


def new_app_secret() -> str:
    """160 random bits in base32, as apps want them."""
    return pyotp.random_base32()


def app_address(secret: str, email: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Sooner")


def step_of(code: str, secret: str, now: datetime) -> int | None:
    """The time step of which this is the code; None for a wrong one."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    current = int(now.timestamp()) // STEP
    app = pyotp.TOTP(secret)
    near = range(current - SLACK, current + SLACK + 1)
    found = [s for s in near if secrets.compare_digest(app.generate_otp(s), digits)]
    return found[-1] if found else None


def add_app(secret: str, code: str, name: str, *, account: AccountRow, at: Workplace) -> list[str]:
    """Keep an app that has shown a right code; recovery codes, when these are the first.

    NotFound for a wrong code.
    """
    step = step_of(code, secret, at.clock())
    if step is None:
        raise NotFound("The code is not right.")
    row = SecondFactorRow(
        id=new_id(), account_id=account.id, kind=APP, name=named(name, "Authenticator app"),
        added_at=at.clock(), secret=secret, last_step=step,
    )  # fmt: skip
    return add_factor(row, account=account, at=at)


def named(typed: str, otherwise: str) -> str:
    return " ".join(typed.split())[:LONGEST_NAME] or otherwise


def add_factor(row: SecondFactorRow, *, account: AccountRow, at: Workplace) -> list[str]:
    """Recovery codes come with the first one, and are never shown again."""
    with at.records.writing(to_principal(account), now=at.clock()) as record:
        kept.add_second_factor(record.session, row)
        record.note("second-factor-added", detail=row.kind)
        if kept.recovery_codes_left(record.session, account.id):
            return []
        return _new_codes(record)


def remove_factor(id: str, *, who: Principal, at: Workplace) -> None:
    """NotFound for what is not one's own."""
    with at.records.writing(who, now=at.clock()) as record:
        removed = kept.remove_second_factor(record.session, who.id, id)
        if removed is None:
            raise NotFound("There is no such sign-in step.")
        record.note("second-factor-removed", detail=removed.kind)


def new_recovery_codes(*, who: Principal, at: Workplace) -> list[str]:
    """The old ones are worth nothing from now on."""
    with at.records.writing(who, now=at.clock()) as record:
        record.note("recovery-codes")
        return _new_codes(record)


def _new_codes(record: Writing) -> list[str]:
    codes = [_recovery_code() for _ in range(CODES)]
    hashes = [hash_secret(_plain(code)) for code in codes]
    kept.replace_recovery_codes(record.session, record.who.id, hashes)
    return codes


def _recovery_code() -> str:
    """120 random bits in six groups that can be read out."""
    letters = base64.b32encode(secrets.token_bytes(15)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 24, 4))


def _plain(code: str) -> str:
    return "".join(letter for letter in code.casefold() if letter.isalnum())


def is_code_of(code: str, account: str, record: Reading) -> str:
    """Which kind of code it was, now used up: "app", "recovery-code", or "" for a wrong one."""
    for row in kept.second_factors(record.session, account):
        step = step_of(code, row.secret, record.now) if row.kind == APP else None
        if step is not None and kept.use_step(record.session, row.id, step):
            return APP
    is_recovery = kept.use_recovery_code(record.session, account, hash_secret(_plain(code)))
    return "recovery-code" if is_recovery else ""
