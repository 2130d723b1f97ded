"""Who may see a record changes without a new version of it."""

from datetime import timedelta

from services.referral.records.store import Records
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import HERE, KEEPER, NURSERY, keep, keep_child_and_task

LATER = FRIDAY + timedelta(hours=1)


def test_who_sees_a_concern_changes_for_all_of_it_without_new_versions(records: Records) -> None:
    keep_child_and_task(records)
    with records.writing(KEEPER, now=LATER) as record:
        record.retag("concern-1", HERE.tags | {"org:other"})
    with records.reading(KEEPER, now=LATER) as record:
        everything = record.of_concern("concern-1")
    assert {one.type for one in everything} == {"Patient", "ServiceRequest", "Task"}
    assert all("org:other" in one.place.tags and one.version == 1 for one in everything)


def test_letting_a_service_see_a_child_takes_the_sight_from_nobody(records: Records) -> None:
    (child,) = keep(records, ({"resourceType": "Patient"}, "child-1"))
    for tag in ("svc:camhs", "org:other"):
        with records.writing(KEEPER, now=LATER) as record:
            record.let_see(child, frozenset({tag}))
    with records.reading(KEEPER, now=LATER) as record:
        tags = record.resource("Patient", "child-1").place.tags
    assert tags == HERE.tags | {"svc:camhs", "org:other"}


def test_an_update_does_not_undo_what_others_were_let_see_meanwhile(records: Records) -> None:
    (seen,) = keep(records, ({"resourceType": "Patient"}, "child-1"))
    with records.writing(KEEPER, now=LATER) as record:
        record.let_see(seen, frozenset({"svc:camhs"}))
    with records.writing(NURSERY, now=LATER) as record:
        record.update(seen, {"resourceType": "Patient", "active": True})
    with records.reading(KEEPER, now=LATER) as record:
        assert "svc:camhs" in record.resource("Patient", "child-1").place.tags
