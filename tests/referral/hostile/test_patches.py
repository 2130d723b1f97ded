"""Patches that reach for what only the server decides, or that grow without end."""

import time
from typing import Any

import pytest

from tests.referral.hostile.targets import Attack, Target, check, each, sent
from tests.referral.web.children import referred

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
TASK = "/Task/{task}"
CHILD = "/Patient/{child}"


def operation(op: str, path: str, **more: Any) -> dict[str, Any]:
    return {"op": op, "path": path, **more}


def patch(
    name: str, operations: Any, status: int, code: str = "", place: str = "", path: str = TASK
) -> Attack:
    headers = {"Content-Type": JSON_PATCH, "If-Match": 'W/"1"'}
    return Attack(name, operations, status, code, place, path, "PATCH", headers)


def merge(
    name: str, body: Any, status: int, code: str = "", place: str = "", path: str = TASK
) -> Attack:
    headers = {"Content-Type": MERGE_PATCH, "If-Match": 'W/"1"'}
    return Attack(name, body, status, code, place, path, "PATCH", headers)


def doubling(times: int) -> list[dict[str, Any]]:
    """Each step copies the list into itself: 30 of them would hold a thousand million notes."""
    start = operation("add", "/note", value=[{"text": "x" * 1000}])
    return [start, *(operation("copy", "/note/-", **{"from": "/note"}) for _ in range(times))]


PATCHES = (
    patch("no list", {"op": "test"}, 400, "structure"),
    patch("a word", "status", 400, "structure"),
    patch("a number as operation", [1], 422, "processing"),
    patch("null as operation", [None], 422, "processing"),
    patch("a list as operation", [[]], 422, "processing"),
    patch("an empty operation", [{}], 422, "processing"),
    patch("an unknown operation", [operation("eval", "/status")], 422, "processing"),
    patch("an operation that is an object", [{"op": {}, "path": "/a"}], 422, "processing"),
    patch("a path that is a number", [{"op": "remove", "path": 7}], 422, "processing"),
    patch("a path that is null", [{"op": "remove", "path": None}], 422, "processing"),
    patch("no value", [{"op": "add", "path": "/x"}], 422, "processing"),
    patch("no from", [{"op": "copy", "path": "/x"}], 422, "processing"),
    patch("a from that is a list", [operation("move", "/x", **{"from": []})], 422, "processing"),
    patch("a test that fails", [operation("test", "/status", value="accepted")], 422, "processing"),
    patch("a bad escape", [operation("remove", "/a~2")], 422, "processing"),
    patch("an index without end", [operation("remove", "/note/" + "9" * 5000)], 422, "processing"),
    patch("a negative index", [operation("remove", "/note/-1")], 422, "processing"),
    patch("other digits as index", [operation("remove", "/reasonCode/coding/²")], 422,
          "processing"),
    patch("__proto__", [operation("add", "/__proto__", value={"x": 1})], 400, "structure",
          "Task.__proto__"),
    patch("__class__", [operation("add", "/__class__/x", value=1)], 422, "processing"),
    patch("all of it gone", [operation("remove", "")], 422, "processing"),
    patch("a list instead", [operation("replace", "", value=[])], 422, "processing"),
    patch("a text instead", [operation("replace", "", value="x")], 422, "processing"),
    patch("another thing instead", [operation("replace", "", value={"resourceType": "Patient"})],
          422, "value", "resourceType"),
    patch("another type", [operation("replace", "/resourceType", value="Patient")], 400,
          "structure", "Patient.intent"),
    patch("no type", [operation("remove", "/resourceType")], 422, "required", "resourceType"),
    patch("another id", [operation("replace", "/id", value="other")], 422, "value", "Task.id"),
    patch("no id", [operation("remove", "/id")], 422, "value", "Task.id"),
    patch("another owner", [operation("replace", "/owner/reference", value="Organization/x")],
          422, "business-rule", "Task.owner"),
    patch("another child", [operation("replace", "/for/reference", value="Patient/x")],
          422, "business-rule", "Task.for"),
    patch("more time", [operation("replace", "/restriction/period/end",
                                  value="2036-01-01T00:00:00Z")],
          422, "business-rule", "Task.restriction"),
    patch("another reason", [operation("replace", "/reasonCode/text", value="because I say so")],
          422, "business-rule", "Task.reasonCode"),
    patch("another level", [operation("add", "/extension/-", value={
        "url": "https://sooner.example/fhir/StructureDefinition/escalation-level",
        "valueInteger": 4})], 422, "business-rule", "Task.extension"),
    patch("a copy that doubles 12 times", doubling(12), 422, "too-long"),
    patch("a copy that doubles 30 times", doubling(30), 422, "too-long"),
    patch("a copy into itself", [operation("copy", "/for/a", **{"from": "/for"})] * 70, 400,
          "too-costly"),
    patch("a move into itself", [operation("move", "/for/a", **{"from": "/for"})], 422,
          "processing"),
    patch("10,000 operations", [operation("test", "/status", value="requested")] * 10_000, 422,
          "processing"),
)  # fmt: skip

MERGES = (
    merge("null everywhere", {name: None for name in ("resourceType", "id", "meta", "status")},
          422, "required", "resourceType"),
    merge("no status", {"status": None}, 422, "required", "Task.status"),
    merge("another owner by merge", {"owner": {"reference": "Organization/x"}}, 422,
          "business-rule", "Task.owner"),
    merge("another type by merge", {"resourceType": "Patient"}, 400, "structure",
          "Patient.intent"),
    merge("another id by merge", {"id": "../x"}, 422, "value", "Task.id"),
    merge("__proto__ by merge", {"__proto__": {"status": "accepted"}}, 400, "structure",
          "Task.__proto__"),
    merge("a text by merge", "accepted", 400, "structure"),
    merge("a status that is an object", {"status": {"$ne": ""}}, 400, "structure", "Task.status"),
    merge("a move of another's", {"status": "accepted"}, 403, "forbidden"),
    merge("a draft again", {"status": "draft"}, 422, "business-rule", "Task.status"),
    merge("a child without a name", {"name": {"family": None}}, 400, "structure", "Patient.name",
          CHILD),
)  # fmt: skip


@each(*PATCHES, *MERGES)
def test_a_patch_cannot_reach_what_only_the_server_decides(target: Target, attack: Attack) -> None:
    began = time.perf_counter()
    with target.unchanged():
        check(sent(target, attack), attack)
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize("name", ["owner", "for", "focus", "restriction", "requester"])
def test_what_only_the_server_sets_stays_when_a_client_takes_it_away(
    target: Target, name: str
) -> None:
    task = target.nursery.get(
        f"/Task/{referred(target.anyshire, name.title(), 'Okoro', len(name))}"
    ).json()
    for body, kind in (
        ([operation("remove", f"/{name}")], JSON_PATCH),
        ({name: None}, MERGE_PATCH),
    ):
        headers = {"Content-Type": kind, "If-Match": f'"{task["meta"]["versionId"]}"'}
        answer = target.nursery.send("PATCH", f"/Task/{task['id']}", body, **headers)
        assert answer.status_code == 200, answer.text
        assert answer.json()[name] == task[name]
        task = answer.json()


def test_the_server_owns_version_and_time_whatever_a_patch_says(target: Target) -> None:
    made = target.nursery.post("/Patient", {"resourceType": "Patient"}).json()
    meta = {"versionId": "77", "lastUpdated": "2001-01-01T00:00:00Z"}
    headers = {"Content-Type": MERGE_PATCH, "If-Match": '"1"'}
    body = {"meta": meta, "active": True}
    answer = target.nursery.send("PATCH", f"/Patient/{made['id']}", body, **headers)
    assert answer.status_code == 200
    assert answer.json()["meta"]["versionId"] == "2"
    assert answer.json()["meta"]["lastUpdated"].startswith("2026-11-20")
