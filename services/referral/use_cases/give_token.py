"""Give a system a bearer token for its id and secret, and know it again by the token."""

from dataclasses import dataclass
from datetime import timedelta

from services.referral.records.accounts import add_token, client, principal_of_token
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal
from shared.passwords import hash_secret, is_secret, new_secret

LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class Token:
    token: str
    lifetime: timedelta


def give_token(id: str, secret: str, *, at: Workplace) -> Token | None:
    """None when there is no such client or its secret is another."""
    with at.records.database.write() as session:
        found = client(session, id)
        if found is None or not is_secret(secret, found[0].secret_hash):
            return None
        token = new_secret()
        add_token(session, hash_secret(token), id, at.clock() + LIFETIME)
    return Token(token, LIFETIME)


def whose_token(token: str, *, at: Workplace) -> Principal | None:
    """The client that was given the token, while it lasts."""
    with at.records.database.read() as session:
        return principal_of_token(session, hash_secret(token), at.clock())
