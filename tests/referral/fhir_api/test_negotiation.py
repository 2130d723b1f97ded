"""What an answer is written as."""

from typing import Any

import pytest

from services.referral.fhir_api.media_types import is_acceptable
from services.referral.fhir_api.negotiation import readable
from tests.referral.fhir_api.systems import System, issues_of

TAKEN = (
    "application/fhir+json",
    "application/fhir+json; fhirVersion=4.0",
    "application/json",
    "text/html, */*;q=0.1",
    "application/fhir+xml;q=0.9, application/fhir+json;q=0.8",
    "application/*",
)
NOT_TAKEN = (
    "application/fhir+xml",
    "text/html",
    "application/fhir+json; fhirVersion=5.0",
    "application/fhir+json;q=0, application/xml",
)


@pytest.mark.parametrize("accept", TAKEN)
def test_json_is_answered_to_whoever_takes_it(accept: str) -> None:
    assert is_acceptable(None, accept)


@pytest.mark.parametrize("accept", NOT_TAKEN)
def test_whoever_takes_no_json_is_told_so(nursery: System, accept: str) -> None:
    answer = nursery.get("/metadata", Accept=accept)
    assert answer.status_code == 406
    assert issues_of(answer)[0]["code"] == "not-supported"


@pytest.mark.parametrize(
    ("format", "status"),
    [
        ("json", 200),
        ("application/fhir+json", 200),
        ("application/fhir%2Bjson", 200),
        ("xml", 406),
        ("ttl", 406),
        ("", 406),
    ],
)
def test_the_address_goes_before_the_header(nursery: System, format: str, status: int) -> None:
    accept = "application/fhir+json" if status == 406 else "application/fhir+xml"
    assert nursery.get(f"/metadata?_format={format}", Accept=accept).status_code == status


def test_whatever_is_asked_may_say_its_format(speech: System, task: dict[str, Any]) -> None:
    said = "_format=json&_pretty=false"
    for path in (f"/Task/{task['id']}", "/Task", f"/Task/{task['id']}/_history", "/CodeSystem"):
        assert speech.get(f"{path}?{said}").status_code == 200, path


def test_a_pretty_answer_is_the_same_on_many_lines(speech: System, task: dict[str, Any]) -> None:
    path = f"/Task/{task['id']}"
    plain = speech.get(path)
    pretty = speech.get(f"{path}?_pretty=true", **{"Accept-Encoding": "identity"})
    assert pretty.json() == plain.json()
    assert len(pretty.content.splitlines()) > 20 > len(plain.content.splitlines())
    assert pretty.headers["content-length"] == str(len(pretty.content))
    assert b"  1.00" in readable(b'{"a":[1.00]}')


def test_the_head_of_an_answer_is_that_of_the_whole(speech: System, task: dict[str, Any]) -> None:
    path = f"/fhir/Task/{task['id']}"
    plain = {**speech.headers, "Accept-Encoding": "identity"}
    whole, head = speech.http.get(path, headers=plain), speech.http.head(path, headers=plain)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "last-modified", "content-type", "content-length"):
        assert head.headers[name] == whole.headers[name]
    assert speech.http.head("/fhir/Task/none", headers=speech.headers).status_code == 404
    assert speech.http.head(path).status_code == 401


def test_what_is_no_json_of_fhir_r4_is_not_taken(nursery: System) -> None:
    place = {"resourceType": "Location", "name": "Garden room"}
    for kind in ("application/fhir+xml", "text/plain", "application/fhir+json; fhirVersion=3.0"):
        answer = nursery.post("/Location", place, **{"Content-Type": kind})
        assert answer.status_code == 415, kind
    kind = "application/fhir+json; fhirVersion=4.0; charset=utf-8"
    assert nursery.post("/Location", place, **{"Content-Type": kind}).status_code == 201
