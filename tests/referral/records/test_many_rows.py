"""Many rows at once arrive as they would one by one."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Connection, Date, Integer, MetaData, Table, Text, select
from sqlmodel.sql.sqltypes import UTCDateTime

from services.referral.records.tags import TagSet
from shared.database import Database
from shared.many_rows import Row, insert_rows
from tests.databases import fresh_postgres
from tests.referral.fakes import FRIDAY

_KEPT = Table(
    "kept_rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("words", Text),
    Column("yes", Boolean),
    Column("day", Date),
    Column("at", UTCDateTime),
    Column("tags", TagSet),
)
_HOURS = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
_TIMES = st.datetimes(datetime(1900, 1, 2), datetime(2199, 1, 1), timezones=_HOURS)  # noqa: DTZ001
_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "words": st.none() | _WORDS,
            "yes": st.none() | st.booleans(),
            "day": st.none() | st.dates(),
            "at": st.none() | _TIMES,
            "tags": st.lists(_WORDS, unique=True).map(sorted),
        }
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path / 'rows.db'}")
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        yield from _opened(url)


def _opened(url: str) -> Iterator[Connection]:
    with closing(Database(url)) as database, database.engine.connect() as connection:
        _KEPT.create(connection)
        yield connection


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS)
def test_what_comes_back_is_what_went_in(connection: Connection, rows: list[Row]) -> None:
    numbered = [{"id": number, **row} for number, row in enumerate(rows)]
    connection.execute(_KEPT.delete())
    insert_rows(connection, _KEPT, numbered)
    found = connection.execute(select(_KEPT).order_by(_KEPT.c.id)).mappings()
    assert [dict(row) for row in found] == numbered


def test_they_are_stored_as_single_ones_are(connection: Connection) -> None:
    """Else a text that holds a time would be compared with one that is written otherwise."""
    row = {"words": "a", "yes": True, "day": date(2026, 11, 20), "at": FRIDAY, "tags": ["b"]}
    insert_rows(connection, _KEPT, [{"id": 1, **row}])
    connection.execute(_KEPT.insert(), {"id": 2, **row})
    stored = connection.exec_driver_sql("SELECT words, yes, day, at, tags FROM kept_rows").all()
    assert stored[0] == stored[1]


def test_columns_that_are_not_named_stay_empty(connection: Connection) -> None:
    insert_rows(connection, _KEPT, [{"id": 1, "at": datetime(2026, 11, 20, tzinfo=UTC)}])
    assert connection.execute(select(_KEPT.c.words, _KEPT.c.day)).one() == (None, None)


def test_a_time_without_its_zone_is_refused(connection: Connection) -> None:
    naive = datetime(2026, 11, 20)  # noqa: DTZ001 - the mistake that must be caught
    with pytest.raises(ValueError, match="zone"):
        insert_rows(connection, _KEPT, [{"id": 1, "at": naive}])
