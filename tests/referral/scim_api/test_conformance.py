"""What scim2-tester, which knows the RFCs, finds when it tries the service."""

from typing import Annotated
from uuid import uuid4

from pydantic import Field
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import AnyExtension, Required, ResourceType, ScimProvider, Uniqueness
from scim2_models.resources.user import Role
from scim2_tester import Status, check_server
from starlette.testclient import TestClient

from services.referral.scim_api.user import Person
from services.referral.scim_api.user import Workplace as Work
from tests.referral.scim_api.conftest import Directory

#: Not its changes of one attribute at a time to words at random: no such role, no such service.
TRIED = {"discovery", "misc", "crud:create", "crud:read", "crud:delete"}


class Given(Role):
    value: Annotated[str | None, Required.true] = Field(None, examples=["setting"])


class Tried(Person[AnyExtension]):
    """What a tester makes up at random would be nobody's e-mail, and no role."""

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = Field(
        None, examples=[f"{uuid4()}@example.org" for _ in range(500)]
    )
    display_name: Annotated[str | None, Required.true] = None
    roles: Annotated[list[Given] | None, Required.true] = None  # type: ignore[assignment]


def test_a_tester_of_scim_servers_finds_nothing(trust: Directory) -> None:
    http = TestClient(trust.http.app, base_url="http://testserver/scim/v2", headers=trust.headers)
    tried = ResourceType.from_resource(Tried[Work])
    client = SyncSCIMClient(http, provider=ScimProvider([Tried, Work], [tried]))
    found = check_server(client, include_tags=TRIED)
    wrong = [one for one in found if one.status not in (Status.SUCCESS, Status.SKIPPED)]
    assert not wrong, [(one.title, one.reason) for one in wrong]
    assert sum(one.status is Status.SUCCESS for one in found) >= 20
