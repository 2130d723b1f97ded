"""What is kept comes back as it was sent, in every version, and is never half written."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import StatementError

from services.referral.records.queue import About
from services.referral.records.resource import Json
from services.referral.records.store import Records
from services.referral.records.tables import metadata
from shared.database import Database
from shared.errors import NotFound
from shared.fhir.json import read_json
from tests.referral.anyshire import row_counts
from tests.referral.builders import the_example
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import (
    HERE,
    KEEPER,
    NURSERY,
    an_observation,
    keep,
    keep_task,
)

LATER = FRIDAY + timedelta(hours=1)

CLIENTS_WRITE = {
    "decimals": '{"resourceType": "Observation", "status": "final", "code": {"text": "x"},'
    ' "valueQuantity": {"value": 1.00, "unit": "m"}, "component": [{"code": {"text": "y"},'
    ' "valueQuantity": {"value": 0.10}}, {"code": {"text": "z"}, "valueQuantity": {"value":'
    " 1E2}}]}",
    "times": '{"resourceType": "Observation", "status": "final", "code": {"text": "x"},'
    ' "effectiveDateTime": "2026-02-11T09:00:00.717+00:00"}',
    "a stranger's profile and extension": '{"resourceType": "Observation", "meta": {"profile":'
    ' ["https://elsewhere.example/P"], "tag": [{"code": "t"}]}, "status": "final", "code":'
    ' {"text": "x"}, "extension": [{"url": "https://elsewhere.example/E", "extension": [{"url":'
    ' "inner", "valueDecimal": 3.140}]}], "modifierExtension": [{"url": "https://e.example/M",'
    ' "valueBoolean": true}]}',
    "letters of many languages": '{"resourceType": "Observation", "status": "final", "code":'
    ' {"text": "Zoë پښتو 👧🏽 \\u0065\\u0301 \\"quoted\\" <b>"}}',
}


@pytest.mark.parametrize("written", CLIENTS_WRITE.values(), ids=CLIENTS_WRITE)
def test_what_a_client_wrote_comes_back_as_it_was_written(records: Records, written: str) -> None:
    sent: Any = read_json(written.encode(), max_bytes=10_000)
    keep(records, (sent, "observation-1"))
    with records.reading(NURSERY, now=FRIDAY) as record:
        kept = record.resource("Observation", "observation-1")
    assert _as_text(kept.json) == _as_text(sent)


def test_the_example_concern_comes_back_unchanged(records: Records) -> None:
    parts = the_example().parts
    keep(records, *((part.resource, f"part-{n}") for n, part in enumerate(parts)))
    with records.reading(KEEPER, now=FRIDAY) as record:
        kept = [record.resource(part.type, f"part-{n}").json for n, part in enumerate(parts)]
    assert [_as_text(one) for one in kept] == [_as_text(part.resource) for part in parts]


def _as_text(resource: Json) -> str:
    """All but what the server owns, with every number as it is spelt."""
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in _SERVERS}
    rest = {k: v for k, v in resource.items() if k not in ("id", "meta")}
    return json.dumps([rest, meta], default=str)


_SERVERS = ("versionId", "lastUpdated")


def test_the_server_owns_the_id_the_version_and_the_time(records: Records) -> None:
    claims = an_observation(id="mine", meta={"versionId": "7", "lastUpdated": "1999-01-01"})
    (made,) = keep(records, (claims, "observation-1"))
    assert made.json["id"] == "observation-1"
    assert made.json["meta"] == {"versionId": "1", "lastUpdated": "2026-11-20T10:00:00.000Z"}


def test_every_version_is_kept_with_who_wrote_it(records: Records) -> None:
    keep(records, (an_observation(status="preliminary"), "observation-1"))
    for status in ("final", "amended"):
        with records.writing(NURSERY, now=LATER) as record:
            old = record.resource("Observation", "observation-1")
            record.update(old, an_observation(status=status))
    with records.reading(NURSERY, now=LATER) as record:
        history = record.history("Observation", "observation-1")
        second = record.version("Observation", "observation-1", 2)
        newest = record.resource("Observation", "observation-1")
    assert [(one.version, one.json["status"], one.by) for one in history] == [
        (3, "amended", "Practitioner/nora"),
        (2, "final", "Practitioner/nora"),
        (1, "preliminary", "Device/keeper"),
    ]
    assert second.json["status"] == "final"
    assert (newest.version, newest.last_updated) == (3, LATER)
    assert newest.body == history[0].body


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_version_that_never_was_is_not_found(records: Records, version: int) -> None:
    keep(records, (an_observation(), "observation-1"))
    with records.reading(NURSERY, now=FRIDAY) as record, pytest.raises(NotFound):
        record.version("Observation", "observation-1", version)


def test_a_time_without_a_zone_is_refused(records: Records) -> None:
    naive = datetime(2026, 11, 20, 10, 0)  # noqa: DTZ001 - the mistake that must be caught
    with pytest.raises((StatementError, ValueError)), records.writing(KEEPER, now=naive) as record:
        record.create(an_observation(), HERE)
    assert row_counts(records)["resource"] == 0


def test_every_time_comes_back_in_utc(records: Records, database: Database) -> None:
    summer = datetime.fromisoformat("2026-07-01T09:30:00.250+01:00")
    with records.writing(KEEPER, now=summer) as record:
        keep_task(record, "task-1")
        record.note("keep")
    columns = [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.type.python_type is datetime
    ]
    with database.read() as session:
        for table, column in columns:
            for (at,) in session.execute(table.select().with_only_columns(column)):
                assert at is None or at.utcoffset() == timedelta(0), f"{table}.{column}"
        (kept,) = session.execute(metadata.tables["resource"].select()).mappings()
    assert kept["last_updated"] == summer


def test_the_queue_keeps_what_a_worklist_sorts_and_shows(records: Records) -> None:
    facts = About(
        locality="North Anyshire",
        birth_date=FRIDAY.date(),
        area_of_need="semh",
        concern_code="hearing",
    )
    with records.writing(KEEPER, now=FRIDAY) as record:
        record.queue(keep_task(record, "task-1", priority="asap", level=2), facts)
    with records.database.read() as session:
        (row,) = session.execute(metadata.tables["queue"].select()).mappings()
    assert (row["priority_rank"], row["level"], row["open"]) == (1, 2, True)
    assert (row["locality"], row["birth_date"]) == ("North Anyshire", FRIDAY.date())
    assert (row["area_of_need"], row["concern_code"]) == ("semh", "hearing")
    assert set(row["tags"]) == HERE.tags
