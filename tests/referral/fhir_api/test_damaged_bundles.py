"""Bundles of requests, damaged anywhere, are answered and never break the service."""

import copy
from random import Random
from typing import Any

from shared.fhir.json import write_json
from tests.referral.fhir_api.bundles import a_child, an_observation, bundle, entry
from tests.referral.fhir_api.systems import System
from tests.shared.fhir.test_check_properties import places

A = "urn:uuid:0b8d2c1e-5f4e-4f2e-9d7e-000000000001"
ODD: tuple[Any, ...] = (
    None, True, 0, -1, "", " ", "x", "..", "?", "/", "Patient", "Patient/1", "Patient?",
    "Patient?a", "Patient?name=a&name=b", "Task/1/_history/1", A, "#a", [], [None], {}, {"x": 1},
    'W/"1"', "DELETE", "PUT", "PATCH", "GET", "HEAD", "metadata", "$validate", "Patient/$match",
    "2024-01-01", {"resourceType": "Parameters"}, {"resourceType": "Binary", "data": "%"},
    "transaction", "batch",
)  # fmt: skip


def whole(kind: str) -> dict[str, Any]:
    return bundle(
        kind,
        entry("POST", "Patient", a_child(), full_url=A, ifNoneExist="name=a"),
        entry("POST", "Observation", an_observation(subject={"reference": "Patient?name=a"})),
        entry("PUT", "Observation/1", an_observation(id="1"), ifMatch='W/"1"'),
        entry("PUT", "Observation?status=final", an_observation()),
        entry("PATCH", "Observation/1", {"resourceType": "Parameters", "parameter": [
            {"name": "operation", "part": [{"name": "type", "valueCode": "delete"},
                                           {"name": "path", "valueString": "x"}]}]}),
        entry("DELETE", "Observation/1"),
        entry("GET", "Patient/1", ifNoneMatch='W/"1"', ifModifiedSince="2024-01-01T00:00:00Z"),
        entry("GET", "Patient?name=a"),
    )  # fmt: skip


def damaged(chance: Random) -> Any:
    made = whole(chance.choice(["batch", "transaction"]))
    for _ in range(chance.randint(1, 3)):
        *above, last = chance.choice(places(made))
        holder: Any = made
        for key in above:
            holder = holder[key]
        if chance.random() < 0.2:
            del holder[last]
        else:
            holder[last] = copy.deepcopy(chance.choice(ODD))
    return made


def test_whatever_a_bundle_holds_it_is_answered(nursery: System) -> None:
    chance = Random(6)
    for _ in range(120):
        sent = damaged(chance)
        answer = nursery.post("", write_json(sent))
        assert answer.status_code < 500, (sent, answer.text)
        inner = answer.json().get("entry", []) if answer.status_code == 200 else []
        broken = [one for one in inner if one["response"]["status"].startswith("5")]
        assert broken == [], sent
