"""The account of somebody whom another sign-in service knows: made at the first sign-in, and
brought up to date at each."""

from collections.abc import Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email

from services.referral.domain.access import tags_of_directory
from services.referral.domain.entry import Entry, entry_for
from services.referral.policies.providers import Provider
from services.referral.records.accounts import account_of_email, accounts, add_account
from services.referral.records.identities import (
    account_of_identity,
    add_identity,
    change_account,
    end_sessions_of,
    organisation_of_ods,
)
from services.referral.records.ids import new_id
from services.referral.records.resource import Json, Place
from services.referral.records.tables import AccountRow
from services.referral.records.writing import Writing
from services.referral.use_cases.note_at_door import DOOR
from services.referral.use_cases.oidc.refused import Refused, check_open
from services.referral.use_cases.workplace import Workplace
from shared.passwords import hash_password, new_secret

#: Nothing of what somebody could do stays when their claims give them no part any more.
NOTHING: dict[str, Any] = {"organisation_id": None, "services": [], "areas": []}
MAX_NAME = 120  # characters
#: Ends the address of somebody whose provider tells none; no mail ever leaves for it (RFC 2606).
NO_ADDRESS = "no-address.invalid"

Claims = Mapping[str, object]


def account_for(provider: Provider, claims: Claims, *, at: Workplace) -> AccountRow:
    """Found by issuer and subject, never by an e-mail address that nobody has verified.

    Raises Refused when no rule lets the person in; whoever was let in before is then out at once.
    """
    entry = entry_for(provider.rules, claims)
    with at.records.writing(DOOR, now=at.clock()) as record:
        known = _known(provider, claims, record)
        if entry is None:
            _put_out(known, record)
            refused = Refused("no-entry")
        else:
            refused = None
            account = _up_to_date(known, provider, claims, entry, record)
    if refused:  # only now, so that what was taken away stays taken away
        raise refused
    return account


def _known(provider: Provider, claims: Claims, record: Writing) -> AccountRow | None:
    found = account_of_identity(record.session, provider.issuer, str(claims["sub"]))
    if found is None and provider.link_by_verified_email and claims.get("email_verified") is True:
        email = _email(claims)
        found = account_of_email(record.session, email) if email else None
        if found:
            check_open(found)
            _link(found.id, provider, claims, record)
    return found


def _link(account: str, provider: Provider, claims: Claims, record: Writing) -> None:
    add_identity(record.session, provider.issuer, str(claims["sub"]), account, record.now)
    record.note("account-linked", detail=f"{provider.id}:{account}")


def _put_out(known: AccountRow | None, record: Writing) -> None:
    if known is None:
        return
    change_account(record.session, known.id, NOTHING)
    end_sessions_of(record.session, known.id, record.now)
    record.note("account-emptied", detail=known.id)


def _up_to_date(
    known: AccountRow | None, provider: Provider, claims: Claims, entry: Entry, record: Writing
) -> AccountRow:
    held = _held(entry, record)
    if known is None:
        return _made(provider, claims, held, record)
    check_open(known)
    if any(getattr(known, name) != value for name, value in held.items()):
        change_account(record.session, known.id, held)
        record.note("account-changed", detail=known.id)
    return _read(known.id, record)


def _held(entry: Entry, record: Writing) -> dict[str, Any]:
    """The entry as columns of an account. Refused when it names what is not in the directory."""
    employer = organisation_of_ods(record, entry.organisation) if entry.organisation else None
    if entry.organisation and employer is None:
        raise Refused("not-set-up")
    if not all(record.find("HealthcareService", service) for service in entry.services):
        raise Refused("not-set-up")
    return {
        "role": entry.role.value,
        "organisation_id": employer,
        "services": sorted(entry.services),
        "areas": sorted(entry.areas),
    }


def _made(provider: Provider, claims: Claims, held: dict[str, Any], record: Writing) -> AccountRow:
    id, email, name = new_id(), _email(claims), _name(claims)
    if email and account_of_email(record.session, email):
        raise Refused("email-taken")
    add_account(
        record.session,
        {
            "id": id,
            "email": email or f"{id}@{NO_ADDRESS}",
            "name": name,
            "password_hash": hash_password(new_secret()),  # nobody knows it
            "children": [],
            "active": True,
            **held,
        },
    )
    record.note("account-added", detail=f"Practitioner/{id}")
    record.create(_practitioner(name, email), Place(tags=tags_of_directory()), id=id)
    _link(id, provider, claims, record)
    return _read(id, record)


def _read(id: str, record: Writing) -> AccountRow:
    record.session.expire_all()
    account = accounts(record, [id])[id]
    record.session.expunge(account)
    return account


def _email(claims: Claims) -> str | None:
    sent = claims.get("email")
    try:
        checked = validate_email(sent if isinstance(sent, str) else "", check_deliverability=False)
    except EmailNotValidError:
        return None
    return checked.normalized.casefold()


def _name(claims: Claims) -> str:
    """As people are shown it; without control characters, which could pass for something else."""
    parts = [claims.get(key) for key in ("given_name", "family_name")]
    told = [claims.get("name"), " ".join(one for one in parts if isinstance(one, str))]
    named = next((one for one in told if isinstance(one, str) and one.strip()), "")
    plain = "".join(one for one in named if one.isprintable()).strip()
    return plain[:MAX_NAME] or "Name not known"


def _practitioner(name: str, email: str | None) -> Json:
    person: Json = {"resourceType": "Practitioner", "active": True, "name": [{"text": name}]}
    if email:
        person["telecom"] = [{"system": "email", "value": email, "use": "work"}]
    return person
