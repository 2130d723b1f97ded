"""Every route of the API asks for its scope: a programmer cannot forget it."""

import json
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from services.referral.demo.people import PASSWORD
from services.referral.domain.scopes import Interaction
from services.referral.fhir_api import history_routes, read_routes, search_routes, write_routes
from services.referral.records.clients import change_client
from services.referral.use_cases.workplace import Workplace
from tests.referral.fhir_api.systems import FHIR, System, issues_of, the_bundle

CREATE, READ, UPDATE, DELETE, SEARCH = Interaction
ROUTERS = (history_routes, search_routes, read_routes, write_routes)
#: What each route needs; a transaction needs it for the type of each entry.
NEEDED = {
    ("GET", "/fhir/{type}"): SEARCH,
    ("POST", "/fhir/{type}/_search"): SEARCH,
    ("GET", "/fhir/Patient/{id}/{type}"): SEARCH,
    ("POST", "/fhir/{type}"): CREATE,
    ("GET", "/fhir/{type}/{id}"): READ,
    ("GET", "/fhir/{type}/_history"): READ,
    ("GET", "/fhir/{type}/{id}/_history"): READ,
    ("GET", "/fhir/{type}/{id}/_history/{version}"): READ,
    ("PUT", "/fhir/{type}/{id}"): UPDATE,
    ("PATCH", "/fhir/{type}/{id}"): UPDATE,
    ("DELETE", "/fhir/{type}/{id}"): DELETE,
    ("DELETE", "/fhir/{type}"): DELETE,
    ("POST", "/fhir"): CREATE,
    ("POST", "/fhir/"): CREATE,
}
#: Whoever says by a query what is to be changed learns what is there.
BY_QUERY = {
    ("PUT", "/fhir/{type}"): (CREATE, READ, UPDATE, SEARCH),
    ("PATCH", "/fhir/{type}"): (READ, UPDATE, SEARCH),
}


class Narrow(System):
    """A system whose token has this scope."""

    def __init__(self, http: TestClient, id: str, scope: str) -> None:
        super().__init__(http, id)
        form = {"grant_type": "client_credentials", "scope": scope}
        self._token = http.post("/oauth/token", data=form, auth=(id, PASSWORD)).json()[
            "access_token"
        ]


def test_the_table_names_every_route_that_is_not_open_to_all() -> None:
    found = {
        (method, route.path)
        for module in ROUTERS
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert found == NEEDED.keys() | BY_QUERY.keys()


@pytest.mark.parametrize("route", BY_QUERY, ids=" ".join)
def test_a_query_needs_the_scopes_of_all_that_it_does(
    http: TestClient, route: tuple[str, str]
) -> None:
    method, path = route[0], "/Observation?status=final"
    body = {"resourceType": "Observation", "status": "final", "code": {"text": "Words"}}
    for missing in BY_QUERY[route]:
        scope = "".join(one for one in BY_QUERY[route] if one is not missing)
        narrow = Narrow(http, "demo-nursery", f"system/Observation.{scope}")
        answer = narrow.send(method, path, body)
        assert answer.status_code == 403
        assert f"system/Observation.{missing}" in issues_of(answer)[0]["details"]["text"]
    enough = Narrow(http, "demo-nursery", f"system/Observation.{''.join(BY_QUERY[route])}")
    assert enough.send(method, path, body).status_code in (201, 404)


@pytest.mark.parametrize("route", NEEDED, ids=" ".join)
def test_a_route_needs_its_scope(http: TestClient, route: tuple[str, str]) -> None:
    needed = NEEDED[route]
    wanted = f"system/Observation.{needed}"
    for scope in _without(needed):
        answer = _asks(Narrow(http, "demo-nursery", scope), route)
        assert answer.status_code == 403, scope
        assert wanted in issues_of(answer)[0]["details"]["text"]
    assert _asks(Narrow(http, "demo-nursery", wanted), route).status_code != 403


def _without(needed: Interaction) -> list[str]:
    """Everything with another type, and everything but this with all of them."""
    others = "".join(one for one in Interaction if one is not needed)
    return ["system/Patient.cruds", f"system/*.{others}", f"system/Observation.{others}"]


def _asks(system: System, route: tuple[str, str]) -> Any:
    method, path = route
    if path in ("/fhir", "/fhir/"):
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [_entry()]}
        return system.post(path.removeprefix("/fhir"), bundle)
    address = path.format(type="Observation", id="none", version=1)
    body = None if method == "GET" else json.dumps(_observation())
    kind = "application/x-www-form-urlencoded" if path.endswith("_search") else FHIR
    headers = {**system.headers, "Content-Type": kind}
    return system.http.request(method, address, content=body, headers=headers)


def _observation() -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": "none", "status": "final",
        "code": {"text": "words"}, "valueString": "ten",
    }  # fmt: skip


def _entry() -> dict[str, Any]:
    resource = _observation()
    del resource["id"]
    return {"resource": resource, "request": {"method": "POST", "url": "Observation"}}


@pytest.mark.parametrize(
    ("query", "also"),
    [
        ("/Task?patient.birthdate=2023", "system/Patient.s"),
        ("/Task?_has:Task:part-of:owner.name=x", None),
        ("/Task?_has:Communication:part-of:sent=2023", "system/Communication.s"),
        ("/Task?requester.name=x", "system/Organization.s"),
    ],
)
def test_a_chain_needs_the_scope_of_each_type_it_leads_to(
    http: TestClient, query: str, also: str | None
) -> None:
    answer = Narrow(http, "demo-nursery", "system/Task.s").get(query)
    if also is None:
        assert answer.status_code == 422
        return
    assert answer.status_code == 403
    assert also.removesuffix(".s") in issues_of(answer)[0]["diagnostics"]
    assert Narrow(http, "demo-nursery", "system/*.s").get(query).status_code == 200


def test_a_condition_of_a_write_leads_along_no_chain_that_the_token_may_not_search(
    http: TestClient,
) -> None:
    narrow = Narrow(http, "demo-nursery", "system/Observation.crus")
    query = {"If-None-Exist": "patient.family=Rahimi-Okafor"}
    answer = narrow.post("/Observation", _observation(), **query)
    assert answer.status_code == 403
    assert "system/Patient.s" in issues_of(answer)[0]["diagnostics"]


def test_a_concern_needs_the_scope_of_each_of_its_parts(http: TestClient) -> None:
    types = {entry["resource"]["resourceType"] for entry in the_bundle()["entry"]}
    for left_out in types:
        scope = " ".join(f"system/{type}.c" for type in types - {left_out})
        answer = Narrow(http, "demo-nursery", scope).raises()
        assert answer.status_code == 403
        assert f"system/{left_out}.c" in issues_of(answer)[0]["details"]["text"]


def test_whoever_may_only_create_is_not_shown_the_tasks(http: TestClient) -> None:
    made = Narrow(http, "demo-nursery", "system/*.c").raises()
    assert made.status_code == 200
    assert not [one for one in made.json().get("entry", []) if "resource" in one]


def test_a_scope_never_widens_what_is_seen(http: TestClient, task: dict[str, Any]) -> None:
    reader = Narrow(http, "demo-nursery2", "system/Task.rs")
    assert reader.get(f"/Task/{task['id']}").status_code == 404
    assert reader.tasks() == []


def test_a_client_that_may_do_less_gets_less(
    http: TestClient, at: Workplace, task: dict[str, Any]
) -> None:
    with at.records.database.write() as session:
        change_client(session, "demo-speech", scope="system/Task.rs")
    reader = Narrow(http, "demo-speech", "system/*.cruds")
    assert reader.get(f"/Task/{task['id']}").status_code == 200
    assert reader.changes(task, status="received").status_code == 403
    assert reader.get("/Patient").status_code == 403
