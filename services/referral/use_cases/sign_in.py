"""Let a person in by e-mail and password, know them again by the secret in their cookie."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.referral.records.accounts import (
    account_of_email,
    account_of_session,
    add_session,
    end_session,
    to_principal,
    touch_session,
)
from services.referral.records.emergencies import opened_children
from services.referral.records.in_app import count_unread
from services.referral.records.tables import AccountRow, SessionRow
from services.referral.use_cases.failed_attempts import FailedAttempts
from services.referral.use_cases.note_at_door import DOOR, note_at_door
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from shared.identity import Principal
from shared.passwords import hash_password, hash_secret, is_password, new_secret

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
#: How exactly we know when somebody was last here: a page view is not worth a write.
TOUCH_EVERY = timedelta(minutes=1)
MOST_UNREAD = 100

WRONG = "The email address or the password is not right. Check both and try again."
TOO_MANY = "There were too many attempts that failed. Wait 15 minutes and try again."


def _decoy() -> str:
    return hash_password(new_secret())


@dataclass(frozen=True, kw_only=True)
class Door:
    """What signing in needs besides the records. A password for an e-mail that nobody has is
    checked against the decoy, so that the time it takes tells nothing."""

    failed: FailedAttempts = field(default_factory=FailedAttempts)
    decoy: str = field(default_factory=_decoy)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who is signed in, where they work, and how many messages they have not opened."""

    who: Principal
    organisation: str
    unread: int


def sign_in(email: str, password: str, *, address: str, door: Door, at: Workplace) -> str:
    """The secret for the cookie; only its hash is kept. Raises NotAllowed, with words to show."""
    now, email = at.clock(), email.strip().casefold()
    key = (email, address)
    known = _known(email, at)
    who = to_principal(known) if known else DOOR
    if door.failed.are_too_many(key, now):
        note_at_door("sign-in-refused", who, at=at)
        raise NotAllowed(TOO_MANY)
    account = _let_in(known, password, door)
    if account is None:
        door.failed.note(key, now)
        note_at_door("sign-in-refused", who, at=at)
        raise NotAllowed(WRONG)
    door.failed.forget(key)
    return begin_session(account, at=at)


def begin_session(account: AccountRow, *, at: Workplace) -> str:
    """Sign in somebody who has shown, by whatever way, that the account is theirs."""
    now, secret = at.clock(), new_secret()
    with at.records.writing(to_principal(account), now=now) as record:
        add_session(record.session, hash_secret(secret), account.id, now)
        record.note("sign-in")
    return secret


def _known(email: str, at: Workplace) -> AccountRow | None:
    with at.records.database.read() as session:
        return account_of_email(session, email)


def _let_in(account: AccountRow | None, password: str, door: Door) -> AccountRow | None:
    is_right = is_password(password, account.password_hash if account else door.decoy)
    return account if account and account.active and is_right else None


def visitor(secret: str, *, at: Workplace) -> Visitor | None:
    """Whoever has this secret in their cookie, unless they were idle or here for too long."""
    now, secret_hash = at.clock(), hash_secret(secret)
    with at.records.database.read() as session:
        found = account_of_session(session, secret_hash)
        opened = opened_children(session, found[1].id, now) if found else frozenset()
    if found is None or not _lasts(found[0], now):
        return None
    if now - found[0].seen_at >= TOUCH_EVERY:
        with at.records.database.write() as session:
            touch_session(session, secret_hash, now)
    return _visitor(replace(to_principal(found[1]), opened=opened), at, now)


def _lasts(session: SessionRow, now: datetime) -> bool:
    return now - session.started_at < LONGEST and now - session.seen_at < IDLE


def _visitor(who: Principal, at: Workplace, now: datetime) -> Visitor:
    with at.records.reading(who, now=now) as record:
        employer = record.find("Organization", who.organisation) if who.organisation else None
        return Visitor(
            who=who,
            organisation=employer.json["name"] if employer else "",
            unread=count_unread(record, who.reference, at_most=MOST_UNREAD),
        )


def sign_out(secret: str, *, at: Workplace) -> None:
    """The secret is worth nothing from now on."""
    now, secret_hash = at.clock(), hash_secret(secret)
    with at.records.database.read() as session:
        found = account_of_session(session, secret_hash)
    if found is None:
        return
    with at.records.writing(to_principal(found[1]), now=now) as record:
        end_session(record.session, secret_hash, now)
        record.note("sign-out")
