"""Let a person in by e-mail and password, know them again by the secret in their cookie."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.referral.demo.people import PASSWORD
from services.referral.domain.carers import Sight
from services.referral.domain.slowing import ACCOUNT, ADDRESS, PAIR
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
from services.referral.records.second_factors import second_factors
from services.referral.records.signing_in import add_half_sign_in, is_known_device, know_device
from services.referral.records.tables import AccountRow, SessionRow
from services.referral.use_cases.carer_rule import may_stay, sight
from services.referral.use_cases.failed_attempts import Counted, TooMany, attempt, key, network
from services.referral.use_cases.note_at_door import DOOR, note_at_door
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from shared.identity import Principal, Role
from shared.passwords import hash_password, hash_secret, is_password, new_secret

#: How exactly we know when somebody was last here: a page view is not worth a write.
TOUCH_EVERY = timedelta(minutes=1)
MOST_UNREAD = 100

WRONG = "The email address or the password is not right. Check both and try again."


def _decoy() -> str:
    return hash_password(new_secret())


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """How long a session lasts that nobody uses, and how long at most."""

    idle: timedelta = timedelta(minutes=60)
    longest: timedelta = timedelta(hours=12)

    def of(self, role: Role) -> "Lasting":
        """Shorter for a family: they come in without a password, perhaps on a shared telephone."""
        if role is not Role.FAMILY:
            return self
        return Lasting(
            idle=min(self.idle, timedelta(minutes=20)),
            longest=min(self.longest, timedelta(hours=2)),
        )


@dataclass(frozen=True, kw_only=True)
class Door:
    """What signing in needs besides the records. A password for an e-mail that nobody has is
    checked against the decoy, so that the time it takes tells nothing. `base` is our own address,
    from the settings: a passkey is bound to it."""

    decoy: str = field(default_factory=_decoy)
    lasting: Lasting = Lasting()
    demo: bool = False
    second_factor_for: frozenset[Role] = frozenset()
    base: str = ""


@dataclass(frozen=True, kw_only=True)
class Browser:
    """Where somebody comes from. `secret` is what we once left there, `words` are for people."""

    address: str
    secret: str = ""
    words: str = ""


@dataclass(frozen=True)
class LetIn:
    """Somebody is signed in: the secret for the cookie."""

    secret: str


@dataclass(frozen=True)
class HalfWay:
    """The password was right and a second factor is wanted: a secret for the next step alone."""

    secret: str


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who is signed in, where they work, and how many messages they have not opened."""

    who: Principal
    organisation: str
    unread: int


def sign_in(
    email: str, password: str, way_on: str = "", *, browser: Browser, door: Door, at: Workplace
) -> LetIn | HalfWay:
    """Only hashes of the secrets are kept. Raises NotAllowed, with words to show.

    `way_on` is where the person was going.
    """
    email = email.strip().casefold()
    known = _known(email, at)
    who = to_principal(known) if known else DOOR
    try:
        trying = attempt(_counted(email, known, browser, at), at=at)
        account = _let_in(known, password, door)
        if account is None:
            raise NotAllowed(WRONG)
    except NotAllowed as refused:
        note_at_door("sign-in-refused", who, at=at)
        raise NotAllowed(said(refused)) from None
    trying.succeeded(at=at)
    if _is_second_wanted(account, door, at):
        return HalfWay(_half_way(account, way_on, at))
    return LetIn(enter(account, browser, "password", at=at))


def said(refused: NotAllowed) -> str:
    """The words to show, with how long to wait where that is the matter."""
    if not isinstance(refused, TooMany):
        return str(refused)
    minutes = max(1, -(-int(refused.wait.total_seconds()) // 60))
    wait = "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"There were too many attempts that failed. Wait {wait} and try again."


def _counted(email: str, known: AccountRow | None, browser: Browser, at: Workplace) -> Counted:
    """What strangers do does not hold up a person in a browser where they were before."""
    if known and _is_known(browser, known, at):
        return {key("device", known.id, browser.secret): PAIR}
    address = network(browser.address)
    return {
        key("person", email, address): PAIR,
        key("people", address): ADDRESS,
        key("account", email): ACCOUNT,
    }


def _is_known(browser: Browser, account: AccountRow, at: Workplace) -> bool:
    with at.records.database.read() as session:
        return bool(browser.secret) and is_known_device(
            session, hash_secret(browser.secret), account.id
        )


def _is_second_wanted(account: AccountRow, door: Door, at: Workplace) -> bool:
    if Role(account.role) in door.second_factor_for:
        return True
    with at.records.database.read() as session:
        return bool(second_factors(session, account.id))


def _half_way(account: AccountRow, way_on: str, at: Workplace) -> str:
    secret, now = new_secret(), at.clock()
    with at.records.writing(to_principal(account), now=now) as record:
        add_half_sign_in(record.session, hash_secret(secret), account.id, way_on, now)
        record.note("second-step-asked")
    return secret


def enter(account: AccountRow, browser: Browser, how: str, *, at: Workplace) -> str:
    """Begin a session, and know this browser the next time."""
    if browser.secret:
        with at.records.database.write() as session:
            know_device(session, hash_secret(browser.secret), account.id, at.clock())
    return begin_session(account, at=at, device=browser.words, how=how)


def begin_session(account: AccountRow, *, at: Workplace, device: str = "", how: str = "") -> str:
    """Sign in somebody who has shown, by whatever way, that the account is theirs."""
    now, secret = at.clock(), new_secret()
    with at.records.writing(to_principal(account), now=now) as record:
        add_session(record.session, hash_secret(secret), account.id, now, device)
        record.note("sign-in", detail=how)
    return secret


def _known(email: str, at: Workplace) -> AccountRow | None:
    with at.records.database.read() as session:
        return account_of_email(session, email)


def _let_in(account: AccountRow | None, password: str, door: Door) -> AccountRow | None:
    """A password that everybody knows opens nothing but the demo."""
    kept = account.password_hash if account and account.password_hash else door.decoy
    is_right = is_password(password, kept) and (door.demo or password != PASSWORD)
    return account if account and account.active and is_right else None


def visitor(secret: str, *, at: Workplace, lasting: Lasting = Lasting()) -> Visitor | None:
    """Whoever has this secret in their cookie, unless they were idle or here for too long."""
    now, secret_hash = at.clock(), hash_secret(secret)
    with at.records.database.read() as session:
        found = account_of_session(session, secret_hash)
        opened = opened_children(session, found[1].id, now) if found else frozenset()
    if found is None or not lasts(found[0], lasting.of(Role(found[1].role)), now):
        return None
    who = replace(to_principal(found[1]), opened=opened)
    if who.role is Role.FAMILY and not _may_stay(who, secret, at):
        return None
    if now - found[0].seen_at >= TOUCH_EVERY:
        with at.records.database.write() as session:
            touch_session(session, secret_hash, now)
    return _visitor(who, at, now)


def lasts(session: SessionRow, lasting: Lasting, now: datetime) -> bool:
    is_short = now - session.started_at < lasting.longest
    return is_short and now - session.seen_at < lasting.idle


def _may_stay(who: Principal, secret: str, at: Workplace) -> bool:
    """A carer who has lost the way in since is out at once, whatever page they ask for."""
    with at.records.reading(who, now=at.clock()) as record:
        if may_stay(who, record):
            return True
    sign_out(secret, at=at)
    return False


def _visitor(who: Principal, at: Workplace, now: datetime) -> Visitor:
    with at.records.reading(who, now=now) as record:
        who = replace(who, read_only=Sight.ACT not in sight(who, record))
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
