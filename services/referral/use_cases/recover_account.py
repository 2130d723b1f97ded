"""Give somebody back their account: a link by which they set a new password, for an hour.

Nobody learns or chooses another's password. Everything that stood open ends: sessions, known
browsers and second factors, which a thief may have set up.
"""

from datetime import timedelta

from services.referral.records.accounts import (
    account_of_email,
    account_of_id,
    end_sessions,
    set_password_hash,
    to_principal,
)
from services.referral.records.second_factors import remove_all
from services.referral.records.signing_in import (
    add_password_link,
    end_ways_in,
    password_link,
    use_password_link,
)
from services.referral.records.tables import AccountRow
from services.referral.use_cases.note_at_door import DOOR, check_admin, note_at_door
from services.referral.use_cases.own_account import check_new_password
from services.referral.use_cases.sign_in import Door
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, NotAllowed, NotFound
from shared.identity import Principal
from shared.passwords import hash_password, hash_secret, new_secret

LASTS = timedelta(hours=1)
GONE = "This link has been used, or is more than an hour old. Ask for another one."


def account_to_recover(id: str, *, who: Principal, at: Workplace) -> AccountRow:
    """NotFound for anybody but an administrator, and for accounts that are closed."""
    check_admin(who, at=at)
    with at.records.database.read() as session:
        found = account_of_id(session, id)
    if found is None or not found.active:
        raise NotFound("There is no such account.")
    note_at_door("person", who, at=at, detail=found.id)
    return found


def recover_account(id: str, how_known: str, *, who: Principal, at: Workplace) -> str:
    """The secret of the link, to hand over in person or by telephone.

    `how_known` is the code of the way in which the administrator made sure who is asking; an
    administrator recovers nobody's account without it, and never their own.
    """
    account = account_to_recover(id, who=who, at=at)
    if how_known not in WAYS:
        raise Invalid("Say how you made sure who is asking.")
    if account.id == who.id:
        raise NotAllowed("Another administrator has to do this for you.")
    return link_for(account, how_known, who=who, at=at)


#: How an administrator can be sure who is asking, by code.
WAYS = {
    "in-person": "In person, with a work badge or photo card",
    "called-back": "I called back on the number their organisation has published",
    "line-manager": "Their manager, whom I know, told me by telephone or in person",
}


def link_for(account: AccountRow, how_known: str, *, who: Principal, at: Workplace) -> str:
    """A new link in place of older ones; from now on nothing else opens the account."""
    secret = new_secret()
    with at.records.writing(who, now=at.clock()) as record:
        set_password_hash(record.session, account.id, "")
        remove_all(record.session, account.id)
        end_ways_in(record.session, account.id)
        end_sessions(record.session, account.id, record.now)
        add_password_link(record.session, hash_secret(secret), account.id, record.now)
        reference = to_principal(account).reference
        record.note("account-recovered", detail=f"{reference} {how_known}")
    return secret


def account_of_link(secret: str, *, at: Workplace) -> AccountRow:
    """Whose password the link sets; NotFound once it is used or old."""
    with at.records.database.read() as session:
        link = password_link(session, hash_secret(secret))
        account = account_of_id(session, link.account_id) if link else None
    is_good = link is not None and at.clock() - link.made_at < LASTS
    if account is None or not account.active or not is_good:
        who = to_principal(account) if account else DOOR
        note_at_door("password-link-refused", who, at=at)
        raise NotFound(GONE)
    return account


def set_password(secret: str, new: str, *, door: Door, at: Workplace) -> None:
    """Set the password by a link, which is then used up. Invalid for one that is too easy."""
    account = account_of_link(secret, at=at)
    check_new_password(new, account, door)
    with at.records.writing(to_principal(account), now=at.clock()) as record:
        if not use_password_link(record.session, hash_secret(secret)):
            raise NotFound(GONE)
        set_password_hash(record.session, account.id, hash_password(new))
        record.note("password-changed", detail="link")


def account_by_email(email: str, *, at: Workplace) -> AccountRow:
    with at.records.database.read() as session:
        found = account_of_email(session, email.strip().casefold())
    if found is None or not found.active:
        raise NotFound("Nobody has an account with this e-mail address.")
    return found
