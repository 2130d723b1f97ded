"""Searches over references: a step along one, a step back, and never over what one may not see."""

from dataclasses import replace

import pytest

from services.referral.fhir_api.search_words import read_criterion
from services.referral.records.resource import Json
from services.referral.records.search import Query, search
from services.referral.records.store import Records
from shared.errors import Invalid
from shared.fhir.codes import EXTENSION_BASE
from shared.identity import Principal
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import (
    CAMHS,
    COORDINATOR,
    HERE,
    KEEPER,
    OTHER_NURSERY,
    SPEECH,
    an_observation,
    keep,
    keep_child_and_task,
)

CHILD: Json = {
    "resourceType": "Patient",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
    "name": [{"family": "Okoro", "given": ["Tobi"]}],
    "birthDate": "2023-06-01",
    "managingOrganization": {"reference": "Organization/nursery"},
}
REQUEST: Json = {
    "resourceType": "ServiceRequest",
    "status": "active",
    "subject": {"reference": "Patient/child-1"},
    "authoredOn": "2026-11-20",
}
#: Of a child that speech therapy does not see.
ELSEWHERE = replace(
    HERE,
    tags=frozenset({"area:Anyshire", "org:nursery", "svc:camhs", "fam:child-2"}),
    child="child-2",
    concern="concern-2",
)


@pytest.fixture
def kept(records: Records) -> Records:
    """A child with a concern, a Task and two observations; one of the two is of another child."""
    keep(records, (CHILD, "child-1"), (REQUEST, "concern-1"), (an_observation(), "words-1"))
    keep_child_and_task(records, "task-1", level=2)
    secret = {**CHILD, "name": [{"family": "Hidden"}], "birthDate": "2022-02-02"}
    keep(records, (secret, "child-2"), place=ELSEWHERE)
    about_both = an_observation(subject={"reference": "Patient/child-2"})
    keep(records, (about_both, "words-2"))
    about_hidden = an_observation(code={"coding": [{"code": "unseen"}]})
    keep(records, (about_hidden, "unseen-1"), place=ELSEWHERE)
    return records


def found(records: Records, asked: str, who: Principal = KEEPER) -> list[str]:
    """What `Type?name=value&…` finds, by id."""
    type, _, rest = asked.partition("?")
    pairs = [one.partition("=")[::2] for one in rest.split("&")]
    criteria = [read_criterion(type, name, value) for name, value in pairs]
    known = tuple(one for one in criteria if one)
    assert len(known) == len(pairs), asked
    with records.reading(who, now=FRIDAY) as record:
        page = search(record, Query(type=type, criteria=known, counted=True))
    assert page.total == len(page.resources)
    return [one.id for one in page.resources]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("Task?patient.identifier=9990000018", ["task-1"]),
        ("Task?patient.identifier=9990000026", []),
        ("Task?patient:Patient.name=oko", ["task-1"]),
        ("Task?patient.name:contains=KOR", ["task-1"]),
        ("Task?patient.name:missing=true", []),
        ("Task?patient.birthdate=lt2024", ["task-1"]),
        ("Task?patient._id=child-1", ["task-1"]),
        ("Task?focus.authored=2026-11", ["task-1"]),
        ("Task?subject:Patient.family=okoro", ["task-1"]),
        ("ServiceRequest?subject.birthdate=2023-06-01", ["concern-1"]),
        ("ServiceRequest?subject:Group.identifier=x", None),
        ("ServiceRequest?patient.organization=nursery", ["concern-1"]),
        ("Observation?subject.family=Okoro", ["unseen-1", "words-1"]),
        ("Observation?patient.family=Hidden&code=unseen", []),
        ("Patient?_has:Task:patient:level=ge2", ["child-1"]),
        ("Patient?_has:Task:patient:level=gt2", []),
        ("Patient?_has:Task:patient:status:not=completed", ["child-1"]),
        ("Patient?_has:Observation:patient:code=unseen", ["child-1"]),
        ("Patient?_has:Observation:subject:_id=words-2", ["child-2"]),
        ("ServiceRequest?_has:Task:focus:priority=routine", ["concern-1"]),
        ("ServiceRequest?_has:Task:focus:due=gt2026&patient.family=okoro", ["concern-1"]),
        ("Task?_has:Task:part-of:status=requested", []),
    ],
)
def test_a_step_along_a_reference_or_back(kept: Records, asked: str, ids: list[str] | None) -> None:
    if ids is None:
        name, _, value = asked.partition("?")[2].partition("=")
        assert read_criterion("ServiceRequest", name, value) is None
        return
    assert sorted(found(kept, asked)) == ids


#: Each leads over a child or an observation that speech therapy may not see.
OVER_THE_UNSEEN = (
    "Observation?subject.family=Hidden",
    "Observation?patient.birthdate=2022-02-02",
    "Observation?patient.name:missing=false&_id=words-2",
    "Patient?_has:Observation:patient:code=unseen",
    "Patient?_has:Observation:patient:_id=unseen-1",
    "Patient?_has:Observation:subject:code:missing=false&_id=child-2",
)


@pytest.mark.parametrize("asked", OVER_THE_UNSEEN)
def test_no_chain_leads_over_what_one_may_not_see(kept: Records, asked: str) -> None:
    assert found(kept, asked) != []
    assert found(kept, asked, SPEECH) == []


@pytest.mark.parametrize("who", [CAMHS, OTHER_NURSERY])
def test_nor_to_what_one_may_not_see(kept: Records, who: Principal) -> None:
    assert found(kept, "Task?patient.family=Okoro") == ["task-1"]
    assert found(kept, "Task?patient.family=Okoro", who) == []


AT_RISK: Json = {
    **CHILD,
    "address": [
        {
            "postalCode": "ZZ99 3CZ",
            "extension": [{"url": f"{EXTENSION_BASE}/private-address", "valueBoolean": True}],
        }
    ],
    "telecom": [{"system": "phone", "value": "07700 900461"}],
}


@pytest.mark.parametrize(
    "asked",
    [
        "Patient?address-postalcode=ZZ99",
        "Patient?address:contains=3cz",
        "Patient?phone=07700 900461",
        "Patient?telecom:missing=false",
        "Task?patient.address-postalcode=ZZ99",
    ],
)
def test_a_private_address_is_not_found_out_by_asking_for_it(records: Records, asked: str) -> None:
    keep(records, (AT_RISK, "child-1"), ({**REQUEST}, "concern-1"))
    keep_child_and_task(records, "task-1")
    assert len(found(records, asked, COORDINATOR)) == 1
    assert found(records, asked, SPEECH) == []
    assert found(records, asked.partition("?")[0] + "?_id=child-1,task-1", SPEECH) != []


def test_a_chain_from_a_reference_to_anything_must_say_to_what(kept: Records) -> None:
    with pytest.raises(Invalid, match="say which"):
        found(kept, "Flag?subject.name=Okoro")
