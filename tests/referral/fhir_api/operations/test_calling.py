"""Operations are called where the table says, and nowhere else."""

import json

import pytest
from starlette.testclient import TestClient

from services.referral.fhir_api.operation_routes import HANDLERS
from services.referral.fhir_api.operation_table import OPERATIONS, Level, operations_of
from shared.fhir.types import STORED_TYPES
from tests.referral.fhir_api.systems import System, issues_of, places_of

#: A type, and an id, where an operation is tried.
PLACES = [(None, Level.SYSTEM), *(
    (type, level)
    for type in ("Patient", "Task", "ServiceRequest", "Organization")
    for level in (Level.TYPE, Level.INSTANCE)
)]  # fmt: skip


def test_each_operation_of_the_table_has_its_code_and_each_code_stands_in_the_table() -> None:
    assert HANDLERS.keys() == {one.name for one in OPERATIONS}


def test_no_two_operations_answer_to_one_name_in_one_place() -> None:
    for type in (None, *STORED_TYPES):
        for level in Level:
            names = [one.name for one in operations_of(type, level)]
            assert len(names) == len(set(names))


def address(type: str | None, level: Level, name: str) -> str:
    return "".join(
        f"/{part}" for part in (type, "x" if level is Level.INSTANCE else None, f"${name}") if part
    )


@pytest.mark.parametrize(("type", "level"), PLACES)
def test_elsewhere_it_is_not_there_and_the_known_ones_are_named(
    speech: System, type: str | None, level: Level
) -> None:
    there = {one.name for one in operations_of(type, level)}
    for name in {"nothing", *HANDLERS} - there:
        for answer in (
            speech.get(address(type, level, name)),
            speech.post(address(type, level, name), {"resourceType": "Parameters"}),
        ):
            assert answer.status_code == 404, (name, answer.text)
            told = issues_of(answer)[0]["details"]["text"]
            assert "/fhir/Task/[id]/$moves" in told
            assert "/fhir/$process-message" in told


@pytest.mark.parametrize("path", ["/Nothing/$match", "/Nothing/x/$moves", "/Bundle/$validate"])
def test_a_type_that_is_not_kept_has_none(speech: System, path: str) -> None:
    assert speech.get(path).status_code == 404


def test_what_changes_something_is_not_asked_by_get(speech: System) -> None:
    answer = speech.get("/$process-message")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert issues_of(answer)


@pytest.mark.parametrize(
    ("path", "scope"),
    [("/Patient/x/$everything", "system/Patient.r"), ("/Patient/$match", "system/Patient.s"),
     ("/Task/x/$moves", "system/Task.r"), ("/ServiceRequest/$route", "system/ServiceRequest.r"),
     ("/ServiceRequest/x/$route", "system/ServiceRequest.r")],
)  # fmt: skip
def test_a_token_that_does_not_allow_it_is_told_what_it_needs(
    http: TestClient, path: str, scope: str
) -> None:
    form = {"grant_type": "client_credentials", "scope": "system/Flag.cruds"}
    answer = http.post("/oauth/token", data=form, auth=("demo-speech", "demo-only"))
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    refused = http.post(f"/fhir{path}", headers=token)
    assert refused.status_code == 403
    assert scope in issues_of(refused)[0]["details"]["text"]


@pytest.mark.parametrize("path", ["/$process-message", "/Patient/$match", "/Task/x/$moves"])
def test_nobody_calls_one_without_a_token(http: TestClient, path: str) -> None:
    assert http.post(f"/fhir{path}").status_code == 401


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"resourceType": "Parameters", "parameter": [{"valueString": "x"}]},
         "Parameters.parameter[0].name"),
        ({"resourceType": "Parameters", "parameter": [{"name": "what", "valueString": "x"}]},
         "what"),
        ({"resourceType": "Parameters", "parameter": [{"name": "resource"}]},
         "Parameters.parameter"),
        ([], ""),
        ("text", ""),
    ],
)  # fmt: skip
def test_parameters_that_are_none_are_refused_where_they_are(
    speech: System, body: object, place: str
) -> None:
    answer = speech.post("/Patient/$match", json.dumps(body))
    assert 400 <= answer.status_code < 500, answer.text
    assert issues_of(answer)
    if place:
        assert place in places_of(answer)
