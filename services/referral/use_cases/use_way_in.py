"""A carer comes in by the link in their mail: once, soon, by the browser that asked or its code.

The session begins in the browser where the link is opened, never in the one that asked: whoever
asks in another's name gains nothing when that person uses the link.
"""

import secrets
from dataclasses import dataclass

from services.referral.domain.carers import Sight
from services.referral.records.accounts import accounts, add_account
from services.referral.records.tables import AccountRow, FamilyLinkRow
from services.referral.records.ways_in import (
    end_links,
    is_open,
    link_of_token,
    note_try,
    take_link,
    verify_address,
)
from services.referral.records.writing import Writing
from services.referral.use_cases.ask_way_in import LASTS, code_hash
from services.referral.use_cases.carer_rule import CARERS, Standing, email_hash, standing
from services.referral.use_cases.sign_in import begin_session
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from shared.identity import Role
from shared.passwords import hash_password, hash_secret, is_secret, new_secret

MOST_TRIES = 5
GONE = "This link does not work any more. Ask for a new one."
WRONG = "That is not the code. Look at the page where you asked, and type the six numbers."


class WrongCode(NotAllowed):
    """The link is good still, the code is not."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A link that still works; `needs_code` where another browser asked for it."""

    needs_code: bool


def open_link(token: str, *, browser: str, at: Workplace) -> Opened:
    """Look without using it up, as a mail scanner does. NotAllowed for a link that is gone."""
    link = _open_link(token, at)
    return Opened(needs_code=not _is_same(browser, link))


def use_way_in(token: str, code: str, *, browser: str, at: Workplace) -> str:
    """The secret of a new session. Raises WrongCode, or NotAllowed when the link is gone."""
    try:
        link = _open_link(token, at)
    except NotAllowed:
        _note_gone(token, at)
        raise
    digits = "".join(one for one in code if one.isascii() and one.isdigit())
    is_right = secrets.compare_digest(code_hash(link.id, digits), link.code_hash)
    if not (_is_same(browser, link) or is_right):
        _note_wrong(link, at)
        raise WrongCode(WRONG)
    with at.records.writing(CARERS, now=at.clock()) as record:
        account = _take(link, record)
    if account is None:
        raise NotAllowed(GONE)
    return begin_session(account, at=at, how="link")


def refuse_way_in(token: str, *, at: Workplace) -> None:
    """“I did not ask for this”: every open link of this carer ends, and the audit says so."""
    with at.records.database.read() as session:
        link = link_of_token(session, hash_secret(token))
    if link is None:
        return
    with at.records.writing(CARERS, now=at.clock()) as record:
        end_links(record.session, link.carer_id, now=record.now)
        record.note("way-in-unasked", record.find("RelatedPerson", link.carer_id))


def _open_link(token: str, at: Workplace) -> FamilyLinkRow:
    with at.records.database.read() as session:
        link = link_of_token(session, hash_secret(token))
    if link is None or not is_open(link, now=at.clock(), lasts=LASTS, most_tries=MOST_TRIES):
        raise NotAllowed(GONE)
    return link


def _note_gone(token: str, at: Workplace) -> None:
    """Whose link it was, where it was one."""
    with at.records.writing(CARERS, now=at.clock()) as record:
        link = link_of_token(record.session, hash_secret(token))
        carer = record.find("RelatedPerson", link.carer_id) if link else None
        record.note("way-in-refused", carer, "gone")


def _is_same(browser: str, link: FamilyLinkRow) -> bool:
    return bool(browser) and is_secret(browser, link.browser_hash)


def _note_wrong(link: FamilyLinkRow, at: Workplace) -> None:
    with at.records.writing(CARERS, now=at.clock()) as record:
        note_try(record.session, link.id)
        carer = record.find("RelatedPerson", link.carer_id)
        record.note("way-in-refused", carer, "wrong-code")


def _take(link: FamilyLinkRow, record: Writing) -> AccountRow | None:
    """The carer's account, if the link is theirs still; used up in any case."""
    taken = take_link(record.session, link, now=record.now, most_tries=MOST_TRIES)
    carer = standing(link.carer_id, record)
    if not taken or carer is None or not _is_theirs(carer, link):
        record.note("way-in-refused", record.find("RelatedPerson", link.carer_id), "not-theirs")
        return None
    end_links(record.session, link.carer_id, now=record.now)
    verify_address(record.session, link.carer_id, link.email_hash, now=record.now)
    return _account(carer, link.child_id, record)


def _is_theirs(carer: Standing, link: FamilyLinkRow) -> bool:
    return Sight.PROGRESS in carer.sees and email_hash(carer.email) == link.email_hash


def _account(carer: Standing, child: str, record: Writing) -> AccountRow | None:
    """Made when they first come in. It has no address and no password that anybody could type."""
    id = carer.resource.id
    if id not in accounts(record, [id]):
        add_account(
            record.session,
            {
                "id": id,
                "email": f"carer {id}",
                "name": carer.name,
                "password_hash": hash_password(new_secret()),
                "role": Role.FAMILY,
                "organisation_id": None,
                "services": [],
                "areas": [],
                "children": [child],
                "active": True,
            },
        )
    account = accounts(record, [id])[id]
    return account if account.active else None
