"""SCIM's User, with those of its attributes that mean something here, and what it says."""

import hashlib
import json
from typing import Annotated, Any

from scim2_models import (
    URN,
    AnyExtension,
    Context,
    Extension,
    Meta,
    Required,
    Resource,
    ResponseParameters,
    Uniqueness,
)
from scim2_models.resources.user import Email, Entitlement, Name, Role

from services.referral.records.directory_people import Known
from services.referral.use_cases.directory_people import Said
from services.referral.use_cases.manage_staff import GIVEN, Post
from shared import identity
from shared.errors import Invalid, Issue

BASE = "/scim/v2"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SERVICE = "service"


class Workplace(Extension):
    """Of the enterprise extension what is kept: for whom somebody works."""

    __schema__ = URN(ENTERPRISE)
    organization: str | None = None
    """An ODS code or the id of an Organization here: the directory's own."""


class Person(Resource[AnyExtension]):
    """Somebody who works with children."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")
    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    """Their e-mail address at work, by which they sign in."""
    name: Name | None = None
    """One name is kept: its last word is answered as the family name."""
    display_name: str | None = None
    """The name in one piece."""
    title: str | None = None
    """What they are at work."""
    active: bool | None = None
    """False: they have left, and what was theirs is others'."""
    emails: list[Email] | None = None
    """One, the same as userName."""
    roles: list[Role] | None = None
    """One: setting, professional or coordinator."""
    entitlements: list[Entitlement] | None = None
    """The ids of the HealthcareServices in which they work."""


User = Person[Workplace]


def to_user(known: Known) -> User:
    account, entry = known.account, known.entry
    given, _, family = account.name.rpartition(" ")
    user = User(
        id=account.id,
        external_id=entry.external_id,
        user_name=account.email,
        name=Name(formatted=account.name, given_name=given or None, family_name=family),
        display_name=account.name,
        title=entry.title,
        active=account.active,
        emails=[Email(value=account.email, type=Email.Type.work, primary=True)],
        roles=[Role(value=account.role, primary=True)],
        entitlements=[Entitlement(value=one, type=SERVICE) for one in sorted(account.services)]
        or None,
        meta=Meta(
            resource_type="User",
            location=f"{BASE}/Users/{account.id}",
            version=version_of(known),
        ),
    )
    user[Workplace] = Workplace(organization=account.organisation_id)
    return user


def version_of(known: Known) -> str:
    """The same for as long as nothing that a directory sees of them changes, whoever changes it."""
    parts = json.dumps(known.parts(), sort_keys=True).encode()
    return f'W/"{hashlib.sha256(parts).hexdigest()[:16]}"'


def dumped(user: User, wanted: ResponseParameters[User] | None = None) -> dict[str, Any]:
    return user.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=wanted)


def to_said(user: User, before: User | None = None) -> Said:
    """What is said of somebody. Invalid where it cannot be kept.

    The same thing may be said in several places (the name three times, the e-mail twice): what
    differs from `before` counts, because a directory often changes one place alone.
    """
    work = user[Workplace]
    post = Post(
        name=_name(user, before),
        role=_role(user, before),
        organisation=(work.organization if work else None) or "",
        services=frozenset(one.value for one in user.entitlements or () if one.value),
    )
    return Said(
        email=_email(user, before),
        post=post,
        active=user.active is not False,
        external_id=_short(user.external_id, "externalId"),
        title=_short(user.title, "title"),
    )


def _name(user: User, before: User | None) -> str:
    said = [one for one in _names(user) if one and (before is None or one not in _names(before))]
    if not said and before is None:
        raise Invalid(Issue("Say the name: displayName, or name.formatted.", "displayName"))
    found = said[0] if said else _names(before or user)[0]
    if len(found) > 200:
        raise Invalid(Issue("A name has at most 200 letters.", "displayName"))
    return found


def _names(user: User) -> list[str]:
    name = user.name or Name()
    parted = f"{name.given_name or ''} {name.family_name or ''}"
    return [(one or "").strip() for one in (user.display_name, name.formatted, parted)]


def _email(user: User, before: User | None) -> str:
    """Invalid where userName and e-mail differ: here they are one."""
    mails = sorted(user.emails or (), key=lambda one: not one.primary)
    said = [(one or "").strip().casefold() for one in (user.user_name, *(m.value for m in mails))]
    old = before.user_name if before else None
    new = {one for one in said[:2] if one and one != old}
    if len(new) > 1:
        raise Invalid(Issue("userName and the e-mail are one here: send the same.", "userName"))
    found = new.pop() if new else old or ""
    if "@" not in found or len(found) > 254:
        raise Invalid(Issue("The userName is an e-mail address.", "userName"))
    return found


def _role(user: User, before: User | None) -> identity.Role:
    """Added to another, a role takes its place: nobody has two."""
    said = {(one.value or "").casefold() for one in user.roles or ()}
    old = {one.value for one in before.roles or ()} if before else set()
    new = said - old or said
    found = next((one for one in GIVEN if {one.value} == new), None)
    if found is None:
        allowed = ", ".join(GIVEN)
        raise Invalid(Issue(f"Give one role of these: {allowed}.", "roles"))
    return found


def _short(text: str | None, name: str) -> str | None:
    if text and len(text) > 200:
        raise Invalid(Issue(f"{name} has at most 200 letters.", name))
    return text or None
