"""Ways to forget the filter, for every kind of principal: no row of another's comes out.

Each way is what a programmer might write on the session that a use case is given. It must find the
row for whom it is meant (or be refused), and for others either be refused or come out empty.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
import sqlalchemy
from sqlalchemy import exists as there_is
from sqlalchemy import func, literal, text, union_all, update
from sqlalchemy.orm import aliased, defer
from sqlmodel import col, select

from services.referral.records.concern_lists import Mine, open_concerns
from services.referral.records.guard import GuardedSession, Unfiltered
from services.referral.records.look_up import look_up
from services.referral.records.reading import Reading
from services.referral.records.search import Criterion, Query, search
from services.referral.records.store import Records
from services.referral.records.tables import (
    AuditRow,
    HistoryRow,
    QueueRow,
    ResourceRow,
    SearchRow,
    metadata,
)
from services.referral.records.worklists import Sought, count, worklist
from shared.errors import NotAllowed, NotFound
from shared.identity import Principal
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import DO_NOT, KEEPER, NURSERY, SEE_IT, keep_child_and_task
from tests.referral.tampering import without_triggers

RESOURCE, QUEUE = metadata.tables["resource"], metadata.tables["queue"]
HISTORY, SEARCH = metadata.tables["resource_history"], metadata.tables["search_value"]
AUDIT = metadata.tables["audit"]

columns: Any = sqlalchemy.select  # untyped: what is tried here is what types would not expect

SYSTEM = replace(DO_NOT[0], name="another nursery's system", client="other-system")
STRANGERS = (*DO_NOT, SYSTEM)

Way = Callable[[GuardedSession], int]


@pytest.fixture
def kept(records: Records) -> Records:
    """One child with one concern, its Task in two versions, and an audit line about it."""
    keep_child_and_task(records)
    with records.writing(KEEPER, now=FRIDAY) as record:
        task = record.resource("Task", "task-1")
        record.note("look", record.update(task, task.json))
    return records


def _rows(statement: Any) -> Way:
    return lambda session: len(session.execute(statement).all())


def _number(statement: Any) -> Way:
    return lambda session: int(session.execute(statement).scalar() or 0)


def _changed(statement: Any) -> Way:
    return lambda session: int(cast("Any", session.execute(statement)).rowcount)


def _raw(sql: str) -> Way:
    return _number(text(sql))


def _of_driver(session: GuardedSession) -> int:
    found = session.connection().exec_driver_sql("SELECT count(*) FROM resource")
    return int(found.scalar() or 0)


def _cte() -> Any:
    mine = columns(QueueRow.task_id).cte("mine")
    return columns(mine.c.task_id)


def _lateral_names() -> Any:
    """A join on equal columns where no foreign key leads."""
    return columns(SearchRow.value).join(QueueRow, col(QueueRow.child_id) == SearchRow.id)


_TWO = aliased(ResourceRow)
_CORE_ALIAS = RESOURCE.alias("one")

#: On the session itself, each as short as it would be written in a hurry.
ON_THE_SESSION: dict[str, Way] = {
    "raw SQL": _raw("SELECT count(*) FROM resource"),
    "raw SQL with a schema's name and quotes": _raw('SELECT count(*) FROM "resource" AS x'),
    "raw SQL over the history": _raw("SELECT count(*) FROM resource_history"),
    "raw SQL with a join": _raw(
        "SELECT count(*) FROM account RIGHT JOIN search_value ON account.id = search_value.id"
    ),
    "the driver's own SQL": _of_driver,
    "a Core select": _rows(columns(RESOURCE)),
    "a Core select of one column": _rows(columns(QUEUE.c.child_id)),
    "a Core alias": _rows(columns(_CORE_ALIAS.c.body)),
    "a Core self join": _rows(
        columns(RESOURCE.c.body).join(_CORE_ALIAS, _CORE_ALIAS.c.id == RESOURCE.c.id)
    ),
    "a Core count": _number(columns(func.count()).select_from(RESOURCE)),
    "a Core table beside a filtered one": _rows(
        columns(ResourceRow.id, QUEUE.c.state).join(QUEUE, QUEUE.c.task_id == ResourceRow.id)
    ),
    "a Core history": _rows(columns(HISTORY.c.body)),
    "a Core search": _rows(columns(SEARCH.c.value)),
    "a Core audit": _rows(columns(AUDIT.c.who)),
    "a Core exists": _number(columns(func.count()).where(there_is(columns(RESOURCE.c.id)))),
    "an ORM entity": _rows(columns(ResourceRow)),
    "an ORM entity without its body": _rows(
        columns(ResourceRow).options(defer(cast("Any", ResourceRow.body)))
    ),
    "ORM columns": _rows(columns(ResourceRow.body, ResourceRow.child_id)),
    "an ORM alias": _rows(columns(_TWO.body)),
    "an ORM self join": _rows(columns(_TWO).join(ResourceRow, col(ResourceRow.id) == _TWO.id)),
    "an outer join": _number(
        columns(func.count(col(QueueRow.task_id)))
        .select_from(columns(literal("task-1").label("id")).subquery())
        .outerjoin(QueueRow, literal(value=True))
    ),
    "an aggregate": _number(columns(func.max(ResourceRow.version))),
    "a count(*)": _number(columns(func.count()).select_from(QueueRow)),
    "a grouped count": _rows(columns(QueueRow.state, func.count()).group_by(col(QueueRow.state))),
    "an exists": _number(
        columns(func.count()).where(there_is(columns(ResourceRow.id).correlate(None)))
    ),
    "a union": _rows(union_all(columns(ResourceRow.id), columns(QueueRow.task_id))),
    "a union with Core": _rows(union_all(columns(ResourceRow.id), columns(QUEUE.c.task_id))),
    "a subquery": _rows(columns(columns(ResourceRow.id).subquery())),
    "a scalar subquery": _number(
        columns(columns(func.count(col(ResourceRow.id))).scalar_subquery())
    ),
    "a CTE": _rows(_cte()),
    "get()": lambda session: int(session.get(ResourceRow, ("Task", "task-1")) is not None),
    "get() of a version": lambda session: int(
        session.get(HistoryRow, ("Task", "task-1", 1)) is not None
    ),
    "the history": _rows(columns(HistoryRow.body)),
    "the search rows": _rows(columns(SearchRow.value)),
    "a join through search rows": _rows(_lateral_names()),
    "the audit": _rows(columns(AuditRow)),
    "scalars in batches": lambda session: len(
        list(session.scalars(select(QueueRow).execution_options(yield_per=1)))
    ),
}


def _searched(record: Reading) -> int:
    named = Criterion(name="family", values=("okoro",))
    page = search(record, Query(type="Patient", criteria=(named,), counted=True))
    assert page.total == len(page.resources)
    return len(page.resources)


def _listed(record: Reading) -> int:
    lines = worklist(record, ["speech"], Sought(words=("okoro",)), size=10)
    assert count(record, ["speech"], Sought(words=("okoro",)), at_most=10) == len(lines)
    return len(lines)


def _versions(record: Reading) -> int:
    try:
        return len(record.history("Task", "task-1"))
    except NotFound:
        return 0


#: Through the store, as use cases ask.
THROUGH_THE_STORE: dict[str, Callable[[Reading], int]] = {
    "a search with its total": _searched,
    "a worklist with its count": _listed,
    "the lists of a setting": lambda record: len(
        open_concerns(record, Mine(setting="nursery"), size=10, before=None, without=())
    ),
    "references looked up": lambda record: len(look_up(record, ["Patient/child-1"])),
    "everything of a child": lambda record: len(record.of_child("child-1")),
    "a resource's versions": _versions,
}

#: What changes rows would show them by what it returns, or by how many there were.
CHANGING: dict[str, Way] = {
    "an ORM update": _changed(update(ResourceRow).values(deleted=True)),
    "an ORM update that returns": _rows(
        update(ResourceRow).values(deleted=True).returning(col(ResourceRow.id))
    ),
    "a Core delete": _changed(QUEUE.delete()),
    "a raw update": _changed(text("UPDATE queue SET level = 9")),
    "an insert from a select": _changed(
        QUEUE.insert().from_select(list(QUEUE.c.keys()), columns(QUEUE).where(literal(value=False)))
    ),
}


def seen_by(records: Records, who: Principal, way: Way) -> int:
    """How many rows come out; none when the session refuses."""
    with records.reading(who, now=FRIDAY) as record:
        try:
            return way(record.session)
        except Unfiltered:
            return 0


@pytest.mark.parametrize("way", ON_THE_SESSION)
def test_no_way_of_asking_shows_another_a_row(kept: Records, way: str) -> None:
    for who in STRANGERS:
        assert seen_by(kept, who, ON_THE_SESSION[way]) == 0, who.name
    assert seen_by(kept, KEEPER, ON_THE_SESSION[way]) > 0


@pytest.mark.parametrize("way", ON_THE_SESSION)
def test_nor_in_turns_with_those_who_may(kept: Records, way: str) -> None:
    """What was compiled for one must not be used for the other."""
    mixed = [one for pair in zip(SEE_IT, DO_NOT, strict=True) for one in pair] * 2
    for who in mixed:
        assert who in SEE_IT or seen_by(kept, who, ON_THE_SESSION[way]) == 0, who.name
        seen_by(kept, KEEPER, ON_THE_SESSION[way])


@pytest.mark.parametrize("way", THROUGH_THE_STORE)
def test_no_question_to_the_store_does(kept: Records, way: str) -> None:
    for who in (*SEE_IT, *STRANGERS):
        with kept.reading(who, now=FRIDAY) as record:
            assert bool(THROUGH_THE_STORE[way](record)) == (who in SEE_IT), who.name


@pytest.mark.parametrize("way", CHANGING)
def test_no_change_that_names_no_row_goes_through(kept: Records, way: str) -> None:
    for who in (*STRANGERS, NURSERY):
        with (
            pytest.raises(Unfiltered),
            kept.writing(who, now=FRIDAY) as record,
        ):
            CHANGING[way](record.session)


def _unfiltered(records: Records, who: Principal, way: Way) -> int:
    """With the session's own locks taken off: what the database alone lets through."""
    with records.reading(who, now=FRIDAY) as record, record.session.reviewed():
        return way(record.session)


CORE = [way for way in ON_THE_SESSION if "raw" in way or "Core" in way or "driver" in way]


@pytest.mark.parametrize("way", CORE)
def test_postgresql_alone_shows_another_nothing(
    postgresql_database: Any, request: pytest.FixtureRequest, way: str
) -> None:
    """Nor does it hide from those whose it is what is theirs."""
    records = Records(postgresql_database)
    with postgresql_database.write() as session, without_triggers(session.connection()):
        for table in reversed(metadata.sorted_tables):
            session.execute(table.delete())
    keep_child_and_task(records)
    with records.writing(KEEPER, now=FRIDAY) as record:
        record.note("look", record.resource("Task", "task-1"))
    for who in STRANGERS:
        assert _unfiltered(records, who, ON_THE_SESSION[way]) == 0, who.name
    for who in SEE_IT:
        assert _unfiltered(records, who, ON_THE_SESSION[way]) > 0, who.name


def test_a_session_that_changes_eyes_puts_them_down_again(kept: Records) -> None:
    with kept.reading(DO_NOT[0], now=FRIDAY) as record:
        with record.seeing_as(KEEPER):
            assert _raw("SELECT count(*) FROM resource")(record.session) > 0
        with record.session.reviewed():
            if not kept.database.is_sqlite:
                assert _raw("SELECT count(*) FROM resource")(record.session) == 0
        with pytest.raises(Unfiltered):
            _raw("SELECT count(*) FROM resource")(record.session)


def test_nobody_leaves_a_record_where_only_others_see_it(kept: Records) -> None:
    with pytest.raises(NotAllowed), kept.writing(DO_NOT[0], now=FRIDAY) as record:
        with record.seeing_as(KEEPER):
            place = record.resource("Patient", "child-1").place
        record.create({"resourceType": "Flag", "status": "active"}, place)


def test_nobody_changes_what_only_others_see(kept: Records) -> None:
    with pytest.raises(NotAllowed), kept.writing(DO_NOT[0], now=FRIDAY) as record:
        with record.seeing_as(KEEPER):
            task = record.resource("Task", "task-1")
        record.update(task, task.json)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_postgresql_refuses_is_a_refusal_like_any_other(kept: Records) -> None:
    row = {"type": "Flag", "id": "f", "version": 1, "last_updated": FRIDAY, "body": "{}"}
    with pytest.raises(NotAllowed), kept.writing(DO_NOT[0], now=FRIDAY) as record:
        record.session.execute(RESOURCE.insert(), [row | {"deleted": False, "tags": ["org:o"]}])
