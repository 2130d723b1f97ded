"""Searching as a system does it: worklists, pages, totals, and what it is told was used."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.referral.fhir_api.systems import SPEECH, System, issues_of, the_bundle


@pytest.fixture
def five(nursery: System) -> System:
    """Five concerns, each about another child."""
    for number in range(5):
        bundle = the_bundle()
        for entry in bundle["entry"]:
            if entry["resource"]["resourceType"] == "Patient":
                entry["resource"].pop("identifier", None)
                entry["resource"]["birthDate"] = f"2023-07-{number + 10}"
        assert nursery.raises(bundle).status_code == 200
    return nursery


def pages(who: System, query: str) -> list[dict[str, Any]]:
    """Every page, by the links as they are given."""
    found, path = [], f"/Task?{query}"
    while path:
        page = who.get(path).json()
        found.append(page)
        links = {link["relation"]: link["url"] for link in page["link"]}
        path = links.get("next", "").partition("/fhir")[2]
    return found


def ids(page: dict[str, Any]) -> list[str]:
    return [entry["resource"]["id"] for entry in page.get("entry", [])]


@pytest.mark.parametrize(
    "sort", ["", "due", "-due", "priority,-authored-on", "-level", "modified", "-_id"]
)
def test_the_links_lead_through_all_of_a_worklist_once(
    five: System, speech: System, sort: str
) -> None:
    found = pages(speech, f"owner={SPEECH}&_count=2&_sort={sort}")
    shown = [id for page in found for id in ids(page)]
    assert [len(ids(page)) for page in found] == [2, 2, 1]
    assert len(set(shown)) == 5
    whole = ids(speech.get(f"/Task?owner={SPEECH}&_sort={sort}").json())
    assert shown == whole


def test_an_organisation_owns_what_its_services_own(five: System, speech: System) -> None:
    service = speech.get(f"/{SPEECH}").json()
    trust = service["providedBy"]["reference"]
    owned = {task["id"] for task in speech.tasks(f"owner={SPEECH}")}
    assert len(owned) == 5
    of_trust = {task["id"] for task in speech.tasks(f"owner={trust}")}
    assert owned <= of_trust
    assert speech.tasks(f"owner={service['id']}&status=completed") == []


@pytest.mark.parametrize(
    ("asked", "shown", "total"),
    [
        ("_total=accurate&_count=2", 2, 5),
        ("_total=estimate", 5, 5),
        ("_total=none", 5, None),
        ("", 5, None),
        ("_count=0", 0, 5),
        ("_count=0&_totalMethod=count", 0, 5),
        ("_summary=count", 0, 5),
    ],
)
def test_the_total_is_told_to_whoever_asks(
    five: System, speech: System, asked: str, shown: int, total: int | None
) -> None:
    page = speech.get(f"/Task?owner={SPEECH}&{asked}").json()
    assert (len(page.get("entry", [])), page.get("total")) == (shown, total)


def test_what_was_not_known_is_left_out_of_the_self_link(five: System, speech: System) -> None:
    asked = f"/Task?owner={SPEECH}&colour=blue&patient.colour=blue&_sort=due"
    refused = speech.get(asked)
    assert refused.status_code == 422
    assert {one["expression"][0] for one in issues_of(refused)} == {"colour", "patient.colour"}
    page = speech.get(asked, Prefer="handling=lenient").json()
    (link,) = (one["url"] for one in page["link"] if one["relation"] == "self")
    assert dict(parse_qsl(urlsplit(link).query)) == {"owner": SPEECH, "_sort": "due"}


def test_what_cannot_be_sorted_by_is_refused_with_what_can(speech: System) -> None:
    (issue,) = issues_of(speech.get("/Task?_sort=owner"))
    assert "due" in issue["diagnostics"]
    assert "priority" in issue["diagnostics"]


def test_no_name_and_no_birthday_stands_in_a_next_link(five: System) -> None:
    for sort in ("birthdate", "name", "family"):
        assert five.get(f"/Patient?_sort={sort}").status_code == 422
