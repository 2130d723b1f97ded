"""An address at risk leaves only to who raised the concern, who has taken it on, and the desk."""

from typing import Any

import pytest

from services.referral.domain.minimum import PRIVATE_ADDRESS
from services.referral.use_cases.read_referral import read_referral
from services.referral.use_cases.workplace import Workplace
from shared.identity import job
from tests.referral.builders import a_family
from tests.referral.fhir_api.systems import System, resource_in, the_bundle
from tests.referral.web.browsers import a_mother

LINE, POSTCODE, PHONE = "9 Hidden Lane", "ZZ99 3AB", "01632 960999"
MERGE = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture
def at_risk(nursery: System, speech: System) -> dict[str, Any]:
    """The Patient as the nursery reads it, whose address must not become known."""
    bundle = the_bundle()
    child = resource_in(bundle, "Patient")
    home = child["address"][0] | {"line": [LINE], "postalCode": POSTCODE}
    child["address"] = [home | {"extension": [{"url": PRIVATE_ADDRESS, "valueBoolean": True}]}]
    child["telecom"] = [{"system": "phone", "value": PHONE}]
    assert nursery.raises(bundle).status_code == 200
    id = speech.own_task()["for"]["reference"]
    found: dict[str, Any] = nursery.get(f"/{id}").json()
    return found


def ways_to(child: dict[str, Any]) -> list[str]:
    address = f"/Patient/{child['id']}"
    return [address, f"{address}/_history", f"{address}/_history/1", "/Patient"]


def says(answer: Any) -> bool:
    assert answer.status_code == 200
    assert "birthDate" in answer.text
    return any(secret in answer.text for secret in (LINE, POSTCODE, PHONE))


def test_the_setting_and_the_desk_are_given_it(
    at_risk: dict[str, Any], nursery: System, coordinator: System
) -> None:
    for way in ways_to(at_risk):
        assert says(nursery.get(way)), way
        assert says(coordinator.get(way)), way


def test_a_service_is_given_it_once_it_has_said_yes(
    at_risk: dict[str, Any], speech: System
) -> None:
    for way in ways_to(at_risk):
        assert not says(speech.get(way)), way
    received = speech.moves(speech.own_task(), status="received")
    assert not says(speech.get(ways_to(at_risk)[0]))
    speech.moves(received, status="accepted")
    for way in ways_to(at_risk):
        assert says(speech.get(way)), way


def test_what_was_not_shown_is_kept_when_the_rest_is_put_right(
    at_risk: dict[str, Any], nursery: System, speech: System
) -> None:
    address = f"/Patient/{at_risk['id']}"
    shown = speech.get(address).json()
    put = speech.send("PUT", address, shown | {"gender": "other"})
    assert put.status_code == 200
    assert not says(put)
    patched = speech.send("PATCH", address, {"gender": "unknown"}, **MERGE)
    assert patched.status_code == 200
    assert not says(patched)
    kept = nursery.get(address).json()
    assert kept["gender"] == "unknown"
    assert kept["address"] == at_risk["address"]
    assert kept["telecom"] == at_risk["telecom"]


def test_nobody_changes_an_address_that_they_are_not_shown(
    at_risk: dict[str, Any], nursery: System, speech: System
) -> None:
    address = f"/Patient/{at_risk['id']}"
    for change in ({"address": None}, {"telecom": [{"system": "phone", "value": "1"}]}):
        assert speech.send("PATCH", address, change, **MERGE).status_code == 403
    assert nursery.get(address).json()["address"] == at_risk["address"]


def test_the_page_of_a_family_is_made_without_it(
    at_risk: dict[str, Any], speech: System, at: Workplace
) -> None:
    task, child = speech.own_task()["id"], at_risk["id"]
    with at.records.writing(job("registrar"), now=at.clock()) as record:
        place = record.resource("Task", task).place
        record.create(a_mother(child), place, id=a_family(child).id)
    opened = read_referral(task, who=a_family(child), at=at)
    bodies = [opened.patient.body, *(part.body for part in opened.parts)]
    assert not any(secret in body for body in bodies for secret in (LINE, POSTCODE, PHONE))
    carers = opened.of_type("RelatedPerson")
    assert [carer.id for carer in carers] == [a_family(child).id]
