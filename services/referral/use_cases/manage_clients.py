"""Let other systems in and keep them out: what an operator does when an agency joins or leaves."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.referral.domain.scopes import SCIM, scopes
from services.referral.records.accounts import account_of_email
from services.referral.records.clients import (
    NewClient,
    add_client,
    all_clients,
    change_client,
    end_tokens,
)
from services.referral.use_cases.client_keys import is_private, public_keys
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, Invalid, NotFound
from shared.identity import job
from shared.passwords import hash_secret, new_secret

#: Whoever is at the command line of the service's machine.
OPERATOR = job("operator")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How a client proves who it is: keys of its own, here or at an address; else a new secret."""

    jwks: str | None = None
    jwks_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Listed:
    id: str
    acts_as: str
    scope: str
    proof: str
    active: bool


def read_jwks(file: Path) -> str:
    """The text of a JWKS file with public keys alone. Invalid when it is anything else."""
    text = file.read_text()
    try:
        usable = public_keys(text)
    except ValueError as wrong:
        raise Invalid(str(wrong)) from wrong
    if is_private(text):
        raise Invalid("This file holds a private key: ask for the public ones, and for new keys.")
    if not usable:
        raise Invalid("This file holds no key for ES384 or RS384 with a kid.")
    return text


def add(id: str, *, email: str, scope: str, proof: Proof, at: Workplace) -> str | None:
    """The new client's secret, which nobody can read again; None when it signs with keys.

    It acts for the organisation and the services of the account with that e-mail.
    """
    if not _ID.fullmatch(id):
        raise Invalid("An id has up to 64 letters, digits, dots, dashes and underscores.")
    if scope != SCIM and (len(scopes(scope)) != len(scope.split()) or not scope.split()):
        raise Invalid(
            "A scope looks like system/Task.rs; several are parted by spaces; scim stands alone."
        )
    secret, parts = _parts(proof)
    with at.records.writing(OPERATOR, now=at.clock()) as record:
        session = record.session
        account = account_of_email(session, email)
        if account is None or not account.active:
            raise NotFound(f"Nobody has an account with {email}.")
        if scope == SCIM and account.organisation_id is None:
            raise Invalid("A directory acts for an organisation: name an account that has one.")
        if any(client.id == id for client, _ in all_clients(session)):
            raise Conflict(f"There is a client {id} already.")
        add_client(session, NewClient(id=id, account=account.id, scope=scope, **parts))
        record.note("client-add", detail=f"{id} as {account.id}")
    return secret


def rotate(id: str, *, proof: Proof, at: Workplace) -> str | None:
    """A new secret, or new keys; the old ones and all tokens end at once."""
    secret, parts = _parts(proof)
    _change("client-rotate", id, at, **parts)
    return secret


def revoke(id: str, *, at: Workplace) -> None:
    """The client and all its tokens end at once; what it did stays in the records."""
    _change("client-revoke", id, at, active=False)


def listed(*, at: Workplace) -> list[Listed]:
    with at.records.reading(OPERATOR, now=at.clock()) as record:
        found = all_clients(record.session)
        record.note("client-list")
    return [
        Listed(
            id=client.id,
            acts_as=account.email,
            scope=client.scope,
            proof=client.jwks_url or ("keys" if client.jwks else "secret"),
            active=client.active and account.active,
        )
        for client, account in found
    ]


def _parts(proof: Proof) -> tuple[str | None, dict[str, Any]]:
    if proof.jwks and proof.jwks_url:
        raise Invalid("Give keys or their address, not both.")
    if proof.jwks_url and not proof.jwks_url.startswith("https://"):
        raise Invalid("The address of the keys begins with https://")
    keys = {"jwks": proof.jwks, "jwks_url": proof.jwks_url}
    if any(keys.values()):
        return None, {"secret_hash": "", **keys}
    secret = new_secret()
    return secret, {"secret_hash": hash_secret(secret), **keys}


def _change(action: str, id: str, at: Workplace, **parts: object) -> None:
    with at.records.writing(OPERATOR, now=at.clock()) as record:
        if not change_client(record.session, id, **parts):
            raise NotFound(f"There is no client {id}.")
        end_tokens(record.session, id, at.clock())
        record.note(action, detail=id)
