"""Bundles of requests, as clients put them together."""

import json
from typing import Any

from httpx2 import Response

from tests.referral.fhir_api.systems import System


def entry(
    method: str, url: str, resource: Any = None, *, full_url: str | None = None, **request: str
) -> dict[str, Any]:
    """One request; `request` holds ifMatch, ifNoneExist and the like."""
    found: dict[str, Any] = {"request": {"method": method, "url": url, **request}}
    if resource is not None:
        found["resource"] = resource
    if full_url is not None:
        found["fullUrl"] = full_url
    return found


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def transacts(system: System, *entries: dict[str, Any], **headers: str) -> Response:
    answer: Response = system.post("", json.dumps(bundle("transaction", *entries)), **headers)
    return answer


def batches(system: System, *entries: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    """The entries of the answer, which always comes."""
    answer = system.post("", json.dumps(bundle("batch", *entries)), **headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["type"] == "batch-response"
    found: list[dict[str, Any]] = answer.json()["entry"]
    return found


def statuses(answer: Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["response"]["status"][:3] for one in answer.json()["entry"]]


def where(answer: Response, index: int) -> str:
    """`Observation/…` of that entry."""
    found: str = answer.json()["entry"][index]["response"]["location"]
    return found.partition("/_history")[0]


def a_child(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "https://nursery.example.org/patients", "value": "A-1"}],
        "name": [{"family": "Okafor", "given": ["Ada"]}],
        "birthDate": "2023-07-19",
        **changes,
    }


def an_observation(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "preliminary",
        "code": {"text": "Words used"},
        **changes,
    }
