"""Add an administrator, who has no password until they set one."""

from typing import Any

from email_validator import EmailNotValidError, validate_email

from services.referral.records.accounts import account_of_email, account_of_id, add_account
from services.referral.records.ids import new_id
from services.referral.use_cases.recover_account import link_for
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, Invalid, NotFound
from shared.identity import Principal, Role


def add_admin(email: str, name: str, *, who: Principal, at: Workplace) -> str:
    """The secret of the link by which they set their password. Invalid, or Conflict when the
    e-mail address is taken."""
    email, id = _checked(email), new_id()
    with at.records.writing(who, now=at.clock()) as record:
        if account_of_email(record.session, email):
            raise Conflict("Somebody has an account with this e-mail address.")
        account: dict[str, Any] = {
            "id": id, "email": email, "name": name, "password_hash": "", "role": Role.ADMIN,
            "organisation_id": None, "services": [], "areas": [], "children": [], "active": True,
        }  # fmt: skip
        add_account(record.session, account)
        record.note("account-added", detail=f"Practitioner/{id}")
    with at.records.database.read() as session:
        added = account_of_id(session, id)
    if added is None:
        raise NotFound("There is no such account.")
    return link_for(added, "command-line", who=who, at=at)


def _checked(email: str) -> str:
    try:
        checked = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise Invalid("This is not an e-mail address.") from None
    return checked.normalized.casefold()
