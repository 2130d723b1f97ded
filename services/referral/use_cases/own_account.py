"""What everybody may do with their own account: see and end its sessions, change the password."""

from dataclasses import dataclass
from datetime import datetime

from services.referral.demo.people import PASSWORD
from services.referral.domain.slowing import PAIR
from services.referral.records.accounts import (
    account_of_id,
    end_sessions,
    open_sessions,
    set_password_hash,
)
from services.referral.records.tables import AccountRow
from services.referral.use_cases.failed_attempts import attempt, key
from services.referral.use_cases.note_at_door import note_at_door
from services.referral.use_cases.sign_in import Door, begin_session, lasts, said
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue, NotAllowed, NotFound
from shared.identity import Principal
from shared.password_rules import complaint
from shared.passwords import hash_password, hash_secret, is_password

NOT_YOURS = "This is not your password. Check it and try again"


@dataclass(frozen=True, kw_only=True)
class OwnSession:
    """A browser that is signed in; `ref` is the hash of its secret and opens nothing."""

    ref: str
    device: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


def account_of(who: Principal, at: Workplace) -> AccountRow:
    with at.records.database.read() as session:
        found = account_of_id(session, who.id)
    if found is None:
        raise NotFound("There is no such account.")
    return found


def own_sessions(who: Principal, secret: str, *, door: Door, at: Workplace) -> list[OwnSession]:
    """Where one is signed in now, the last seen first."""
    now, this = at.clock(), hash_secret(secret)
    with at.records.database.read() as session:
        kept = open_sessions(session, who.id)
    return [
        OwnSession(
            ref=row.secret_hash,
            device=row.device,
            started_at=row.started_at,
            seen_at=row.seen_at,
            is_this=row.secret_hash == this,
        )
        for row in kept
        if lasts(row, door.lasting.of(who.role), now)
    ]


def end_own_session(ref: str, *, who: Principal, at: Workplace) -> None:
    """Somebody else's is not there: nothing happens to it."""
    with at.records.writing(who, now=at.clock()) as record:
        if end_sessions(record.session, who.id, record.now, only=ref or "none"):
            record.note("session-ended")


def end_own_sessions(*, who: Principal, at: Workplace, but: str = "") -> None:
    """Everywhere; `but` is the secret of one that stays."""
    with at.records.writing(who, now=at.clock()) as record:
        kept = hash_secret(but) if but else ""
        end_sessions(record.session, who.id, record.now, but=kept)
        record.note("session-ended", detail="all")


def check_own_password(typed: str, *, who: Principal, door: Door, at: Workplace) -> None:
    """Raises NotAllowed, with words to show: whoever found the screen unlocked goes no further."""
    try:
        trying = attempt({key("own password", who.id): PAIR}, at=at)
        if not is_password(typed, account_of(who, at).password_hash or door.decoy):
            raise NotAllowed(NOT_YOURS)
    except NotAllowed:
        note_at_door("password-refused", who, at=at)
        raise
    trying.succeeded(at=at)


def change_password(
    old: str, new: str, *, device: str, who: Principal, door: Door, at: Workplace
) -> str:
    """All sessions end; the secret of a new one, for this browser. Invalid says at which field,
    `old` or `new`, something is wrong."""
    account = account_of(who, at)
    try:
        check_own_password(old, who=who, door=door, at=at)
    except NotAllowed as refused:
        raise Invalid(Issue(said(refused), "old")) from None
    check_new_password(new, account, door)
    with at.records.writing(who, now=at.clock()) as record:
        set_password_hash(record.session, who.id, hash_password(new))
        end_sessions(record.session, who.id, record.now)
        record.note("password-changed")
    return begin_session(account, at=at, device=device, how="password")


def check_new_password(new: str, account: AccountRow, door: Door) -> None:
    """Invalid for what is too easy; in the demo its own password may be chosen again."""
    if door.demo and new == PASSWORD:
        return
    if wrong := complaint(new, (account.name, account.email)):
        raise Invalid(Issue(wrong, "new"))
