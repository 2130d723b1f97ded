"""Queue and search rows written anew from the records are what they were."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from services.referral.domain.moves import Move
from services.referral.records.rebuild import rebuild
from services.referral.records.tables import metadata
from services.referral.use_cases.annotate_task import annotate_task
from services.referral.use_cases.keep_resource import update_resource
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.reindex import REINDEX, reindex, reindex_old
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_child, a_concern, a_request, as_, service_id, the_example
from tests.referral.use_cases.reading import DESK, EARLY_YEARS, SPEECH, child_of

QUEUE, SEARCH = metadata.tables["queue"], metadata.tables["search_value"]


def rows(anyshire: Anyshire) -> dict[str, list[dict[str, Any]]]:
    with anyshire.records.database.read() as session:
        return {
            table.name: [
                dict(row)
                for row in session.execute(
                    select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in (QUEUE, SEARCH)
        }


def place_of(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def lived_in(anyshire: Anyshire) -> Anyshire:
    """Moves, questions, returns, the desk, another concern, and a child put right by a stranger
    to the first."""
    raised = anyshire.raise_(the_example())
    speech, years = (anyshire.referral_at(key, raised) for key in (SPEECH, EARLY_YEARS))
    anyshire.move(speech, Move.ASK, text="Since when?")
    anyshire.answer(anyshire.open_ask(raised.concern), "Since January")
    anyshire.move(speech, Move.RETURN, reason="incomplete", text="Too little")
    anyshire.answer(anyshire.open_ask(raised.concern), "Added", send_to=service_id("camhs"))
    anyshire.move(years, Move.RETURN, by="early.years", reason="incomplete", text="Too little")
    desk, to = anyshire.referral_at(DESK, raised), service_id("north-community-paediatrics")
    anyshire.move(desk, Move.PLACE, by="coordinator", service=to, text="Near them")
    placed = anyshire.referral_at("north-community-paediatrics", raised)
    anyshire.move(placed, Move.PAUSE, by="paediatrics.north", text="A new baby")
    _add_a_second_concern(anyshire, raised)
    _put_right(anyshire, raised)
    gone = anyshire.raise_(a_concern(child=a_child(birthDate="2022-05", address=None)))
    anyshire.withdraw(gone.concern, "They moved", by="nursery")
    anyshire.raise_(a_concern(a_request("vision", status="draft"), child=a_child(name=None)))
    return anyshire


def _add_a_second_concern(anyshire: Anyshire, raised: Raised) -> None:
    patient = the_example().parts[0].resource
    second = anyshire.raise_(a_concern(a_request("motor"), child=patient), by="nursery2")
    assert child_of(second) == child_of(raised)
    (task,) = second.referrals
    with anyshire.records.writing(as_("nursery2"), now=anyshire.clock()) as record:
        annotate_task(
            task,
            {**task.json, "note": [{"text": "Rang the mother"}]},
            record=record,
            rules=anyshire.rules,
        )


def _put_right(anyshire: Anyshire, raised: Raised) -> None:
    """The child by the second nursery, which does not see the first concern."""
    with anyshire.records.writing(as_("nursery"), now=anyshire.clock()) as record:
        request = record.resource("ServiceRequest", raised.concern)
        sent = {**request.json, "reasonCode": a_request("hearing")["reasonCode"]}
        update_resource("ServiceRequest", request.id, sent, record=record, version=None)
    with anyshire.records.writing(as_("nursery2"), now=anyshire.clock()) as record:
        child = record.resource("Patient", child_of(raised))
        moved = [{**child.json["address"][0], "district": "South Anyshire"}]
        sent = {**child.json, "birthDate": "2023-07-20", "address": moved}
        update_resource("Patient", child.id, sent, record=record, version=1)


def test_what_is_rebuilt_equals_what_was_there(lived_in: Anyshire) -> None:
    live = rows(lived_in)
    assert len(live["queue"]) >= 9
    assert {row["locality"] for row in live["queue"]} == {"South Anyshire", None}
    rebuilt = reindex(at=place_of(lived_in))
    assert rows(lived_in) == live
    assert rebuilt.tasks == len(live["queue"])


def test_rows_that_were_lost_wrong_or_too_many_are_put_right(lived_in: Anyshire) -> None:
    live = rows(lived_in)
    with lived_in.records.database.write() as session:
        some = live["queue"][0]["task_id"]
        session.execute(delete(QUEUE).where(QUEUE.c.task_id == some))
        session.execute(update(QUEUE).values(state="lost", tags=["svc:wrong"], open=False))
        session.execute(delete(SEARCH).where(SEARCH.c.param == "family"))
        session.execute(update(SEARCH).where(SEARCH.c.param == "status").values(value="x"))
        ghost = {**live["search_value"][0], "id": "no-such-resource"}
        session.execute(SEARCH.insert(), [ghost])
    assert rows(lived_in) != live
    reindex(at=place_of(lived_in))
    assert rows(lived_in) == live


def test_more_than_one_batch_is_rebuilt(lived_in: Anyshire) -> None:
    live = rows(lived_in)
    with lived_in.records.writing(REINDEX, now=lived_in.clock()) as record:
        rebuild(record, batch=7)
    assert rows(lived_in) == live


def test_a_record_that_cannot_be_read_leaves_the_rows_as_they_are(lived_in: Anyshire) -> None:
    live = rows(lived_in)
    resource = metadata.tables["resource"]
    with lived_in.records.database.write() as session:
        session.execute(update(resource).where(resource.c.type == "Task").values(body="{"))
    with pytest.raises(ValueError, match="Expecting"):
        reindex(at=place_of(lived_in))
    assert rows(lived_in) == live


def test_rebuilding_is_noted_and_changes_no_record(lived_in: Anyshire) -> None:
    before = lived_in.counts()
    reindex(at=place_of(lived_in))
    after = lived_in.counts()
    assert after.pop("audit") == before.pop("audit") + 1
    assert after.pop("index_version") == before.pop("index_version") + 1
    assert after == before


def test_after_an_upgrade_the_rows_are_written_anew_once(anyshire: Anyshire) -> None:
    anyshire.raise_(the_example())
    expected = rows(anyshire)
    with anyshire.records.database.write() as session:
        session.execute(delete(SEARCH))
    rebuilt = reindex_old(at=place_of(anyshire))
    assert rebuilt is not None
    assert rebuilt.resources > 0
    assert rows(anyshire) == expected
    assert reindex_old(at=place_of(anyshire)) is None
