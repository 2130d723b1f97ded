"""Give a system a bearer token, know it again by the token, and take the token back."""

from dataclasses import dataclass
from datetime import timedelta

from services.referral.domain.scopes import granted
from services.referral.records.clients import (
    add_token,
    delete_expired,
    end_token,
    principal_of_token,
)
from services.referral.use_cases.know_client import Gate, Shown, known_client
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from shared.identity import Principal
from shared.passwords import hash_secret, new_secret


@dataclass(frozen=True)
class Token:
    token: str
    scope: str
    lifetime: timedelta


class NothingGranted(NotAllowed):
    """Of the scopes that were asked for, this client may have none."""


def give_token(shown: Shown, scope: str, *, gate: Gate, at: Workplace) -> Token:
    """A token with those of the scopes that the client may have: all of its own for "".

    NotAllowed when the client is not proven to be one (see `known_client`).
    """
    now = at.clock()
    client, who = known_client(shown, gate=gate, at=at)
    scope = granted(scope, client.scope)
    if not scope:
        raise NothingGranted(f"This client may have: {client.scope or 'nothing'}")
    token = new_secret()
    with at.records.writing(who, now=now) as record:
        add_token(record.session, hash_secret(token), client.id, scope, now + gate.lifetime)
        record.note("token")
    return Token(token, scope, gate.lifetime)


def whose_token(token: str, *, at: Workplace) -> Principal | None:
    """The client that was given the token, while it lasts."""
    return principal_of_token(at.records.database, hash_secret(token), at.clock())


def take_back_token(token: str, shown: Shown, *, gate: Gate, at: Workplace) -> None:
    """The client's own token is worth nothing from now on; another's stays as it is."""
    client, who = known_client(shown, gate=gate, at=at)
    now = at.clock()
    with at.records.writing(who, now=now) as record:
        record.note("token-returned")
        end_token(record.session, hash_secret(token), client.id, now)


def forget_expired(*, at: Workplace) -> int:
    """Remove the tokens and assertions that are too old to be used; how many there were."""
    with at.records.database.write() as session:
        return delete_expired(session, at.clock())
