"""Whatever is sent to the API: an answer in FHIR, no crash, no other child, all written or none."""

import json
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx2 import Response

from services.referral.records.search_params import PARAMS
from tests.referral.fhir_api.systems import System, the_bundle
from tests.referral.hostile.nonsense import TEXTS, spoilt, value
from tests.referral.hostile.targets import MARKER, Target

SENT = {entry["resource"]["resourceType"]: entry["resource"] for entry in the_bundle()["entry"]}
CONTENT = ("application/fhir+json", "application/json-patch+json", "text/plain", "")
RESULT = ("_id", "_count", "_after", "_total", "_lastUpdated", "nothing")
each_of = pytest.mark.parametrize


def check(answer: Response) -> None:
    assert answer.status_code < 500, (answer.status_code, answer.text[:500])
    assert MARKER not in answer.text
    if answer.status_code >= 400:
        assert json.loads(answer.text)["resourceType"] == "OperationOutcome"


def send(target: Target, who: System, method: str, path: str, body: Any, **headers: str) -> None:
    """What is refused has written nothing."""
    text = json.dumps(body).encode()
    _ = who.headers
    before = target.rows
    answer = who.send(method, path, text, **headers)
    check(answer)
    if answer.status_code >= 400:
        assert target.rows == before, (answer.status_code, answer.text[:300])


@each_of("seed", range(30))
def test_a_concern_with_nonsense_in_it(target: Target, seed: int) -> None:
    send(target, target.nursery2, "POST", "", spoilt(the_bundle(), Random(seed)))


@each_of("type", sorted(SENT))
def test_a_resource_with_nonsense_in_it(target: Target, type: str) -> None:
    chance = Random(type)
    for _ in range(15):
        send(target, target.nursery2, "POST", f"/{type}", spoilt(SENT[type], chance))


@each_of("seed", range(30))
def test_a_change_with_nonsense_in_it(target: Target, seed: int) -> None:
    chance = Random(seed)
    task = target.read_task
    version = f'W/"{task["meta"]["versionId"]}"'
    headers = {"If-Match": version, "Content-Type": chance.choice(CONTENT)}
    method = chance.choice(["PUT", "PATCH"])
    body = chance.choice([spoilt(task, chance), value(chance)])
    place = f"/Task/{target.task}"
    answer = target.speech.send(method, place, json.dumps(body), **headers)
    assert answer.status_code < 500, answer.text[:500]
    send(target, target.nursery2, method, place, body, **headers)


@each_of("type", sorted(PARAMS))
def test_a_search_for_nonsense(target: Target, type: str) -> None:
    chance = Random(type)
    names = [*RESULT, *sorted(param.name for param in PARAMS[type])]
    for _ in range(20):
        asked = [
            (chance.choice(names) + chance.choice(["", ":not", ":missing", ":x"]), words[:3000])
            for words in chance.sample(TEXTS, chance.randint(1, 3))
        ]
        check(target.nursery2.get(f"/{type}?{urlencode(asked)}"))
