"""Make sure that a system is the client that it says it is: by its secret, or by what it signed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.referral.demo.people import PASSWORD
from services.referral.domain.slowing import ADDRESS, PAIR
from services.referral.records.client_tables import ClientRow
from services.referral.records.clients import active_client, use_assertion
from services.referral.use_cases.client_assertion import claimed_client, prove
from services.referral.use_cases.client_keys import Key, KeySets, public_keys
from services.referral.use_cases.failed_attempts import attempt, key, network
from services.referral.use_cases.note_at_door import DOOR, note_at_door
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from shared.identity import Principal
from shared.passwords import is_secret

_ID = re.compile(r"[!-~]{1,128}")
UNKNOWN = "There is no such client, or its secret is another."


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What letting systems in needs besides the records. `base` is our own address, from the
    settings and not from the request: a caller can write any Host."""

    base: str
    key_sets: KeySets
    lifetime: timedelta
    demo: bool

    @property
    def token_url(self) -> str:
        """The audience that an assertion must name."""
        return f"{self.base}/oauth/token"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a caller shows to be known by: a secret or an assertion, and its network address."""

    address: str
    id: str = ""
    secret: str = ""
    assertion: str = ""


def known_client(shown: Shown, *, gate: Gate, at: Workplace) -> tuple[ClientRow, Principal]:
    """The active client, and whom it acts as.

    NotAllowed when it is not proven to be one, which is noted; TooMany when it is no use to try.
    """
    now = at.clock()
    id = claimed_client(shown.assertion) if shown.assertion else shown.id
    if not _ID.fullmatch(id) or (shown.id and shown.id != id):
        note_at_door("token-refused", DOOR, at=at)
        raise NotAllowed(UNKNOWN)
    address = network(shown.address)
    tried = {key("client", id, address): PAIR, key("systems", address): ADDRESS}
    trying = attempt(tried, at=at)
    try:
        known = _proven(id, shown, now, gate, at)
    except NotAllowed:
        note_at_door("token-refused", _claimed(id, at), at=at)
        raise
    trying.succeeded(at=at)
    return known


def _claimed(id: str, at: Workplace) -> Principal:
    """Who was tried to be, where there is such a client."""
    with at.records.database.read() as session:
        known = active_client(session, id)
    return known[1] if known else DOOR


def _proven(
    id: str, shown: Shown, now: datetime, gate: Gate, at: Workplace
) -> tuple[ClientRow, Principal]:
    with at.records.database.read() as session:
        known = active_client(session, id)
    if known is None:
        raise NotAllowed(UNKNOWN)
    client, _ = known
    if shown.assertion:
        _check_assertion(client, shown.assertion, now, gate, at)
    elif not _is_secret_of(client, shown.secret, gate):
        raise NotAllowed(UNKNOWN)
    return known


def _is_secret_of(client: ClientRow, secret: str, gate: Gate) -> bool:
    return (gate.demo or secret != PASSWORD) and is_secret(secret, client.secret_hash)


def _check_assertion(
    client: ClientRow, assertion: str, now: datetime, gate: Gate, at: Workplace
) -> None:
    def public_key(kid: str) -> Key | None:
        if client.jwks_url:
            return gate.key_sets.key(client.jwks_url, kid, now)
        return public_keys(client.jwks).get(kid) if client.jwks else None

    proven = prove(assertion, client=client.id, audience=gate.token_url, key=public_key, now=now)
    with at.records.database.write() as session:
        if not use_assertion(session, client.id, proven.jti, proven.worthless_at):
            raise NotAllowed("The client_assertion is refused: its jti was used before.")
