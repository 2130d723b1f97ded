"""Joiners, movers and leavers of one organisation, as its directory says them."""

import pytest
from starlette.testclient import TestClient

from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.builders import as_, service_id, the_example
from tests.referral.scim_api.conftest import (
    ENTERPRISE,
    OWN,
    Directory,
    ann,
    directory_of,
    replacing,
)
from tests.referral.use_cases.reading import SPEECH, audits

ASHA = as_("speech.south").id


def test_a_joiner_is_there_and_is_found_by_their_e_mail(trust: Directory) -> None:
    made = trust.adds(externalId="a-1", title="Therapist", emails=[{"value": "Ann@Example.org"}])
    assert made["userName"] == "ann@example.org"
    assert made["active"] is True
    assert made["title"] == "Therapist"
    assert made["roles"] == [{"value": "professional", "primary": True}]
    assert made[ENTERPRISE] == {"organization": OWN}
    assert made["name"] == {"formatted": "Ann Other", "givenName": "Ann", "familyName": "Other"}
    for filter in ('userName eq "ANN@example.org"', 'externalId eq "a-1"', f'id eq "{made["id"]}"'):
        found = trust.get(f"/Users?filter={filter}").json()
        assert [one["id"] for one in found["Resources"]] == [made["id"]], filter


def test_an_e_mail_is_one_person_s(trust: Directory) -> None:
    trust.adds()
    answer = trust.send("POST", "/Users", ann())
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")


def test_a_leaver_gives_up_what_is_theirs_and_is_not_active(
    trust: Directory, anyshire: Anyshire
) -> None:
    second = directory_of("camhs", trust.http, _at(anyshire))
    anyshire.raise_(the_example())
    answer = second.patches(as_("speech").id, {"op": "Replace", "path": "active", "value": "False"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["active"] is False
    assert second.get(f"/Users/{as_('speech').id}").json()["active"] is False
    left = [one.action for one in audits(anyshire.records)]
    assert "person-left" in left
    assert "reassigned" in left
    assert trust.get("/Users").status_code == 401, "a directory that acts as a leaver stops"


def _at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


def test_whoever_is_back_is_who_they_were(trust: Directory) -> None:
    id = trust.adds()["id"]
    trust.patches(id, replacing("active", False))
    back = trust.patches(id, replacing("active", True))
    assert (back.status_code, back.json()["active"]) == (200, True)
    assert trust.send("DELETE", f"/Users/{id}").status_code == 204
    assert trust.get(f"/Users/{id}").status_code == 404
    assert trust.get('/Users?filter=userName eq "ann@example.org"').json()["totalResults"] == 0
    assert trust.send("DELETE", f"/Users/{id}").status_code == 404
    assert trust.adds()["id"] == id


def test_a_mover_gets_another_post(trust: Directory) -> None:
    id = trust.adds()["id"]
    camhs = {"op": "add", "path": "entitlements", "value": [{"value": service_id("camhs")}]}
    changed = trust.patches(
        id, camhs, replacing("name.familyName", "Else"), {"op": "Add", "path": "roles", "value": [
            {"value": "coordinator"}]},
        replacing('emails[type eq "work"].value', "else@example.org"),
    ).json()  # fmt: skip
    assert changed["displayName"] == "Ann Else"
    assert changed["userName"] == "else@example.org"
    assert [one["value"] for one in changed["roles"]] == ["coordinator"]
    assert len(changed["entitlements"]) == 2
    put = trust.send("PUT", f"/Users/{id}", ann(displayName="Ann Third", title="Lead")).json()
    assert (put["displayName"], put["title"]) == ("Ann Third", "Lead")
    assert (put["userName"], put["roles"][0]["value"]) == ("ann@example.org", "professional")


def test_what_it_does_stands_in_the_audit_with_ids_alone(
    trust: Directory, anyshire: Anyshire
) -> None:
    id = trust.adds()["id"]
    trust.get("/Users")
    trust.send("DELETE", f"/Users/{id}")
    lines = [one for one in audits(anyshire.records) if one.client == "directory-speech"]
    did = [one.action for one in lines]
    assert did == [
        "token", "person-joined", "people-listed", "person-read", "person-left", "person-removed",
    ]  # fmt: skip
    assert not any("ann" in one.detail.casefold() for one in lines)


@pytest.mark.parametrize("who", ["speech.south", "nursery", "coordinator", "admin", "auditor"])
def test_people_of_others_are_not_there(trust: Directory, who: str) -> None:
    id = as_(who).id
    answers = [
        trust.get(f"/Users/{id}"),
        trust.send("PUT", f"/Users/{id}", ann()),
        trust.patches(id, replacing("active", False)),
        trust.send("DELETE", f"/Users/{id}"),
    ]
    assert {one.status_code for one in answers} == {404}
    assert trust.get(f'/Users?filter=id eq "{id}"').json()["totalResults"] == 0


@pytest.mark.parametrize("who", ["admin", "auditor"])
def test_no_directory_looks_after_admins_and_auditors(council: Directory, who: str) -> None:
    assert council.patches(as_(who).id, replacing("active", False)).status_code == 404
    assert council.get(f"/Users/{as_('coordinator').id}").status_code == 200


@pytest.mark.parametrize("role", ["admin", "auditor", "family", "job", "", "*"])
def test_no_directory_gives_more_than_work_with_children(trust: Directory, role: str) -> None:
    answer = trust.send("POST", "/Users", ann(roles=[{"value": role}]))
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    id = trust.adds()["id"]
    assert trust.patches(id, replacing("roles", [{"value": role}])).status_code == 400


def test_no_directory_puts_people_into_another_organisation(trust: Directory) -> None:
    elsewhere = {"organization": str(as_("nursery").organisation)}
    answer = trust.send("POST", "/Users", ann(**{ENTERPRISE: elsewhere}))
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    assert trust.adds(**{ENTERPRISE: {"organization": OWN}})["id"]


def test_no_directory_ends_the_account_that_it_acts_as(trust: Directory) -> None:
    answer = trust.patches(as_("speech").id, replacing("active", False))
    assert answer.status_code == 403


def test_who_saw_an_old_version_changes_nothing(trust: Directory) -> None:
    made = trust.adds()
    seen = made["meta"]["version"]
    fresh = trust.patches(made["id"], replacing("title", "Lead"), **{"If-Match": seen})
    assert fresh.headers["etag"] == fresh.json()["meta"]["version"] != seen
    for method, body in (("PUT", ann()), ("DELETE", None)):
        answer = trust.send(method, f"/Users/{made['id']}", body, **{"If-Match": seen})
        assert answer.status_code == 412, answer.text


def test_people_come_page_by_page(trust: Directory) -> None:
    trust.adds()
    everybody = trust.get("/Users").json()
    total = everybody["totalResults"]
    pages = [trust.get(f"/Users?startIndex={n}&count=1").json() for n in range(1, total + 1)]
    assert [one["Resources"][0]["id"] for one in pages] == [
        one["id"] for one in everybody["Resources"]
    ]
    assert trust.get("/Users?count=0").json()["Resources"] == []
    assert trust.get("/Users?startIndex=-5&count=-1").json()["startIndex"] == 1
    assert set(trust.get("/Users?attributes=userName").json()["Resources"][0]) == {
        "schemas", "id", "userName",
    }  # fmt: skip


def test_a_new_colleague_has_no_password(trust: Directory, http: TestClient) -> None:
    trust.adds(password="let me in please")
    typed = {"email": "ann@example.org", "password": "let me in please"}
    assert http.post("/sign-in", data=typed).status_code == 422


def test_nobody_is_left_without_a_taker(council: Directory, anyshire: Anyshire) -> None:
    """The last coordinator cannot go while something is theirs."""
    people = council.get("/Users?count=100").json()["Resources"]
    desk = [one["id"] for one in people if one["roles"][0]["value"] == "coordinator"]
    anyshire.raise_(the_example())
    answers = [council.patches(id, replacing("active", False)) for id in desk]
    assert answers[-1].status_code == 409
    assert "coordinator" in answers[-1].json()["detail"]
    assert service_id(SPEECH)
