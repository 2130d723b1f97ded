"""All that is kept of a child, in pages, and never more than the caller may see."""

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from services.referral.domain.minimum import PRIVATE_ADDRESS
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.fhir_api.systems import (
    System,
    issues_of,
    places_of,
    resource_in,
    the_bundle,
)
from tests.referral.use_cases.reading import audits


@pytest.fixture
def child(task: dict[str, Any]) -> str:
    reference: str = task["for"]["reference"]
    return reference


def resources(answer: Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", [])]


def references(answer: Response) -> list[str]:
    return [f"{one['resourceType']}/{one['id']}" for one in resources(answer)]


def next_of(answer: Response) -> str | None:
    links = {one["relation"]: one["url"] for one in answer.json()["link"]}
    if "next" not in links:
        return None
    parts = urlsplit(links["next"])
    return f"{parts.path.removeprefix('/fhir')}?{parts.query}"


def paged(system: System, path: str) -> list[str]:
    found: list[str] = []
    following: str | None = path
    while following:
        answer = system.get(following)
        found += references(answer)
        following = next_of(answer)
    return found


def test_the_child_comes_first_and_then_all_that_a_search_of_each_type_finds(
    speech: System, child: str
) -> None:
    found = references(speech.get(f"/{child}/$everything"))
    assert found[0] == child
    assert len(found) == len(set(found))
    for type, by in (
        ("ServiceRequest", "subject"), ("Task", "patient"), ("Consent", "patient"),
        ("RelatedPerson", "patient"), ("QuestionnaireResponse", "subject"),
        ("CareTeam", "subject"),
    ):  # fmt: skip
        searched = references(speech.get(f"/{type}?{by}={child}"))
        assert searched, type
        assert set(searched) <= set(found)
    assert {one.partition("/")[0] for one in found} >= {"Provenance", "Organization"}
    assert any(one.startswith("HealthcareService/") for one in found), "who was asked"


def test_pages_together_are_the_whole_each_once_whatever_their_size(
    speech: System, child: str
) -> None:
    whole = references(speech.get(f"/{child}/$everything"))
    for size in (1, 2, 3, 7):
        assert paged(speech, f"/{child}/$everything?_count={size}") == whole


def test_what_is_added_between_two_pages_loses_and_repeats_nothing(
    nursery: System, speech: System, child: str, task: dict[str, Any]
) -> None:
    before = paged(speech, f"/{child}/$everything?_count=3")
    first = speech.get(f"/{child}/$everything?_count=3")
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "New"},
            "subject": {"reference": child}}  # fmt: skip
    assert nursery.post("/Flag", flag).status_code == 201
    following = next_of(first)
    assert following
    found = references(first) + paged(speech, following)
    assert len(found) == len(set(found))
    assert set(before) <= set(found)


def test_it_is_asked_for_by_post_as_well(speech: System, child: str) -> None:
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "_count", "valueInteger": 2},
                      {"name": "_type", "valueCode": "Patient,Task"}],
    }  # fmt: skip
    found = resources(speech.post(f"/{child}/$everything", body))
    assert {one["resourceType"] for one in found} == {"Patient", "Task"}


def test_only_some_types(speech: System, child: str) -> None:
    found = resources(speech.get(f"/{child}/$everything?_type=Task,Organization"))
    assert {one["resourceType"] for one in found} == {"Task", "Organization"}


def test_only_what_changed_since(
    speech: System, child: str, task: dict[str, Any], anyshire: Anyshire
) -> None:
    anyshire.clock.pass_(minutes=30)
    since = anyshire.clock().isoformat()
    moved = speech.moves(task, status="received")
    found = resources(speech.get(f"/{child}/$everything?{urlencode({'_since': since})}"))
    assert [one["id"] for one in found if one["resourceType"] == "Task"] == [moved["id"]]
    assert not [one for one in found if one["resourceType"] in ("Patient", "Consent")]


def test_only_what_was_done_between_two_days(speech: System, child: str) -> None:
    later = resources(speech.get(f"/{child}/$everything?start=2099-01-01"))
    dated = {"Task", "ServiceRequest", "QuestionnaireResponse", "Provenance"}
    assert not dated & {one["resourceType"] for one in later}
    assert "Patient" in {one["resourceType"] for one in later}, "says no day"
    whole = references(speech.get(f"/{child}/$everything"))
    assert references(speech.get(f"/{child}/$everything?start=2000&end=2099")) == whole


def test_it_is_not_there_for_whoever_may_not_see_the_child(http: TestClient, child: str) -> None:
    assert System(http, "demo-camhs").get(f"/{child}/$everything").status_code == 404


def test_only_what_the_token_may_read(http: TestClient, child: str) -> None:
    narrow = System(http, "demo-speech")
    form = {"grant_type": "client_credentials", "scope": "system/Patient.r system/Task.r"}
    answer = http.post("/oauth/token", data=form, auth=("demo-speech", "demo-only"))
    narrow._token = answer.json()["access_token"]
    found = resources(narrow.get(f"/{child}/$everything"))
    assert {one["resourceType"] for one in found} == {"Patient", "Task"}
    refused = narrow.get(f"/{child}/$everything?_type=Consent")
    assert refused.status_code == 403
    assert "system/Consent.r" in issues_of(refused)[0]["details"]["text"]


def test_what_is_closed_to_some_is_left_out_as_in_a_read(speech: System, nursery: System) -> None:
    bundle = the_bundle()
    (address,) = resource_in(bundle, "Patient")["address"]
    address["extension"] = [{"url": PRIVATE_ADDRESS, "valueBoolean": True}]
    nursery.raises(bundle)
    child = speech.own_task()["for"]["reference"]
    (shown,) = resources(speech.get(f"/{child}/$everything?_type=Patient"))
    assert shown == speech.get(f"/{child}").json()
    (raised,) = resources(nursery.get(f"/{child}/$everything?_type=Patient"))
    assert raised["address"] != shown["address"]


def test_each_page_is_in_the_audit_with_the_child(
    speech: System, child: str, at: Workplace
) -> None:
    before = len(audits(at.records))
    speech.get(f"/{child}/$everything?_count=2")
    (line,) = audits(at.records)[before:]
    assert (line.action, line.child_id) == ("everything", child.removeprefix("Patient/"))


@pytest.mark.parametrize(
    ("query", "place"),
    [("_type=Nothing", "_type"), ("_since=yesterday", "_since"), ("start=2026-13-40", "start"),
     ("_count=many", "_count"), ("_after=junk", "_after"), ("_after=W10=", "_after"),
     ("_after=WzEsIlx1MDAwMCJd", "_after"), ("what=1", "what")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(speech: System, child: str, query: str, place: str) -> None:
    answer = speech.get(f"/{child}/$everything?{query}")
    assert answer.status_code == 422
    assert places_of(answer) == [place]
