"""fhirpy, as a service's own system would use it."""

import pytest
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import MultipleResourcesFound, OperationOutcome

from tests.clients.world import MANY, SPEECH, World


def a_client(world: World, id: str = "demo-speech", **headers: str) -> SyncFHIRClient:
    return SyncFHIRClient(world.base, authorization=world.bearer(id), extra_headers=headers)


def seen(version: str) -> dict[str, str]:
    return {"If-Match": f'W/"{version}"'}


def test_the_round_of_a_referral(world: World) -> None:
    client = a_client(world)
    mine = client.resources("Task").search(owner=f"HealthcareService/{SPEECH}", status="requested")
    assert {one.id for one in mine.fetch_all()} == world.open_tasks()
    task = mine.sort("-authored-on").limit(1).fetch()[0]

    bundle = mine.search(_id=task.id).include("Task", "patient").include("Task", "focus")
    types = {entry.resource.resourceType for entry in bundle.fetch_raw().entry}
    assert types == {"Task", "Patient", "ServiceRequest"}

    read_at = task.meta.versionId
    accepted = a_client(world, **seen(read_at)).resource(
        "Task", **{name: value for name, value in task.items() if name != "resourceType"}
    )
    accepted["status"] = "accepted"
    accepted.update()
    with pytest.raises(MultipleResourcesFound, match="before you did"):
        a_client(world, **seen(read_at)).patch("Task", task.id, status="rejected")
    with pytest.raises(OperationOutcome, match="If-Match"):
        client.patch("Task", task.id, status="in-progress")

    started = a_client(world, **seen(accepted.meta.versionId)).patch(
        "Task", task.id, status="in-progress"
    )
    outcome = [{"type": {"text": "Outcome"}, "valueString": "Seen twice, talks in sentences."}]
    done = a_client(world, **seen(started["meta"]["versionId"])).patch(
        "Task", task.id, status="completed", output=outcome
    )
    assert done["status"] == "completed"
    assert world.statuses(task.id) == ["requested", "accepted", "in-progress", "completed"]
    assert task.id not in world.open_tasks()


def test_all_pages(world: World) -> None:
    pages = a_client(world, "demo-coordinator").resources("Task").limit(100)
    ids = [task.id for task in pages.fetch_all()]
    assert len(ids) >= MANY
    assert len(set(ids)) == len(ids) == world.number_of_tasks()


def test_counting_getting_and_refreshing(world: World) -> None:
    client = a_client(world, "demo-coordinator")
    assert client.resources("Task").count() == world.number_of_tasks()
    patient = client.resources("Patient").limit(1).fetch()[0]
    assert patient.refresh() == client.reference("Patient", patient.id).to_resource()


def test_a_child_is_made_once_and_changed_by_what_is_known_of_them(world: World) -> None:
    client = a_client(world, "demo-nursery")
    identifier = {"system": "https://acorn.example/staff", "value": "fhirpy-1"}
    child = client.resource(
        "Patient", identifier=[identifier], name=[{"family": "Ash", "given": ["Ro"]}],
        birthDate="2022-03-04", gender="female",
    )  # fmt: skip
    known = client.resources("Patient").search(
        identifier=f"{identifier['system']}|{identifier['value']}"
    )
    first, was_made = known.get_or_create(child)
    again, was_made_again = known.get_or_create(child)
    assert (was_made, was_made_again) == (True, False)
    assert first.id == again.id
    changed = known.patch(gender="unknown")
    assert (changed.id, changed["gender"]) == (first.id, "unknown")
    child["gender"] = "other"
    replaced, was_made = known.update(child)
    assert (replaced.id, replaced["gender"], was_made) == (first.id, "other", False)
    assert child.is_valid()
