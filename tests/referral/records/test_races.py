"""Of two who act at once on one thing, exactly one wins and the other is told."""

from collections.abc import Callable

from services.referral.domain.moves import Move, State
from services.referral.records.resource import Resource
from services.referral.records.store import Records
from services.referral.use_cases.keep_resource import update_resource
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.refer_concern import AlreadyOpen
from shared.errors import Stale
from tests.referral.anyshire import ONLOOKER, Anyshire, row_counts
from tests.referral.builders import a_concern, a_request, as_, service_id
from tests.referral.fakes import FRIDAY
from tests.referral.races import at_once
from tests.referral.records.shelves import KEEPER, NURSERY, SPEECH, keep_child_and_task

NORTH_SPEECH, EARLY_YEARS = "north-speech-language-therapy", "early-years"


def test_of_two_writers_of_one_version_one_is_stale(records: Records) -> None:
    keep_child_and_task(records)
    with records.reading(KEEPER, now=FRIDAY) as record:
        seen = record.resource("Task", "task-1")

    def write(priority: str) -> Callable[[], Resource]:
        def writes() -> Resource:
            with records.writing(SPEECH, now=FRIDAY) as record:
                return record.update(seen, {**seen.json, "priority": priority})

        return writes

    before = row_counts(records)
    ended = at_once(write("urgent"), write("asap"), write("stat"))
    won = [one for one in ended if isinstance(one, Resource)]
    assert sum(isinstance(one, Stale) for one in ended) == 2
    with records.reading(NURSERY, now=FRIDAY) as record:
        assert record.resource("Task", "task-1").body == won[0].body
        assert len(record.history("Task", "task-1")) == 2
    after = row_counts(records)
    assert after.pop("resource_history") == before.pop("resource_history") + 1
    assert after == before


def test_of_two_who_move_one_referral_one_wins_and_the_other_hears_who(anyshire: Anyshire) -> None:
    raised = anyshire.raise_()
    task = anyshire.referral_at(NORTH_SPEECH, raised)
    before = anyshire.counts()
    ended = at_once(
        lambda: anyshire.move(task, Move.ACCEPT, by="speech", version=1),
        lambda: anyshire.move(task, Move.WITHDRAW, by="nursery", version=1, text="Moved away"),
    )
    (won,) = (one for one in ended if isinstance(one, Resource))
    (lost,) = (one for one in ended if isinstance(one, Stale))
    winner = as_("speech" if won.json["status"] == "accepted" else "nursery")
    assert winner.name in str(lost)
    assert won.version == 2
    assert anyshire.counts()["resource_history"] == before["resource_history"] + 2  # and its trace


def test_two_services_that_return_at_once_do_not_both_think_they_are_the_first(
    anyshire: Anyshire,
) -> None:
    """Each moves a Task of its own; the rule is about the concern as a whole."""
    for _ in range(3):
        raised = anyshire.raise_(a_concern(is_new=True))
        tasks = {by: anyshire.referral_at(key, raised) for by, key in _BOTH.items()}
        ended = at_once(*(_returns(anyshire, by, task) for by, task in tasks.items()))
        assert [type(one) for one in ended] == [Resource, Resource]
        concern = anyshire.concern(raised.concern)
        assert concern.times_returned == 2
        assert concern.open_desk


_BOTH = {"speech": NORTH_SPEECH, "early.years": EARLY_YEARS}


def _returns(anyshire: Anyshire, by: str, task: str) -> Callable[[], Resource]:
    return lambda: anyshire.move(task, Move.RETURN, by=by, reason="incomplete", text="Too little")


def test_two_services_that_pass_it_on_at_once_both_let_the_new_ones_see(anyshire: Anyshire) -> None:
    raised = anyshire.raise_()
    tasks = {by: anyshire.referral_at(key, raised) for by, key in _BOTH.items()}
    new = {"speech": "camhs", "early.years": "north-community-paediatrics"}

    def passes_on(by: str) -> Callable[[], Resource]:
        to = service_id(new[by])
        return lambda: anyshire.move(tasks[by], Move.REDIRECT, by=by, service=to, text="Better")

    ended = at_once(passes_on("speech"), passes_on("early.years"))
    assert [type(one) for one in ended] == [Resource, Resource]
    with anyshire.records.reading(ONLOOKER, now=FRIDAY) as record:
        everything = [*record.of_concern(raised.concern), record.find("Patient", _child(raised))]
    for key in new.values():
        assert all(f"svc:{service_id(key)}" in one.place.tags for one in everything if one)
    for row in anyshire.queue():
        assert {f"svc:{service_id(key)}" for key in new.values()} <= set(row.tags)


def _child(raised: Raised) -> str:
    return next(one.id for one in raised.kept if one.type == "Patient")


def test_the_same_child_raised_by_two_at_once_is_one_child(anyshire: Anyshire) -> None:
    ended = at_once(
        lambda: anyshire.raise_(a_concern(a_request("speech-language")), by="nursery"),
        lambda: anyshire.raise_(a_concern(a_request("hearing")), by="nursery2"),
    )
    children = {_child(one) for one in ended}
    assert len(children) == 1
    assert sorted(one.child_was_known for one in ended) == [False, True]


def test_of_two_who_send_one_concern_at_once_one_hears_that_it_is_open(anyshire: Anyshire) -> None:
    ended = at_once(*[lambda: anyshire.raise_(), lambda: anyshire.raise_(by="nursery2")])
    assert sorted(type(one).__name__ for one in ended) == [AlreadyOpen.__name__, Raised.__name__]


def test_a_referral_moved_while_the_child_is_put_right_stays_moved_in_the_queue(
    anyshire: Anyshire,
) -> None:
    raised = anyshire.raise_()
    task = anyshire.referral_at(NORTH_SPEECH, raised)

    def puts_right() -> None:
        with anyshire.records.writing(as_("nursery"), now=FRIDAY) as record:
            child = record.resource("Patient", _child(raised))
            sent = {**child.json, "birthDate": "2022-01-01"}
            update_resource("Patient", child.id, sent, record=record, version=None)

    at_once(puts_right, lambda: anyshire.move(task, Move.ACCEPT))
    (row,) = (row for row in anyshire.queue() if row.task_id == task)
    assert (row.state, str(row.birth_date)) == (State.ACCEPTED, "2022-01-01")
