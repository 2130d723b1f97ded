"""A concern that is not sent yet is its writer's alone, and does not stay for ever."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest

from services.referral.records.filled_form import FilledForm
from services.referral.records.resource import Json
from services.referral.use_cases.drafts import (
    SavedDraft,
    delete_old_drafts,
    read_draft,
    read_drafts,
    save_step,
    start_draft,
)
from services.referral.use_cases.send_draft import send_draft
from shared.errors import Conflict, NotAllowed, NotFound
from shared.identity import job
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_family, as_
from tests.referral.web.whole_forms import zoyas_form

ZOYA: Json = {"child": {"given": "Zoya"}}


def started(anyshire: Anyshire, by: str = "nursery") -> str:
    with anyshire.records.writing(as_(by), now=anyshire.clock()) as record:
        return start_draft(ZOYA, record=record)


def saved(anyshire: Anyshire, id: str, step: str, typed: Json, by: str = "nursery") -> None:
    with anyshire.records.writing(as_(by), now=anyshire.clock()) as record:
        save_step(id, step, typed, record=record)


def read(anyshire: Anyshire, id: str, by: str = "nursery") -> SavedDraft:
    with anyshire.records.reading(as_(by), now=anyshire.clock()) as record:
        return read_draft(id, record=record)


def sent(anyshire: Anyshire, form: FilledForm, by: str = "nursery") -> str:
    with anyshire.records.writing(as_(by), now=anyshire.clock()) as record:
        return send_draft(form, record=record, rules=anyshire.rules)


def test_a_step_takes_the_place_of_what_it_held_and_leaves_the_others(anyshire: Anyshire) -> None:
    id = started(anyshire)
    saved(anyshire, id, "gp", {"practice": "Z99901"})
    saved(anyshire, id, "gp", {"practice": ""})
    assert read(anyshire, id).typed == {**ZOYA, "gp": {"practice": ""}}


def test_only_its_writer_finds_a_draft(anyshire: Anyshire) -> None:
    id = started(anyshire)
    for by in ("nursery2", "coordinator", "admin"):
        with pytest.raises(NotFound):
            read(anyshire, id, by)
        with pytest.raises(NotFound):
            saved(anyshire, id, "gp", {}, by)
        with pytest.raises(NotFound):
            sent(anyshire, zoyas_form(id), by)
    assert read(anyshire, id).typed == ZOYA


def test_a_family_account_starts_no_draft(anyshire: Anyshire) -> None:
    with (
        pytest.raises(NotAllowed),
        anyshire.records.writing(a_family("child"), now=anyshire.clock()) as record,
    ):
        start_draft(ZOYA, record=record)
    assert anyshire.counts()["draft"] == 0


@pytest.mark.parametrize(
    ("saved_at", "deleted_on"),
    [
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), date(2026, 12, 18)),
        (datetime(2026, 6, 1, 22, 59, tzinfo=UTC), date(2026, 6, 29)),
        (datetime(2026, 6, 1, 23, 1, tzinfo=UTC), date(2026, 6, 30)),  # after midnight in London
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 11, 22)),  # the clocks go back
    ],
)
def test_a_draft_is_there_until_the_day_it_is_deleted_on(
    anyshire: Anyshire, saved_at: datetime, deleted_on: date
) -> None:
    anyshire.clock.now = saved_at
    id = started(anyshire)
    assert read(anyshire, id).deleted_on == deleted_on
    midnight = datetime(*deleted_on.timetuple()[:3], tzinfo=UTC)
    if deleted_on.month in (6, 7):
        midnight -= timedelta(hours=1)
    anyshire.clock.now = midnight - timedelta(seconds=1)
    assert purged(anyshire) == 0
    assert read(anyshire, id).id == id
    anyshire.clock.now = midnight
    with pytest.raises(NotFound):
        read(anyshire, id)
    assert purged(anyshire) == 1
    assert anyshire.counts()["draft"] == 0


def purged(anyshire: Anyshire) -> int:
    with anyshire.records.writing(job("drafts"), now=anyshire.clock()) as record:
        return delete_old_drafts(record=record)


def test_a_change_starts_the_28_days_again(anyshire: Anyshire) -> None:
    id = started(anyshire)
    anyshire.clock.pass_(days=20)
    saved(anyshire, id, "gp", {})
    anyshire.clock.pass_(days=20)
    assert purged(anyshire) == 0
    assert read(anyshire, id).deleted_on == date(2027, 1, 7)


def test_drafts_are_listed_the_last_changed_first_without_those_sent(anyshire: Anyshire) -> None:
    first, second, third = (started(anyshire) for _ in range(3))
    started(anyshire, "nursery2")
    anyshire.clock.pass_(hours=1)
    saved(anyshire, first, "gp", {})
    sent(anyshire, zoyas_form(third))
    with anyshire.records.reading(as_("nursery"), now=anyshire.clock()) as record:
        assert [one.id for one in read_drafts(record=record)] == [first, second]


def test_what_was_sent_is_kept_in_the_record_alone(anyshire: Anyshire) -> None:
    id = started(anyshire)
    concern = sent(anyshire, zoyas_form(id))
    assert read(anyshire, id).concern == concern
    assert read(anyshire, id).typed == {}
    with pytest.raises(Conflict):
        saved(anyshire, id, "gp", {})


def test_sending_twice_at_once_makes_one_concern(anyshire: Anyshire) -> None:
    id = started(anyshire)
    concerns: list[str] = []
    senders = [
        Thread(target=lambda: concerns.append(sent(anyshire, zoyas_form(id)))) for _ in range(4)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(timeout=30)
    assert len(concerns) == 4
    assert len(set(concerns)) == 1
    with anyshire.records.reading(job("onlooker"), now=anyshire.clock()) as record:
        assert len(record.of_type("ServiceRequest")) == 1


def test_steps_saved_at_once_are_all_kept(anyshire: Anyshire) -> None:
    id = started(anyshire)
    steps = ["gp", "risk", "worry", "where", "legal", "health"]
    writers = [Thread(target=saved, args=(anyshire, id, step, {"a": step})) for step in steps]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=30)
    assert read(anyshire, id).typed.keys() == {"child", *steps}


def test_a_refused_concern_leaves_the_draft_as_it_was(anyshire: Anyshire) -> None:
    sent(anyshire, zoyas_form(started(anyshire)))
    again = started(anyshire)
    with pytest.raises(Conflict):
        sent(anyshire, zoyas_form(again))
    assert read(anyshire, again).typed == ZOYA
    assert read(anyshire, again).concern is None
