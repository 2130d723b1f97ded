"""What is marked as restricted reaches who works with the child, and never the family."""

from dataclasses import replace

import pytest

from services.referral.records.form_resources_child import RESTRICTED
from services.referral.records.reading import Reading
from services.referral.records.search import Query, search
from services.referral.records.store import Records
from shared.errors import NotFound
from shared.identity import Principal
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import (
    COORDINATOR,
    DO_NOT,
    FAMILY,
    HERE,
    KEEPER,
    NURSERY,
    SPEECH,
    an_observation,
    keep,
    keep_child_and_task,
)

A_FLAG = {
    "resourceType": "Flag",
    "meta": RESTRICTED,
    "status": "active",
    "code": {"text": "Risk of harm"},
    "subject": {"reference": "Patient/child-1"},
}
A_CONSENT = {
    "resourceType": "Consent",
    "meta": RESTRICTED,
    "status": "rejected",
    "patient": {"reference": "Patient/child-1"},
}
#: Who sees what is restricted; to all others it is not there.
SEES = {NURSERY: True, SPEECH: True, COORDINATOR: True, KEEPER: True, FAMILY: False}
SEES |= dict.fromkeys(DO_NOT, False)
SYSTEM = replace(NURSERY, name="the nursery's system", client="nursery-system")


@pytest.fixture
def kept(records: Records) -> Records:
    keep_child_and_task(records)
    keep(records, (A_FLAG, "flag-1"), (A_CONSENT, "consent-1"), (an_observation(), "said-1"))
    return records


def _restricted(record: Reading) -> set[str]:
    """Whatever way leads to something restricted."""
    found = {one.id for one in record.of_concern("concern-1")}
    found |= {one.id for one in record.of_child("child-1")}
    for type in ("Flag", "Consent"):
        page = search(record, Query(type=type, counted=True))
        found |= {one.id for one in page.resources}
        assert page.total == len(page.resources)
    return found & {"flag-1", "consent-1"}


@pytest.mark.parametrize("who", [*SEES, SYSTEM], ids=lambda who: who.name)
def test_who_sees_what_is_restricted(kept: Records, who: Principal) -> None:
    with kept.reading(who, now=FRIDAY) as record:
        assert bool(_restricted(record)) == SEES.get(who, True)
        if not SEES.get(who, True):
            with pytest.raises(NotFound):
                record.history("Flag", "flag-1")


def test_the_family_sees_the_rest(kept: Records) -> None:
    with kept.reading(FAMILY, now=FRIDAY) as record:
        assert record.find("Observation", "said-1")
        assert record.find("Patient", "child-1")


def test_a_service_that_is_asked_later_sees_it_and_the_family_still_does_not(kept: Records) -> None:
    camhs = DO_NOT[1]
    with kept.writing(NURSERY, now=FRIDAY) as record:
        record.retag("concern-1", HERE.tags | {"svc:camhs"})
    for who, sees in ((camhs, True), (SPEECH, True), (FAMILY, False)):
        with kept.reading(who, now=FRIDAY) as record:
            assert bool(_restricted(record)) is sees, who.name
            assert record.find("Observation", "said-1"), who.name


def test_what_becomes_restricted_leaves_the_familys_sight_and_never_comes_back(
    kept: Records,
) -> None:
    marked = an_observation(meta=RESTRICTED)
    for sent in (marked, an_observation()):
        with kept.writing(NURSERY, now=FRIDAY) as record:
            record.update(record.resource("Observation", "said-1"), sent)
        with kept.reading(FAMILY, now=FRIDAY) as record:
            assert record.find("Observation", "said-1") is None
        with kept.reading(SPEECH, now=FRIDAY) as record:
            assert record.find("Observation", "said-1")
