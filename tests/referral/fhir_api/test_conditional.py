"""Created, updated or patched by a query: one, none or many."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.referral.fhir_api.systems import System, issues_of
from tests.referral.races import at_once

MERGE = {"Content-Type": "application/merge-patch+json"}


WHICH = urlencode({"identifier": "https://nursery.example.org/patients|A-1"})


def a_child(number: str = "A-1", **changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "https://nursery.example.org/patients", "value": number}],
        "name": [{"family": "Okafor", "given": ["Ada"]}],
        "birthDate": "2023-07-19",
        **changes,
    }


def test_the_second_to_create_gets_the_first(nursery: System) -> None:
    first = nursery.post("/Patient", a_child(), **{"If-None-Exist": WHICH})
    second = nursery.post("/Patient", a_child(birthDate="2022-01-01"), **{"If-None-Exist": WHICH})
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert second.headers["etag"] == 'W/"1"'


def test_the_query_may_stand_in_the_address_as_fhirpy_sends_it(nursery: System) -> None:
    first = nursery.post(f"/Patient?{WHICH}", a_child())
    second = nursery.post(f"/Patient?{WHICH}", a_child())
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["id"] == first.json()["id"]


def test_of_many_at_once_one_is_made(nursery: System) -> None:
    once = {"If-None-Exist": WHICH}
    assert nursery.headers
    answers = at_once(*[lambda: nursery.post("/Patient", a_child(), **once)] * 5)
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 200, 201]
    assert len({one.json()["id"] for one in answers}) == 1


def test_one_that_the_caller_may_not_see_fits_no_query(nursery: System, nursery2: System) -> None:
    once = {"If-None-Exist": WHICH}
    assert nursery.post("/Patient", a_child(), **once).status_code == 201
    assert nursery2.post("/Patient", a_child(), **once).status_code == 201


def test_where_several_fit_nothing_is_written(nursery: System) -> None:
    for _ in range(2):
        nursery.post("/Patient", a_child())
    before = nursery.get("/Patient").json()
    answers = [
        nursery.post("/Patient", a_child(), **{"If-None-Exist": WHICH}),
        nursery.send("PUT", f"/Patient?{WHICH}", a_child()),
        nursery.send("PATCH", f"/Patient?{WHICH}", {"active": True}, **MERGE),
    ]
    assert [one.status_code for one in answers] == [412, 412, 412]
    assert nursery.get("/Patient").json()["entry"] == before["entry"]


def test_a_conditional_update_makes_one_and_then_changes_it(nursery: System) -> None:
    made = nursery.send("PUT", f"/Patient?{WHICH}", a_child())
    assert made.status_code == 201
    assert made.headers["location"].startswith(f"/fhir/Patient/{made.json()['id']}/")
    changed = nursery.send("PUT", f"/Patient?{WHICH}", a_child(gender="female"))
    assert (changed.status_code, changed.headers["etag"]) == (200, 'W/"2"')
    assert changed.json()["id"] == made.json()["id"]


def test_a_conditional_update_keeps_to_the_version_and_the_id(nursery: System) -> None:
    nursery.send("PUT", f"/Patient?{WHICH}", a_child())
    stale = nursery.send("PUT", f"/Patient?{WHICH}", a_child(), **{"If-Match": 'W/"4"'})
    other = nursery.send("PUT", f"/Patient?{WHICH}", a_child(id="other", gender="male"))
    assert (stale.status_code, other.status_code) == (412, 422)


def test_a_client_does_not_choose_the_id_of_a_new_one(nursery: System) -> None:
    by_query = nursery.send("PUT", f"/Patient?{WHICH}", a_child(id="mine"))
    assert by_query.status_code == 422
    by_id = nursery.send("PUT", "/Patient/mine", a_child(id="mine"))
    assert by_id.status_code == 404
    assert "POST" in issues_of(by_id)[0]["diagnostics"]


def test_a_conditional_patch_changes_the_one_that_fits(nursery: System) -> None:
    assert nursery.send("PATCH", f"/Patient?{WHICH}", {"active": True}, **MERGE).status_code == 404
    nursery.post("/Patient", a_child())
    patched = nursery.send("PATCH", f"/Patient?{WHICH}", {"active": True})
    assert (patched.status_code, patched.json()["active"]) == (200, True)


@pytest.mark.parametrize(
    ("query", "status"), [("", 422), ("colour=red", 422), ("_format=json", 422)]
)
def test_a_query_that_says_nothing_is_refused(nursery: System, query: str, status: int) -> None:
    answer = nursery.send("PUT", f"/Patient?{query}", a_child())
    assert answer.status_code == status, answer.text
