"""A family, or who sent the referral, says that things have changed: a person looks today."""

import pytest

from services.referral.domain.change_told import What
from services.referral.domain.concern import AskKind, Concern
from services.referral.domain.moves import Move
from services.referral.records.resource import Resource
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.things_changed import tell_changed
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.identity import Principal
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_family, as_
from tests.referral.use_cases.reading import audience, audits, child_of, events

NURSERY, THERAPIST = as_("nursery").reference, as_("speech").reference


def say(
    anyshire: Anyshire, task: str, who: Principal, text: str = "Worse", what: What = What.WORSE
) -> Resource:
    with anyshire.records.writing(who, now=anyshire.clock()) as record:
        return tell_changed(task, what, text, record=record, rules=anyshire.rules)


def to_do(anyshire: Anyshire, raised: Raised) -> dict[str | None, str]:
    asks = anyshire.concern(raised.concern).open_asks
    return {one.person: one.text for one in asks if one.kind is AskKind.CHANGED}


def test_it_goes_to_a_person_of_the_service_and_to_the_key_contact(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    made = say(anyshire, task, a_family(child_of(raised)), "She stopped eating")
    words = "Things are worse than before. She stopped eating"
    assert to_do(anyshire, raised) == {THERAPIST: words, NURSERY: words}
    assert made.json["owner"] == {"reference": THERAPIST}
    assert made.json["partOf"] == [{"reference": f"Task/{task}"}]


def test_both_hear_of_it_at_once_and_the_family_that_it_was_passed_on(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    family = a_family(child_of(raised))
    say(anyshire, task, family)
    event = events(anyshire.records)[-1]
    assert event["type"] == "sooner.referral.things-changed"
    assert audience(event) == {
        (THERAPIST, "service"),
        (NURSERY, "key-contact"),
        (family.reference, "family"),
    }
    urgent = {one["id"]: one["urgent"] for one in event["data"]["recipients"]}
    assert urgent == {THERAPIST: True, NURSERY: True, family.reference: False}


def test_what_staff_say_is_not_told_to_the_family(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    say(anyshire, task, as_("nursery"), "The mother looks unwell", What.RISK)
    assert "family" not in {part for _, part in audience(events(anyshire.records)[-1])}
    traces = [one for one in audits(anyshire.records) if one.action == "risk-told"]
    assert traces, "and it has a name of its own, which the family's page leaves out"


def test_it_stands_on_the_list_of_whoever_is_to_look(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    say(anyshire, task, as_("nursery"))
    rows = [row for row in anyshire.queue() if row.kind == AskKind.CHANGED]
    assert {(row.assigned_to, row.open, row.part_of) for row in rows} == {
        (THERAPIST, True, task),
        (NURSERY, True, task),
    }


def test_a_risk_makes_the_referral_urgent_on_the_queue(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    say(anyshire, task, as_("nursery"), "Somebody hurts him", What.RISK)
    [row] = [row for row in anyshire.queue() if row.task_id == task]
    assert row.priority == "urgent"


def test_it_is_done_when_a_person_says_so_and_the_referral_stays_as_it_was(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    made = say(anyshire, task, as_("nursery"))
    before = anyshire.referral(raised, task)
    anyshire.answer(made.id, "I rang the mother; we see them on Monday", by="speech")
    assert set(to_do(anyshire, raised)) == {NURSERY}
    after = anyshire.referral(raised, task)
    assert (after.state, after.due_at) == (before.state, before.due_at)


def test_it_stays_to_be_done_when_the_referral_moves_on(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    say(anyshire, task, as_("nursery"))
    anyshire.move(task, Move.ACCEPT)
    assert len(to_do(anyshire, raised)) == 2


@pytest.mark.parametrize("who", ["nursery", "speech", "coordinator"])
def test_everyone_with_a_part_in_it_may_say_so(anyshire: Anyshire, task: str, who: str) -> None:
    assert say(anyshire, task, as_(who))


def test_a_carer_who_may_not_speak_for_the_child_may_still_say_so(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    grandmother = Principal(
        id="gran", name="Gran", role=a_family().role, read_only=True,
        children=frozenset({child_of(raised)}),
    )  # fmt: skip
    assert say(anyshire, task, grandmother)


@pytest.mark.parametrize("who", ["nursery2", "camhs"])
def test_to_others_the_referral_is_not_there(anyshire: Anyshire, task: str, who: str) -> None:
    before = anyshire.counts()
    with pytest.raises(NotFound):
        say(anyshire, task, as_(who))
    assert anyshire.counts()["queue"] == before["queue"]


def test_another_service_that_was_asked_for_the_child_may_not(
    anyshire: Anyshire, task: str
) -> None:
    with pytest.raises(NotAllowed):
        say(anyshire, task, as_("early.years"))


def test_of_what_has_ended_nothing_can_change(anyshire: Anyshire, task: str) -> None:
    anyshire.move(task, Move.WITHDRAW, by="nursery", text="They moved")
    with pytest.raises(Conflict, match="Speak with the person who sent it"):
        say(anyshire, task, as_("nursery"))


def test_saying_nothing_is_not_saying_it(anyshire: Anyshire, raised: Raised, task: str) -> None:
    with pytest.raises(Invalid):
        say(anyshire, task, as_("nursery"), "  ")
    concern: Concern = anyshire.concern(raised.concern)
    assert not concern.open_asks


def test_saying_it_twice_asks_twice(anyshire: Anyshire, raised: Raised, task: str) -> None:
    """The second time may be about something else."""
    for _ in range(2):
        say(anyshire, task, as_("nursery"))
    assert len(anyshire.concern(raised.concern).open_asks) == 4


@pytest.mark.parametrize(("what", "level"), [(What.RISK, 2), (What.LOST_SKILLS, 2), (What.NEW, 1)])
def test_a_risk_that_is_told_while_a_child_waits_skips_a_level_from_then_on(
    anyshire: Anyshire, raised: Raised, task: str, what: What, level: int
) -> None:
    at = Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    anyshire.clock.pass_(days=7)
    escalate_overdue(at=at, now=anyshire.clock())
    assert anyshire.referral(raised, task).level == 0
    say(anyshire, task, as_("nursery"), "Since Monday", what)
    anyshire.clock.pass_(days=1)
    escalate_overdue(at=at, now=anyshire.clock())
    assert anyshire.referral(raised, task).level == level
