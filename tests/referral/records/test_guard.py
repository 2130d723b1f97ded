"""Nobody sees what is not theirs, however they ask."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from services.referral.records.concern_lists import Mine, open_concerns, tasks_of
from services.referral.records.guard import GuardedSession
from services.referral.records.reading import Reading
from services.referral.records.search import Criterion, Query, search
from services.referral.records.store import Records
from services.referral.records.tables import AuditRow, HistoryRow, QueueRow, ResourceRow
from services.referral.records.worklists import Sought, count, worklist
from shared.errors import NotFound
from shared.identity import Principal
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import DO_NOT, HERE, KEEPER, SEE_IT, keep_child_and_task


@pytest.fixture
def kept(records: Records) -> Records:
    """One child with one concern, an audit line about it and a second version of its Task."""
    keep_child_and_task(records)
    with records.writing(KEEPER, now=FRIDAY) as record:
        task = record.resource("Task", "task-1")
        record.note("look", record.update(task, task.json))
    return records


def _self_join(record: Reading) -> int:
    other = aliased(ResourceRow)
    both = select(ResourceRow, other).join(other, col(other.id) == ResourceRow.id)
    return len(record.session.exec(both).all())


def _second_side_of_a_self_join(record: Reading) -> int:
    one, other = aliased(ResourceRow), aliased(ResourceRow)
    ids = select(other.id).select_from(one).join(other, col(other.type) == one.type)
    return len(record.session.exec(ids).all())


def _count(record: Reading) -> int:
    return record.session.exec(select(func.count()).select_from(ResourceRow)).one()


def _newest(record: Reading) -> int:
    return int(record.session.exec(select(func.max(ResourceRow.version))).one() or 0)


def _subquery(record: Reading) -> int:
    inner = select(QueueRow.task_id).subquery()
    return record.session.exec(select(func.count()).select_from(inner)).one()


def _exists(record: Reading) -> int:
    inner = select(ResourceRow.id).where(col(ResourceRow.id) == "child-1").exists()
    return int(record.session.exec(select(inner)).one())


def _history(record: Reading) -> int:
    return len(record.session.exec(select(HistoryRow)).all())


def _audit(record: Reading) -> int:
    return len(record.session.exec(select(AuditRow)).all())


def _search(record: Reading) -> int:
    named = Criterion(name="family", values=("okoro",))
    page = search(record, Query(type="Patient", criteria=(named,), counted=True))
    assert page.total == len(page.resources)
    return len(page.resources)


def _queue_search(record: Reading) -> int:
    waiting = Criterion(name="status", values=("requested",))
    return len(search(record, Query(type="Task", criteria=(waiting,), counted=True)).resources)


def _worklist(record: Reading) -> int:
    lines = worklist(record, ["speech"], Sought(), size=10)
    assert count(record, ["speech"], Sought(), at_most=10) == len(lines)
    return len(lines)


def _lists(record: Reading) -> int:
    mine = Mine(setting="nursery")
    concerns = open_concerns(record, mine, size=10, before=None, without=())
    assert len(tasks_of(record, ["concern-1"])) == len(concerns)
    return len(concerns)


ASKING: dict[str, Callable[[Reading], int]] = {
    "a find": lambda record: int(record.find("Task", "task-1") is not None),
    "all of a concern": lambda record: len(record.of_concern("concern-1")),
    "all of a child": lambda record: len(record.of_child("child-1")),
    "all of a type": lambda record: len(record.of_type("Task")),
    "a self join": _self_join,
    "the second side of a self join": _second_side_of_a_self_join,
    "a count": _count,
    "a maximum": _newest,
    "a subquery": _subquery,
    "an exists": _exists,
    "the history": _history,
    "the audit": _audit,
    "a search": _search,
    "a search of the queue": _queue_search,
    "a worklist": _worklist,
    "the lists of a setting": _lists,
}

NAMED: dict[str, Callable[[Reading], object]] = {
    "resource": lambda record: record.resource("Task", "task-1"),
    "version": lambda record: record.version("Task", "task-1", 1),
    "history": lambda record: record.history("Task", "task-1"),
    "concern": lambda record: record.concern("concern-1"),
    "concern of a Task": lambda record: record.concern_of_task("task-1"),
}


@pytest.mark.parametrize("who", DO_NOT, ids=lambda who: who.name)
@pytest.mark.parametrize("way", NAMED)
def test_to_others_a_record_is_not_there(kept: Records, way: str, who: Principal) -> None:
    with kept.reading(who, now=FRIDAY) as record, pytest.raises(NotFound):
        NAMED[way](record)


@pytest.mark.parametrize("who", SEE_IT, ids=lambda who: who.name)
@pytest.mark.parametrize("way", NAMED)
def test_whose_it_is_finds_it(kept: Records, way: str, who: Principal) -> None:
    with kept.reading(who, now=FRIDAY) as record:
        assert NAMED[way](record)


@pytest.mark.parametrize("way", ASKING)
def test_whatever_the_question_others_learn_nothing(kept: Records, way: str) -> None:
    for who in SEE_IT:
        with kept.reading(who, now=FRIDAY) as record:
            assert ASKING[way](record) > 0, who.name
    for who in DO_NOT:
        with kept.reading(who, now=FRIDAY) as record:
            assert ASKING[way](record) == 0, who.name


@pytest.mark.parametrize("way", ASKING)
def test_one_persons_sight_is_never_another_persons(kept: Records, way: str) -> None:
    """Statements are compiled once and used for all: what they let through must not be."""
    mixed = [one for pair in zip(SEE_IT, DO_NOT, strict=True) for one in pair] * 3
    for who in mixed:
        with kept.reading(who, now=FRIDAY) as record:
            assert bool(ASKING[way](record)) == (who in SEE_IT), who.name


def test_in_one_session_the_eyes_can_change_and_change_back(kept: Records) -> None:
    stranger, owner = DO_NOT[0], SEE_IT[0]
    with kept.reading(stranger, now=FRIDAY) as record:
        assert record.find("Task", "task-1") is None
        with record.seeing_as(KEEPER):
            assert record.find("Task", "task-1")
        assert record.find("Task", "task-1") is None
        with record.seeing_as(owner):
            assert record.find("Task", "task-1")
        assert _count(record) == 0


def test_the_eyes_change_back_even_after_a_failure(kept: Records) -> None:
    with kept.reading(DO_NOT[0], now=FRIDAY) as record:
        with pytest.raises(NotFound), record.seeing_as(KEEPER):
            record.resource("Task", "no-such")
        assert record.find("Task", "task-1") is None


def test_many_at_once_each_see_their_own(kept: Records) -> None:
    def sees(who: Principal) -> bool:
        with kept.reading(who, now=FRIDAY) as record:
            return bool(_self_join(record) and _history(record) and _worklist(record))

    crowd = [*SEE_IT, *DO_NOT] * 10
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(sees, crowd)) == [who in SEE_IT for who in crowd]


@pytest.mark.parametrize("table", [ResourceRow, HistoryRow, QueueRow, AuditRow])
def test_a_session_that_is_nobodys_refuses_to_look(records: Records, table: type) -> None:
    with (
        records.database.read_as(GuardedSession) as session,
        pytest.raises(RuntimeError, match="principal"),
    ):
        session.exec(select(table)).all()


def test_words_of_a_tag_are_never_read_as_part_of_a_statement(kept: Records) -> None:
    nasty = ['speech"', "speech'", "speech\\", "{speech}", "speech,x", "*", "%", "sp", "speechx"]
    for word, role in product(nasty, ("org", "svc", "fam")):
        tag = f"{role}:{word}"
        who = _acting_for(word, role)
        with kept.reading(who, now=FRIDAY) as record:
            assert record.find("Task", "task-1") is None, tag
        with kept.writing(KEEPER, now=FRIDAY) as record:
            record.retag("concern-1", HERE.tags | {tag})
        with kept.reading(who, now=FRIDAY) as record:
            assert record.find("Task", "task-1"), tag
        with kept.writing(KEEPER, now=FRIDAY) as record:
            record.retag("concern-1", HERE.tags)


def _acting_for(word: str, role: str) -> Principal:
    acts_for = frozenset({word})
    if role == "org":
        return Principal(id="x", name="x", role=DO_NOT[0].role, organisation=word)
    if role == "svc":
        return Principal(id="x", name="x", role=DO_NOT[1].role, services=acts_for)
    return Principal(id="x", name="x", role=DO_NOT[3].role, children=acts_for)
