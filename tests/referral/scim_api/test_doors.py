"""A directory's token opens SCIM alone, and no other token does; what is nonsense is refused."""

import json
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from services.referral.use_cases import manage_clients
from services.referral.use_cases.manage_clients import Proof
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid
from tests.referral.builders import as_
from tests.referral.fhir_api.systems import System
from tests.referral.scim_api.conftest import PATCH, USER, Directory, ann, replacing

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
ME = as_("speech").id
ROUTES = (
    ("GET", "/ServiceProviderConfig"), ("GET", "/ResourceTypes"), ("GET", "/ResourceTypes/User"),
    ("GET", "/Schemas"), ("GET", f"/Schemas/{USER}"), ("GET", "/Users"), ("POST", "/Users"),
    ("GET", f"/Users/{ME}"), ("PUT", f"/Users/{ME}"), ("PATCH", f"/Users/{ME}"),
    ("DELETE", f"/Users/{ME}"),
)  # fmt: skip
OF_FHIR = (
    ("GET", "/fhir/Task"), ("GET", "/fhir/Patient/x"), ("POST", "/fhir/Patient"),
    ("PUT", "/fhir/Task/x"), ("PATCH", "/fhir/Task/x"), ("POST", "/fhir"),
    ("GET", "/fhir/AuditEvent"), ("GET", "/fhir/Task/x/_history"),
)  # fmt: skip


def refused(answer: Response, status: int, type: str | None = None) -> None:
    body = answer.json()
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/scim+json"
    assert (body["schemas"], body["status"]) == ([ERROR], str(status))
    assert body.get("scimType") == type, body
    assert body["detail"]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_only_a_directory_comes_in(http: TestClient, method: str, path: str) -> None:
    refused(http.request(method, f"/scim/v2{path}", content=b"{}"), 401)
    headers = System(http, "demo-speech").headers
    refused(http.request(method, f"/scim/v2{path}", content=b"{}", headers=headers), 403)


@pytest.mark.parametrize(("method", "path"), OF_FHIR)
def test_a_directory_sees_no_record(trust: Directory, method: str, path: str) -> None:
    answer = trust.http.request(method, path, content=b"{}", headers=trust.headers)
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize("scope", ["scim system/Task.rs", "scim scim", "SCIM", "scim.read"])
def test_the_scope_stands_alone(at: Workplace, scope: str) -> None:
    with pytest.raises(Invalid):
        manage_clients.add("x", email="speech@example.org", scope=scope, proof=Proof(), at=at)


def test_a_directory_gets_no_other_scope(trust: Directory) -> None:
    form = {"grant_type": "client_credentials", "scope": "system/Task.rs"}
    answer = trust.http.post("/oauth/token", data=form, auth=(trust.id, trust.secret))
    assert answer.json()["error"] == "invalid_scope"
    form["scope"] = "scim"
    assert trust.http.post(
        "/oauth/token", data={"grant_type": "client_credentials", "scope": "scim"},
        auth=("demo-speech", "demo-only"),
    ).json()["error"] == "invalid_scope"  # fmt: skip


@pytest.mark.parametrize(
    "filter",
    ["", "userName", "userName eq", 'userName co "a"', 'active eq true', "userName eq 3", "'; --",
     'userName eq "a" or userName eq "b"', "(" * 400, "\x00", 'nope eq "x"'],
)  # fmt: skip
def test_a_filter_that_is_not_understood_is_refused(trust: Directory, filter: str) -> None:
    answer = trust.http.get("/scim/v2/Users", params={"filter": filter}, headers=trust.headers)
    refused(answer, 400, "invalidFilter")


@pytest.mark.parametrize(
    "query", ["startIndex=x", "count=1e9", "count=" + "9" * 30 + ".5", "filter=" + "a" * 501]
)
def test_numbers_are_numbers(trust: Directory, query: str) -> None:
    refused(trust.get(f"/Users?{query}"), 400, "invalidValue")


@pytest.mark.parametrize("query", [f"startIndex={10**15}", f"count={10**25}", "attributes=nope"])
def test_what_is_out_of_range_is_put_into_it(trust: Directory, query: str) -> None:
    assert trust.get(f"/Users?{query}").status_code == 200


@pytest.mark.parametrize(
    ("body", "type"),
    [
        (b"", "invalidSyntax"), (b"[]", "invalidSyntax"), (b"null", "invalidSyntax"),
        (b'{"userName":"a","userName":"b"}', "invalidSyntax"), (b"\xff", "invalidSyntax"),
        (b"[" * 5000, "invalidSyntax"), (b'{"userName": NaN}', "invalidValue"),
        (ann(userName=3), "invalidValue"), (ann(userName=None), "invalidValue"),
        (ann(userName="ann"), "invalidValue"), (ann(userName="a@" + "b" * 300), "invalidValue"),
        (ann(displayName=["x"]), "invalidValue"), (ann(displayName=""), "invalidValue"),
        (ann(displayName="x" * 201), "invalidValue"), (ann(active=[1]), "invalidValue"),
        (ann(roles="admin"), "invalidValue"), (ann(roles=[]), "invalidValue"),
        (ann(roles=[{"value": {"a": 1}}]), "invalidValue"),
        (ann(roles=[{"value": "setting"}, {"value": "professional"}]), "invalidValue"),
        (ann(entitlements=[{"value": "nowhere"}]), "invalidValue"),
        (ann(entitlements=[]), "invalidValue"),
        (ann(emails=[{"value": "other@example.org"}]), "invalidValue"),
        (ann(emails=[{"value": "no mail"}]), "invalidValue"),
        (ann(externalId="x" * 201), "invalidValue"), (ann(title={"a": 1}), "invalidValue"),
        (ann(name={"formatted": 1.5}), "invalidValue"),
    ],
)  # fmt: skip
def test_a_person_who_cannot_be_kept_is_refused(trust: Directory, body: Any, type: str) -> None:
    refused(trust.send("POST", "/Users", body), 400, type)
    assert trust.get('/Users?filter=userName eq "ann@example.org"').json()["totalResults"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        [], "no", [1], [{}], [{"op": "drop", "path": "title"}], [replacing("((((", 1)],
        [replacing("id", "x")], [replacing("userName", None)], [replacing("userName", 1)],
        [{"op": "remove"}], [{"op": "remove", "path": "userName"}], [replacing("x" * 501, 1)],
        [replacing("emails[" + "(" * 400, 1)], [replacing("active", {"a": []})],
        [replacing("title", "x")] * 101, [replacing("roles", [])], [{"op": "add", "value": 3}],
        [replacing("meta.version", "x")], [replacing("entitlements", [])],
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_made_changes_nothing(trust: Directory, changes: Any) -> None:
    made = trust.adds()
    body = {"schemas": [PATCH], "Operations": changes}
    answer = trust.send("PATCH", f"/Users/{made['id']}", body)
    assert answer.status_code == 400, answer.text
    refused(answer, 400, answer.json()["scimType"])
    assert trust.get(f"/Users/{made['id']}").json() == made


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/Groups", 404), ("GET", "/Users/nobody", 404), ("GET", "/Users/%00", 404),
        ("GET", "/Schemas/nope", 404), ("GET", "/Me", 404), ("POST", "/Bulk", 404),
        ("POST", "/Users/x", 405), ("GET", "/Schemas?filter=x", 403), ("GET", "/nope", 404),
        ("DELETE", "/Users/" + "x" * 100, 404),
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(
    trust: Directory, method: str, path: str, status: int
) -> None:
    refused(trust.send(method, path, {} if method == "POST" else None), status)


def test_only_so_much_is_read(trust: Directory) -> None:
    refused(trust.send("POST", "/Users", json.dumps("x" * 100_001).encode()), 413)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    refused(trust.send("POST", "/Users", b"a=b", **form), 415)
