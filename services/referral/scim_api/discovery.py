"""What this SCIM service can do, for whoever sets up a directory."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    Context,
    ETag,
    Filter,
    ListResponse,
    Meta,
    Patch,
    Resource,
    ResourceType,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
)

from services.referral.scim_api.answers import scim_json
from services.referral.scim_api.asking import Who
from services.referral.scim_api.user import BASE, Person, User, Workplace
from shared.errors import NotAllowed, NotFound

MOST = 100  # people on a page

router = APIRouter(prefix=BASE)
_PROVIDER = ScimProvider([Person, Workplace], [ResourceType.from_resource(User)])
_CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MOST),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=True),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="OAuth 2.0 client credentials",
            description="A bearer token of /oauth/token, with the scope scim.",
            primary=True,
        )
    ],
    meta=Meta(resource_type="ServiceProviderConfig", location=f"{BASE}/ServiceProviderConfig"),
)


@router.get("/ServiceProviderConfig")
def service_provider_config(_: Who) -> Response:
    return scim_json(_dumped(_CONFIG))


@router.get("/ResourceTypes")
def resource_types(_: Who, filter: str | None = None) -> Response:
    return _list(_RESOURCE_TYPES, filter)


@router.get("/ResourceTypes/{name}")
def resource_type(name: str, _: Who) -> Response:
    return _one(_RESOURCE_TYPES, name)


@router.get("/Schemas")
def schemas(_: Who, filter: str | None = None) -> Response:
    return _list(_SCHEMAS, filter)


@router.get("/Schemas/{name}")
def schema(name: str, _: Who) -> Response:
    return _one(_SCHEMAS, name)


def _dumped(one: Resource[Any]) -> dict[str, Any]:
    return one.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def _placed(kind: str, one: Resource[Any]) -> dict[str, Any]:
    meta = {"resourceType": kind, "location": f"{BASE}/{kind}s/{one.id}"}
    return {**_dumped(one), "meta": meta}


_RESOURCE_TYPES = {str(one.id): _placed("ResourceType", one) for one in _PROVIDER.resource_types}
_SCHEMAS = {str(one.id): _placed("Schema", one) for one in _PROVIDER.schemas}


def _list(kept: dict[str, dict[str, Any]], filter: str | None) -> Response:
    """RFC 7644, section 4: a filter is refused with 403."""
    if filter is not None:
        raise NotAllowed("This list is not filtered.")
    return scim_json(listed(list(kept.values()), total=len(kept), start=1))


def _one(kept: dict[str, dict[str, Any]], name: str) -> Response:
    if name not in kept:
        raise NotFound("There is nothing of that name.")
    return scim_json(kept[name])


def listed(found: list[dict[str, Any]], *, total: int, start: int) -> dict[str, Any]:
    return {
        "schemas": [str(ListResponse.__schema__)],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(found),
        "Resources": found,
    }
