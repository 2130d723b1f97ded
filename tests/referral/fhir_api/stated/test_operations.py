"""Each operation that is stated answers, at each of its levels, and no other is known."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.referral.fhir_api.capability import capability_statement
from services.referral.fhir_api.operation_table import OPERATIONS, Level
from services.referral.fhir_api.own_definitions import definitions
from tests.referral.fhir_api.operations.messages import a_message
from tests.referral.fhir_api.stated.bodies import a_body
from tests.referral.fhir_api.stated.world import World
from tests.referral.fhir_api.systems import EXAMPLE

Json = dict[str, Any]

_REST: Json = capability_statement("http://testserver")["rest"][0]
#: Every line: the type, or "" for the server, and the name.
LINES = [("", one["name"]) for one in _REST.get("operation", [])] + [
    (resource["type"], one["name"])
    for resource in _REST["resource"]
    for one in resource.get("operation", [])
    if resource["type"] != "Subscription"
]
_A_CHILD: Json = {
    "resourceType": "Patient",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
}
#: What is sent to an operation of a type: a type, and references to what is kept.
BODIES: dict[str, Callable[[str, World], Json | None]] = {
    "everything": lambda _type, _world: None,
    "moves": lambda _type, _world: None,
    "match": lambda _type, _world: _parameters(_A_CHILD),
    "route": lambda _type, _world: _parameters(json.loads(EXAMPLE.read_text())),
    "process-message": lambda _type, _world: _of_another_child(a_message("stated")),
    "validate": lambda type, world: _parameters(a_body(type, world.ways)),
}


def _of_another_child(message: Json) -> Json:
    text = json.dumps(message).replace("9990000018", "9990000026")
    made: Json = json.loads(text.replace("Rahimi-Okafor", "Other"))
    return made


def _parameters(resource: Json) -> Json:
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource}]}


@pytest.mark.parametrize(("type", "name"), LINES)
def test_each_stated_operation_answers(world: World, type: str, name: str) -> None:
    operation = next(one for one in OPERATIONS if one.name == name)
    for level in operation.levels:
        body = BODIES[name](type, world)
        path = _path(world, type, name, level)
        if level is Level.INSTANCE and name == "route":
            body = None
        system = world.system_for(type)
        answer = system.get(path) if body is None else system.post(path, body)
        assert answer.status_code == 200, (path, answer.text[:300])


def _path(world: World, type: str, name: str, level: Level) -> str:
    if level is Level.SYSTEM:
        return f"/${name}"
    if level is Level.TYPE:
        return f"/{type}/${name}"
    where = world.ways.get(type) or f"{type}/{world.resource(type)['id']}"
    return f"/{where}/${name}"


def test_all_of_the_table_is_stated_and_nothing_else() -> None:
    table = {(type, one.name) for one in OPERATIONS for type in one.types or {""}}
    assert set(LINES) == table


@pytest.mark.parametrize("name", ["meta", "expand", "graphql", "lastn", "nothing"])
def test_an_operation_that_is_not_stated_is_not_there(world: World, name: str) -> None:
    task = world.ways["Task"]
    for path in (f"/${name}", f"/Task/${name}", f"/{task}/${name}"):
        assert world.nursery.get(path).status_code == 404, path


def test_what_defines_an_operation_of_our_own_is_served(world: World) -> None:
    for one in OPERATIONS:
        if one.is_own:
            found = world.nursery.http.get(
                "/fhir/OperationDefinition", params={"url": one.definition}
            )
            (entry,) = found.json()["entry"]
            assert entry["resource"]["code"] == one.name
    assert len(definitions("OperationDefinition")) == sum(one.is_own for one in OPERATIONS)
