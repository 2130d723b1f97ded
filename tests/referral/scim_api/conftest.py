"""The directory of the speech therapist's trust, with a token and its habits."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases import manage_clients
from services.referral.use_cases.manage_clients import Proof
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.builders import as_, service_id
from tests.referral.use_cases.reading import SPEECH

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass
class Directory:
    """Sends what Entra ID, Okta or Keycloak would."""

    http: TestClient
    id: str
    secret: str
    headers: dict[str, str] = field(default_factory=dict)

    def signs_in(self) -> None:
        answer = self.http.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(self.id, self.secret)
        )
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        sent = {"Content-Type": "application/scim+json", **self.headers, **headers}
        return self.http.request(method, f"/scim/v2{path}", content=content, headers=sent)

    def get(self, path: str) -> Response:
        return self.send("GET", path)

    def adds(self, **parts: Any) -> dict[str, Any]:
        answer = self.send("POST", "/Users", ann(**parts))
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def patches(self, id: str, *changes: dict[str, Any], **headers: str) -> Response:
        body = {"schemas": [PATCH], "Operations": list(changes)}
        return self.send("PATCH", f"/Users/{id}", body, **headers)


def ann(**parts: Any) -> dict[str, Any]:
    """A speech therapist who joins."""
    return {
        "schemas": [USER],
        "userName": "ann@example.org",
        "displayName": "Ann Other",
        "roles": [{"value": "professional"}],
        "entitlements": [{"value": service_id(SPEECH)}],
        **parts,
    }


def replacing(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def http(at: Workplace) -> TestClient:
    settings = Settings(demo=True, database_url=str(at.records.database.url))
    return TestClient(assemble(settings, at), raise_server_exceptions=False)


def directory_of(key: str, http: TestClient, at: Workplace) -> Directory:
    """That of the organisation for which the person of that key works."""
    id = f"directory-{key}"
    secret = manage_clients.add(id, email=f"{key}@example.org", scope="scim", proof=Proof(), at=at)
    made = Directory(http, id, secret or "")
    made.signs_in()
    return made


@pytest.fixture
def trust(http: TestClient, at: Workplace) -> Directory:
    """Of the trust of speech and language therapy in the north."""
    return directory_of("speech", http, at)


@pytest.fixture
def council(http: TestClient, at: Workplace) -> Directory:
    return directory_of("admin", http, at)


OWN = str(as_("speech").organisation)
