"""/Users: the people of one organisation, as its directory says."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from scim2_models import (
    Context,
    InvalidFilterException,
    PatchOp,
    ResponseParameters,
    ScimFilter,
    ScimPolicy,
)
from scim2_models.path import CompareOperator, Comparison

from services.referral.records.directory_people import Known, Sought
from services.referral.scim_api.answers import scim_json, scim_rules
from services.referral.scim_api.asking import At, Id, IfMatch, Sent, Who
from services.referral.scim_api.discovery import MOST, listed
from services.referral.scim_api.user import BASE, User, dumped, to_said, to_user, version_of
from services.referral.use_cases import directory_people
from shared.errors import Invalid, Issue, Stale

router = APIRouter(prefix=BASE)

#: Directories send much that means nothing here, and Entra ID spells some of it its own way.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
LONGEST = 500  # characters of a filter, and of a path in a change
MOST_CHANGES = 100  # in one PATCH
_FARTHEST = 1_000_000

Text = Annotated[str | None, Query(max_length=LONGEST)]


@router.post("/Users")
def create(sent: Sent, who: Who, at: At) -> Response:
    with scim_rules():
        user = User.model_validate(
            sent, scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=POLICY
        )
    made = directory_people.add(to_said(user), who=who, at=at)
    return _answer(made, 201, Location=f"{BASE}/Users/{made.account.id}")


@router.get("/Users")
def search(
    who: Who,
    at: At,
    filter: Text = None,
    startIndex: int = 1,
    count: int = MOST,
    attributes: Text = None,
    excludedAttributes: Text = None,
) -> Response:
    """Those who have left are among them, as not active. Out of range is put into it."""
    shown = _shown(attributes, excludedAttributes)
    start = min(max(startIndex, 1), _FARTHEST)
    at_most = min(max(count, 0), MOST)
    found = directory_people.search(
        _filtered(filter), who=who, at=at, skip=start - 1, at_most=at_most
    )
    users = [dumped(to_user(one), shown) for one in found.people]
    return scim_json(listed(users, total=found.total, start=start))


@router.get("/Users/{id}")
def read(
    id: Id,
    who: Who,
    at: At,
    attributes: Text = None,
    excludedAttributes: Text = None,
) -> Response:
    shown = _shown(attributes, excludedAttributes)
    return _answer(directory_people.find(id, who=who, at=at), shown=shown)


@router.put("/Users/{id}")
def replace(id: Id, sent: Sent, version: IfMatch, who: Who, at: At) -> Response:
    """A part that is not sent stays where there must be one, and goes where there need not be."""
    before = _seen(id, version, who, at)
    old = to_user(before)
    with scim_rules():
        user = User.model_validate(
            sent, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST, scim_policy=POLICY
        )
        user.replace(old)
    user.roles = user.roles or old.roles
    return _answer(directory_people.change(before, to_said(user, old), who=who, at=at))


@router.patch("/Users/{id}")
def change(id: Id, sent: Sent, version: IfMatch, who: Who, at: At) -> Response:
    before = _seen(id, version, who, at)
    old, user = to_user(before), to_user(before)
    _check_extent(sent)
    with scim_rules():
        patch = PatchOp[User].model_validate(
            sent, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=POLICY
        )
        patch.patch(user, scim_policy=POLICY)
    return _answer(directory_people.change(before, to_said(user, old), who=who, at=at))


@router.delete("/Users/{id}")
def delete(id: Id, version: IfMatch, who: Who, at: At) -> Response:
    """They leave: what was theirs is others' now, and their name stays on what they did."""
    directory_people.remove(_seen(id, version, who, at), who=who, at=at)
    return Response(status_code=204)


def _answer(
    known: Known,
    status: int = 200,
    shown: ResponseParameters[User] | None = None,
    **headers: str,
) -> Response:
    return scim_json(dumped(to_user(known), shown), status, ETag=version_of(known), **headers)


def _seen(id: str, version: str | None, who: Who, at: At) -> Known:
    """As they are, in that version if one is named."""
    found = directory_people.find(id, who=who, at=at)
    if version is not None and version != version_of(found):
        raise Stale("Somebody has changed this person meanwhile. Read them again.")
    return found


def _shown(attributes: str | None, excluded: str | None) -> ResponseParameters[User]:
    with scim_rules():
        return ResponseParameters[User].model_validate(
            {"attributes": attributes, "excluded_attributes": excluded}, scim_policy=POLICY
        )


def _filtered(written: str | None) -> Sought:
    """What is looked for; Refused for what is no filter, and for others than these three."""
    if written is None:
        return Sought()
    with scim_rules():
        asked = ScimFilter[User](written).ast
        sought = _sought(asked) if isinstance(asked, Comparison) else None
        if sought is None:
            raise InvalidFilterException(detail='Filters here: userName, externalId or id eq "…".')
        return sought


def _sought(asked: Comparison) -> Sought | None:
    if asked.op is not CompareOperator.eq or asked.attr_path.sub_attr:
        return None
    match asked.attr_path.attr.casefold(), asked.value:
        case "username", str(email):
            return Sought(email=email.casefold())
        case "externalid", str(external_id):
            return Sought(external_id=external_id)
        case "id", str(id):
            return Sought(id=id)
    return None


def _check_extent(sent: Any) -> None:
    """Before anything is done for each of them."""
    changes = sent.get("Operations") if isinstance(sent, dict) else None
    if not isinstance(changes, list):
        return
    paths = [one.get("path") for one in changes if isinstance(one, dict)]
    if len(changes) > MOST_CHANGES or any(len(str(one)) > LONGEST for one in paths):
        raise Invalid(Issue("This is too much for one change.", "Operations"))
