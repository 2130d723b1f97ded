"""Give a system a bearer token for its id and secret, and know it again by the token."""

from dataclasses import dataclass
from datetime import timedelta

from services.referral.records.accounts import add_token, client, principal_of_token, to_principal
from services.referral.use_cases.note_at_door import DOOR, note_at_door
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal
from shared.passwords import hash_secret, is_secret, new_secret

LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class Token:
    token: str
    lifetime: timedelta


def give_token(id: str, secret: str, *, at: Workplace) -> Token | None:
    """None when there is no such client or its secret is another. Both are noted."""
    now = at.clock()
    with at.records.database.read() as session:
        found = client(session, id)
    who = to_principal(found[1], client=id) if found else DOOR
    if found is None or not is_secret(secret, found[0].secret_hash):
        note_at_door("token-refused", who, at=at)
        return None
    token = new_secret()
    with at.records.writing(who, now=now) as record:
        add_token(record.session, hash_secret(token), id, now + LIFETIME)
        record.note("token")
    return Token(token, LIFETIME)


def whose_token(token: str, *, at: Workplace) -> Principal | None:
    """The client that was given the token, while it lasts."""
    with at.records.database.read() as session:
        return principal_of_token(session, hash_secret(token), at.clock())
