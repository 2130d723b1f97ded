"""The description of the API is whole, its examples are right, and its page needs nobody else."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from services.referral.fhir_api.openapi_examples import SENT
from services.referral.fhir_api.openapi_words import DEEDS, FAILURES
from shared.fhir.check import check, is_refused
from tests.referral.fakes import FRIDAY
from tests.referral.fhir_api.systems import System


@pytest.fixture
def described(http: TestClient) -> Any:
    return http.get("/openapi.json").json()


def operations(described: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, one)
        for path, methods in described["paths"].items()
        for method, one in methods.items()
        if path.startswith("/fhir")
    ]


def test_every_route_of_the_api_says_what_it_answers_when_it_refuses(described: Any) -> None:
    for path, method, one in operations(described):
        said = one["responses"].keys()
        assert {"401", "403", "404", "406", "422", "429", "503"} <= said, (method, path)
        if method != "get":
            assert {"409", "412", "415", "428"} <= said, (method, path)
    for status in FAILURES:
        kept = described["components"]["responses"][f"E{status}"]["content"]
        outcome = kept["application/fhir+json"]["example"]
        assert outcome["resourceType"] == "OperationOutcome"


def test_every_route_says_in_words_what_it_does(described: Any) -> None:
    untold = [
        f"{method} {path}"
        for path, method, one in operations(described)
        if not one.get("description")
    ]
    assert untold == []


def test_the_words_are_about_routes_that_there_are(described: Any) -> None:
    assert {
        (path, method) for path, method in DEEDS if method not in described["paths"][path]
    } == set()


def test_what_is_shown_as_an_example_is_taken(nursery: System) -> None:
    concern = SENT["/fhir", "post"]
    answer = nursery.raises(concern)
    assert answer.status_code == 200, answer.text
    made = answer.json()["entry"][0]["response"]["location"].split("/_history")[0]
    observation: Any = SENT["/fhir/{type}", "post"]
    kept = nursery.post("/Observation", observation | {"subject": {"reference": made}})
    assert kept.status_code == 201, kept.text


def test_the_examples_are_good_fhir(described: Any) -> None:
    for _, _, one in operations(described):
        for said in one["responses"].values():
            for media in said.get("content", {}).values():
                resource = media.get("example", {"resourceType": "Bundle"})
                if resource["resourceType"] != "Bundle":
                    assert not is_refused(check(resource, now=FRIDAY))


def test_the_page_tells_each_route_and_needs_no_script_of_others(
    http: TestClient, described: Any
) -> None:
    answer = http.get("/docs")
    assert answer.status_code == 200
    for path, method, _ in operations(described):
        assert f"{method.upper()} {path}" in answer.text
    assert "speech-language" in answer.text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert all(one.startswith(("/", "#")) and not one.startswith("//") for one in loaded)
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
