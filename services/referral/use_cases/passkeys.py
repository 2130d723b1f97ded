"""Passkeys (WebAuthn) as a second step: made in one's account, used when signing in.

The signatures are checked by Duo's `webauthn`; what is kept here is the challenge, which counts
once and for a few minutes, and the public key.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from services.referral.domain.slowing import PAIR
from services.referral.records.account_tables import SecondFactorRow
from services.referral.records.accounts import to_principal
from services.referral.records.ids import new_id
from services.referral.records.second_factors import (
    factor_of_credential,
    keep_sign_count,
    second_factors,
)
from services.referral.records.signing_in import ask_challenge, take_challenge
from services.referral.records.tables import AccountRow
from services.referral.use_cases.failed_attempts import TooMany, attempt, key
from services.referral.use_cases.note_at_door import note_at_door
from services.referral.use_cases.second_factors import PASSKEY, add_factor, named
from services.referral.use_cases.second_step import Half, Through, finish
from services.referral.use_cases.sign_in import Browser
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from shared.passwords import hash_secret

LASTS = timedelta(minutes=5)
FAILED = "The passkey did not work. Try again, or use a code"
_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class Site:
    """What a passkey is bound to: the name of our host, and the address of our pages."""

    host: str
    origin: str


def site_of(base: str) -> Site | None:
    """None where browsers make no passkeys: at a bare IP address, or without HTTPS."""
    parts = urlsplit(base)
    host = parts.hostname or ""
    if parts.scheme != "https" and host != "localhost":
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(host, f"{parts.scheme}://{parts.netloc}") if host else None
    return None


def asked_to_make(account: AccountRow, *, secret: str, site: Site, at: Workplace) -> str:
    """Options for the browser, as JSON; the challenge is for the session with this secret."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Sooner",
        user_name=account.email,
        user_id=account.id.encode(),
        user_display_name=account.name,
        exclude_credentials=_passkeys_of(account, at),
    )
    _ask(secret, options.challenge, at)
    return options_to_json(options)


def add_passkey(
    credential: str, name: str, *, account: AccountRow, secret: str, site: Site, at: Workplace
) -> list[str]:
    """Recovery codes, when these are the first. NotAllowed, with words to show, when the
    browser's answer is not right."""
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=_taken(secret, at),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except _BROKEN:
        raise NotAllowed("The passkey was not made. Try again") from None
    id = bytes_to_base64url(made.credential_id)
    with at.records.database.read() as session:
        if factor_of_credential(session, id):
            raise NotAllowed("This passkey is set up already")
    row = SecondFactorRow(
        id=new_id(), account_id=account.id, kind=PASSKEY, name=named(name, "Passkey"),
        added_at=at.clock(), credential=id, sign_count=made.sign_count,
        public_key=bytes_to_base64url(made.credential_public_key),
    )  # fmt: skip
    return add_factor(row, account=account, at=at)


def asked_to_use(half: Half, *, secret: str, site: Site, at: Workplace) -> str:
    options = generate_authentication_options(
        rp_id=site.host, allow_credentials=_passkeys_of(half.account, at)
    )
    _ask(secret, options.challenge, at)
    return options_to_json(options)


def enter_with_passkey(
    half: Half, credential: str, *, secret: str, site: Site, browser: Browser, at: Workplace
) -> Through:
    """Raises NotAllowed, with words to show."""
    who = to_principal(half.account)
    try:
        trying = attempt({key("passkey", who.id): PAIR}, at=at)
        _check(half, credential, _taken(secret, at), site, at)
    except (*_BROKEN, NotAllowed) as refused:
        note_at_door("sign-in-refused", who, at=at)
        raise refused if isinstance(refused, TooMany) else NotAllowed(FAILED) from None
    trying.succeeded(at=at)
    return finish(half, "password+passkey", browser=browser, at=at)


def _check(half: Half, credential: str, challenge: bytes, site: Site, at: Workplace) -> None:
    shown = parse_authentication_credential_json(credential)
    with at.records.database.read() as session:
        kept = factor_of_credential(session, bytes_to_base64url(shown.raw_id))
    if kept is None or kept.account_id != half.account.id:
        raise NotAllowed(FAILED)
    proven = verify_authentication_response(
        credential=shown,
        expected_challenge=challenge,
        expected_rp_id=site.host,
        expected_origin=site.origin,
        credential_public_key=base64url_to_bytes(kept.public_key),
        credential_current_sign_count=kept.sign_count,
    )
    with at.records.database.write() as session:
        keep_sign_count(session, kept.id, proven.new_sign_count)


def _passkeys_of(account: AccountRow, at: Workplace) -> list[PublicKeyCredentialDescriptor]:
    with at.records.database.read() as session:
        kept = second_factors(session, account.id)
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential))
        for one in kept
        if one.credential
    ]


def _ask(secret: str, challenge: bytes, at: Workplace) -> None:
    with at.records.database.write() as session:
        ask_challenge(session, hash_secret(secret), bytes_to_base64url(challenge), at.clock())


def _taken(secret: str, at: Workplace) -> bytes:
    with at.records.database.write() as session:
        challenge = take_challenge(session, hash_secret(secret), at.clock() - LASTS)
    if challenge is None:
        raise NotAllowed(FAILED)
    return base64url_to_bytes(challenge)
