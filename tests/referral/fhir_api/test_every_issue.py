"""Whoever sends something wrong is told all of it at once, each thing with its place."""

import json
from typing import Any

from services.referral.fhir_api.code_systems import OWN
from services.referral.use_cases.check_resource import checked_resource
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal, Role
from tests.referral.fhir_api.systems import (
    EXAMPLE,
    System,
    issues_of,
    places_of,
    resource_in,
    the_bundle,
)

NOWHERE = "Patient/00000000-0000-7000-8000-000000000000"


def an_observation(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Words"},
        "valueInteger": 12,
        **changes,
    }


def test_wrong_codes_and_references_that_lead_nowhere_are_said_together(nursery: System) -> None:
    wrong = an_observation(
        status="done", subject={"reference": NOWHERE}, valueString="twelve", colour="red"
    )
    answer = nursery.post("/Observation", wrong)
    assert answer.status_code == 422
    assert set(places_of(answer)) == {
        "Observation.status", "Observation.value", "Observation.colour", "Observation.subject",
    }  # fmt: skip
    for issue in issues_of(answer):
        assert issue["severity"] == "error"
        assert issue["expression"][0] in issue["diagnostics"]


def test_entries_of_a_bundle_are_all_looked_at(nursery: System) -> None:
    bundle = the_bundle()
    resource_in(bundle, "Patient")["gender"] = "girl"
    resource_in(bundle, "ServiceRequest")["supportingInfo"] = [{"reference": NOWHERE}]
    resource_in(bundle, "Consent")["status"] = "agreed"
    wrong = [one for one in issues_of(nursery.raises(bundle)) if one["severity"] == "error"]
    assert [issue["expression"][0].partition("resource.")[2] for issue in wrong] == [
        "gender", "status", "supportingInfo[0]",
    ]  # fmt: skip


def test_warnings_come_with_what_was_kept(nursery: System) -> None:
    bundle = the_bundle()
    del resource_in(bundle, "Patient")["gender"]
    entries = nursery.raises(bundle).json()["entry"]
    (said,) = entries[0]["response"]["outcome"]["issue"]
    assert said["severity"] == "warning"
    assert said["expression"] == ["Bundle.entry[0].resource.gender"]


def test_nothing_is_added_to_another_childs_story(nursery: System, nursery2: System) -> None:
    nursery.raises()
    other = json.loads(EXAMPLE.read_text().replace("9990000018", "9990000026"))
    child = resource_in(other, "Patient")
    child |= {"birthDate": "2022-02-02", "name": [{"family": "Else", "given": ["Somebody"]}]}
    assert nursery.raises(other).status_code == 200
    first, second = (task["focus"] | {"child": task["for"]} for task in one_each(nursery.tasks()))
    mixed = an_observation(subject=first["child"], basedOn=[{"reference": second["reference"]}])
    answer = nursery.post("/Observation", mixed)
    assert (answer.status_code, places_of(answer)) == (422, ["Observation.basedOn[0]"])
    mixed["basedOn"] = [{"reference": first["reference"]}]
    assert nursery.post("/Observation", mixed).status_code == 201


def one_each(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({task["for"]["reference"]: task for task in tasks}.values())


def test_a_check_without_keeping_says_the_same(at: Workplace, nursery: System) -> None:
    who = Principal(id="somebody", name="Somebody", role=Role.SETTING)
    wrong = an_observation(status="done", subject={"reference": NOWHERE})
    with at.records.reading(who, now=at.clock()) as record:
        found = checked_resource(
            wrong, record=record, code_systems=OWN, prefix="Parameters.resource"
        )
        assert checked_resource(None, record=record, code_systems=OWN)[0].severity == "error"
        assert checked_resource([{}], record=record, code_systems=OWN)[0].severity == "error"
    assert {(one.expression, one.code) for one in found} == {
        ("Parameters.resource.status", "code-invalid"),
        ("Parameters.resource.subject", "not-found"),
    }
