"""Keep what somebody wrote when their session had ended by the time they sent it.

It is sealed with a key that only their browser has, and shown to nobody but the same person signed
in again in that browser.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import Fernet

from services.referral.records.accounts import account_of_session, to_principal
from services.referral.records.signing_in import drop_parked_form, park_form, parked_form
from services.referral.use_cases.note_at_door import note_at_door
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal
from shared.passwords import hash_secret, new_secret

KEPT_FOR = timedelta(minutes=30)
MOST = 200_000  # characters

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Parked:
    """Where the form was sent, and what was in it."""

    path: str
    fields: Fields


def park(path: str, fields: Fields, *, session_secret: str, at: Workplace) -> str | None:
    """The secret for the browser; None where nobody knows whose form it was, or it is too long."""
    with at.records.database.read() as session:
        found = account_of_session(session, hash_secret(session_secret))
    text = json.dumps([path, fields])
    if found is None or len(text) > MOST:
        return None
    secret = new_secret()
    sealed = _seal(secret).encrypt(text.encode()).decode()
    with at.records.writing(to_principal(found[1]), now=at.clock()) as record:
        park_form(record.session, hash_secret(secret), found[1].id, sealed, record.now)
        record.note("form-kept")
    return secret


def parked_for(who: Principal, secret: str, *, at: Workplace) -> Parked:
    """NotFound when there is nothing, it is too old, or somebody else wrote it: then it is gone."""
    with at.records.database.read() as session:
        row = parked_form(session, hash_secret(secret))
    if row is None:
        raise NotFound("Nothing is kept here.")
    if row.account_id != who.id or at.clock() - row.at >= KEPT_FOR:
        drop(secret, who=who, at=at)
        raise NotFound("Nothing is kept here.")
    note_at_door("form-read", who, at=at)
    path, fields = json.loads(_seal(secret).decrypt(row.sealed.encode()))
    return Parked(path, tuple((name, value) for name, value in fields))


def drop(secret: str, *, who: Principal, at: Workplace) -> None:
    with at.records.writing(who, now=at.clock()) as record:
        drop_parked_form(record.session, hash_secret(secret))
        record.note("form-dropped")


def _seal(secret: str) -> Fernet:
    key = hashlib.sha256(f"parked form {secret}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
