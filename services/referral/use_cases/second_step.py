"""The second step of signing in: a code from an app, a recovery code, or setting up an app."""

from dataclasses import dataclass
from datetime import timedelta

from services.referral.domain.slowing import PAIR
from services.referral.records.accounts import account_of_id, to_principal
from services.referral.records.second_factors import second_factors
from services.referral.records.signing_in import (
    end_half_sign_in,
    half_sign_in,
    keep_half_secret,
)
from services.referral.records.tables import AccountRow
from services.referral.use_cases.failed_attempts import attempt, key
from services.referral.use_cases.note_at_door import note_at_door
from services.referral.use_cases.second_factors import PASSKEY, add_app, is_code_of, new_app_secret
from services.referral.use_cases.sign_in import Browser, enter, said
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed, NotFound
from shared.passwords import hash_secret

LASTS = timedelta(minutes=10)
WRONG = "This code is not right, or was used already. Wait for the next one and try again"


@dataclass(frozen=True, kw_only=True)
class Half:
    """Who has shown the password; `kinds` are the second factors that they have."""

    account: AccountRow
    kinds: frozenset[str]
    way_on: str
    secret_hash: str
    app_secret: str

    @property
    def must_set_up(self) -> bool:
        return not self.kinds


@dataclass(frozen=True)
class Through:
    """Signed in: the secret for the cookie, where to go, recovery codes to show if they are new."""

    secret: str
    way_on: str
    codes: tuple[str, ...] = ()


def half_way(secret: str, *, at: Workplace) -> Half:
    """NotFound when there is none, or it took too long."""
    secret_hash = hash_secret(secret)
    with at.records.database.read() as session:
        row = half_sign_in(session, secret_hash)
        account = account_of_id(session, row.account_id) if row else None
        kinds = {one.kind for one in second_factors(session, account.id)} if account else set()
    if row is None or account is None or at.clock() - row.started_at >= LASTS:
        raise NotFound("Sign in again.")
    if not account.active:
        raise NotFound("Sign in again.")
    return Half(
        account=account,
        kinds=frozenset(kinds),
        way_on=row.way_on,
        secret_hash=secret_hash,
        app_secret=row.secret,
    )


def enter_with_code(half: Half, code: str, *, browser: Browser, at: Workplace) -> Through:
    """Raises NotAllowed, with words to show. A code lets in once."""
    who = to_principal(half.account)
    try:
        trying = attempt({key("code", who.id): PAIR}, at=at)
        with at.records.writing(who, now=at.clock()) as record:
            kind = is_code_of(code, who.id, record)
        if not kind:
            raise NotAllowed(WRONG)
    except NotAllowed as refused:
        note_at_door("sign-in-refused", who, at=at)
        raise NotAllowed(said(refused)) from None
    trying.succeeded(at=at)
    return finish(half, f"password+{kind}", browser=browser, at=at)


def app_to_set_up(half: Half, *, at: Workplace) -> str:
    """The secret for the app, the same each time the page is shown. NotAllowed for somebody who
    has a second factor already: the password alone must not be enough to add another."""
    if not half.must_set_up:
        raise NotAllowed("Use the second step that you have set up.")
    if half.app_secret:
        return half.app_secret
    secret = new_app_secret()
    with at.records.database.write() as session:
        keep_half_secret(session, half.secret_hash, secret)
    return secret


def enter_with_new_app(half: Half, code: str, *, browser: Browser, at: Workplace) -> Through:
    """NotAllowed, with words to show, for a wrong code."""
    secret = app_to_set_up(half, at=at)
    try:
        codes = add_app(secret, code, "", account=half.account, at=at)
    except NotFound:
        note_at_door("sign-in-refused", to_principal(half.account), at=at)
        raise NotAllowed(WRONG) from None
    through = finish(half, "password+app", browser=browser, at=at)
    return Through(through.secret, through.way_on, tuple(codes))


def finish(half: Half, how: str, *, browser: Browser, at: Workplace) -> Through:
    """Of two who finish the same sign-in at once, one gets in."""
    with at.records.database.write() as session:
        if not end_half_sign_in(session, half.secret_hash):
            raise NotAllowed("Sign in again.")
    return Through(enter(half.account, browser, how, at=at), half.way_on)


def may_use_passkey(half: Half) -> bool:
    return PASSKEY in half.kinds
