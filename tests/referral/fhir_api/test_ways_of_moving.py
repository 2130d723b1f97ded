"""The rules of a referral hold however a change of its Task comes in."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.referral.fhir_api.bundles import batches, entry, transacts
from tests.referral.fhir_api.systems import System

LEVEL = "https://sooner.example/fhir/StructureDefinition/escalation-level"
#: The x of value[x] for a FHIRPath Patch.
TYPES = {"status": "Code", "statusReason": "CodeableConcept", "owner": "Reference",
         "priority": "Code", "reasonCode": "CodeableConcept", "note": "Annotation"}  # fmt: skip

Change = dict[str, Any]
Answer = tuple[int, str, list[str]]
Way = Callable[[System, dict[str, Any], Change, str | None], Answer]


def _told(status: int, outcome: Any) -> Answer:
    """The status, the words and the last word of each place."""
    issues = outcome.get("issue", []) if isinstance(outcome, dict) else []
    text = " ".join(one["details"]["text"] for one in issues)
    return status, text, [one["expression"][0].rpartition(".")[2] for one in issues
                          if one.get("expression")]  # fmt: skip


def _alone(method: str, address: str, make: Callable[[Any, Change], Any], kind: str) -> Way:
    def way(system: System, task: dict[str, Any], change: Change, version: str | None) -> Answer:
        headers = {"Content-Type": kind, **({"If-Match": version} if version else {})}
        answer = system.send(method, address.format(task["id"]), make(task, change), **headers)
        return _told(answer.status_code, answer.json())

    return way


def _in_bundle(kind: str, method: str, address: str, make: Callable[[Any, Change], Any]) -> Way:
    def way(system: System, task: dict[str, Any], change: Change, version: str | None) -> Answer:
        request = {"ifMatch": version} if version else {}
        one = entry(method, address.format(task["id"]), make(task, change), **request)
        if kind == "batch":
            response = batches(system, one)[0]["response"]
            return _told(int(response["status"][:3]), response.get("outcome"))
        answer = transacts(system, one)
        return _told(answer.status_code, answer.json())

    return way


def whole(task: dict[str, Any], change: Change) -> Any:
    return {**task, **change}


def operations(_: Any, change: Change) -> Any:
    return [{"op": "add", "path": f"/{name}", "value": value} for name, value in change.items()]


def merged(_: Any, change: Change) -> Any:
    return change


def paths(task: dict[str, Any], change: Change) -> Any:
    told = []
    for name, value in change.items():
        written = _parts_of(name, value)
        kind = "replace" if name in task else "add"
        path = f"Task.{name}" if name in task else "Task"
        told.append({"name": "operation", "part": [
            {"name": "type", "valueCode": kind}, {"name": "path", "valueString": path},
            {"name": "name", "valueString": name}, {"name": "value", **written}]})  # fmt: skip
    return {"resourceType": "Parameters", "parameter": told}


def _parts_of(name: str, value: Any) -> dict[str, Any]:
    if name == "restriction":
        return {"part": [{"name": "period", "valuePeriod": value["period"]}]}
    return {f"value{TYPES[name]}": value}


def in_binary(task: dict[str, Any], change: Change) -> Any:
    data = base64.b64encode(json.dumps(operations(task, change)).encode()).decode()
    return {"resourceType": "Binary", "contentType": JSON_PATCH, "data": data}


FHIR, JSON_PATCH = "application/fhir+json", "application/json-patch+json"
MERGE = "application/merge-patch+json"
ID, QUERY = "/Task/{}", "/Task?_id={}"
WAYS: dict[str, Way] = {
    "PUT": _alone("PUT", ID, whole, FHIR),
    "PUT by a query": _alone("PUT", QUERY, whole, FHIR),
    "JSON Patch": _alone("PATCH", ID, operations, JSON_PATCH),
    "merge patch": _alone("PATCH", ID, merged, MERGE),
    "merge patch as fhirpy sends it": _alone("PATCH", ID, merged, "application/json"),
    "FHIRPath Patch": _alone("PATCH", ID, paths, FHIR),
    "patch by a query": _alone("PATCH", QUERY, operations, JSON_PATCH),
    "PUT in a transaction": _in_bundle("transaction", "PUT", "Task/{}", whole),
    "PUT by a query in a transaction": _in_bundle("transaction", "PUT", "Task?_id={}", whole),
    "JSON Patch in a transaction": _in_bundle("transaction", "PATCH", "Task/{}", in_binary),
    "FHIRPath Patch in a transaction": _in_bundle("transaction", "PATCH", "Task/{}", paths),
    "PUT in a batch": _in_bundle("batch", "PUT", "Task/{}", whole),
    "JSON Patch in a batch": _in_bundle("batch", "PATCH", "Task/{}", in_binary),
}


@dataclass(frozen=True)
class Refused:
    """What somebody may not do, and the answer; `version` is what they have seen."""

    change: Change
    status: int
    words: str = ""
    place: str | None = None
    who: str = "demo-speech"
    version: str | None = 'W/"1"'


RULES = {
    "a move that is none": Refused({"status": "in-progress"}, 422, "received, accepted", "status"),
    "back to the start": Refused({"status": "draft"}, 422, "received, accepted", "status"),
    "somebody else's move": Refused({"status": "accepted"}, 403, who="demo-nursery"),
    "a stranger": Refused({"status": "accepted"}, 404, who="demo-nursery2"),
    "no version": Refused({"status": "accepted"}, 428, version=None),
    "an old version": Refused({"status": "accepted"}, 412, version='W/"7"'),
    "a return without a reason": Refused({"status": "rejected"}, 422, place="statusReason"),
    "a pause without a reason": Refused({"status": "on-hold"}, 422, place="statusReason"),
    "another owner": Refused(
        {"owner": {"reference": "HealthcareService/other"}}, 422, "server", "owner"
    ),
    "another due date": Refused(
        {"restriction": {"period": {"end": "2030-01-01"}}}, 422, "server", "restriction"
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_holds_however_it_comes_in(task: dict[str, Any], http: Any, rule: Refused) -> None:
    system = System(http, rule.who)
    for name, way in WAYS.items():
        status, text, places = way(system, task, rule.change, rule.version)
        assert (name, status) == (name, _expected(rule, name)), text
        if "query" not in name or rule.status != 404:
            assert rule.words in text
            assert rule.place is None or places == [rule.place]
    assert System(http, "demo-speech").own_task() == task


def _expected(rule: Refused, way: str) -> int:
    """A query that fits nothing one sees is no address of one: a new Task is not taken either."""
    return 422 if rule.status == 404 and way.startswith("PUT by a query") else rule.status


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_move_that_is_allowed_is_made(speech: System, task: dict[str, Any], way: Way) -> None:
    assert way(speech, task, {"status": "accepted"}, 'W/"1"')[0] == 200
    assert speech.own_task()["status"] == "accepted"


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_end_without_an_outcome_is_refused(
    speech: System, task: dict[str, Any], way: Way
) -> None:
    task = speech.moves(task, status="accepted")
    status, _, places = way(speech, task, {"status": "completed"}, 'W/"2"')
    assert (status, places) == (422, ["output"])


def test_the_level_is_the_servers(speech: System, task: dict[str, Any]) -> None:
    higher = [{**one, "valueInteger": 3} if one["url"] == LEVEL else one
              for one in task["extension"]]  # fmt: skip
    assert higher != task["extension"]
    for name in ("PUT", "JSON Patch", "merge patch", "PUT in a transaction", "PUT in a batch"):
        status, _, places = WAYS[name](speech, task, {"extension": higher}, 'W/"1"')
        assert (status, places) == (422, ["extension"]), name
