"""Records by hand: resources put straight into the store, and places that some people see."""

from typing import Any

from services.referral.records.queue import About
from services.referral.records.resource import Json, Place, Resource
from services.referral.records.store import Records
from services.referral.records.tasks import new_task
from services.referral.records.writing import Writing
from shared.identity import Principal, Role, job
from tests.referral.builders import a_referral, an_open_concern
from tests.referral.fakes import FRIDAY

KEEPER = job("keeper")
NOTHING_KNOWN = About(locality=None, birth_date=None, area_of_need=None, concern_code=None)

NURSERY = Principal(id="nora", name="Nora", role=Role.SETTING, organisation="nursery")
OTHER_NURSERY = Principal(id="olu", name="Olu", role=Role.SETTING, organisation="other")
SPEECH = Principal(
    id="sue", name="Sue", role=Role.PROFESSIONAL, organisation="trust",
    services=frozenset({"speech"}),
)  # fmt: skip
CAMHS = Principal(
    id="cam", name="Cam", role=Role.PROFESSIONAL, organisation="trust",
    services=frozenset({"camhs"}),
)  # fmt: skip
COORDINATOR = Principal(id="mia", name="Mia", role=Role.COORDINATOR, areas=frozenset({"Anyshire"}))
FAR_COORDINATOR = Principal(
    id="finn", name="Finn", role=Role.COORDINATOR, areas=frozenset({"Elsewhere"})
)
FAMILY = Principal(id="ada", name="Ada", role=Role.FAMILY, children=frozenset({"child-1"}))
OTHER_FAMILY = Principal(id="bea", name="Bea", role=Role.FAMILY, children=frozenset({"child-2"}))
ADMIN = Principal(id="rob", name="Rob", role=Role.ADMIN, organisation="nursery")

SEE_IT = (NURSERY, SPEECH, COORDINATOR, FAMILY, KEEPER)
DO_NOT = (OTHER_NURSERY, CAMHS, FAR_COORDINATOR, OTHER_FAMILY, ADMIN)

#: The concern of one child, raised by the nursery, with speech and language therapy.
HERE = Place(
    tags=frozenset({"area:Anyshire", "org:nursery", "svc:speech", "fam:child-1"}),
    child="child-1",
    concern="concern-1",
    origin="nursery",
)


def an_observation(**changes: Any) -> Json:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Words"},
        "subject": {"reference": "Patient/child-1"},
    } | changes


def keep(records: Records, *resources: tuple[Json, str], place: Place = HERE) -> list[Resource]:
    with records.writing(KEEPER, now=FRIDAY) as record:
        return [record.create(json, place, id=id) for json, id in resources]


def keep_child_and_task(records: Records, task: str = "task-1", **changes: Any) -> None:
    """The child, the concern, and one referral of it in the queue."""
    with records.writing(KEEPER, now=FRIDAY) as record:
        if record.find("Patient", "child-1") is None:
            request = {"resourceType": "ServiceRequest", "status": "active"}
            child = {"resourceType": "Patient", "name": [{"family": "Okoro"}]}
            record.create(child, HERE, id="child-1")
            record.create(request, HERE, id="concern-1")
        keep_task(record, task, **changes)


def keep_task(record: Writing, task: str, place: Place = HERE, **changes: Any) -> Resource:
    referral = a_referral(id=task, **changes)
    made = record.create(new_task(referral, an_open_concern(referral)), place, id=task)
    record.queue(made, NOTHING_KNOWN)
    return made
