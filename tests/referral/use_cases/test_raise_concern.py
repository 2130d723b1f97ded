"""A concern is kept whole or refused whole, and reaches every service that can help."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.referral.domain.concern import ConcernStatus
from services.referral.domain.moves import Kind, State
from services.referral.use_cases.refer_concern import AlreadyOpen, Stopped
from shared.errors import Failure, NotAllowed, NotFound
from tests.referral.anyshire import Anyshire
from tests.referral.builders import (
    a_child,
    a_concern,
    a_family,
    a_request,
    a_story,
    as_,
    service_id,
)
from tests.referral.use_cases.reading import (
    DESK,
    EARLY_YEARS,
    SPEECH,
    asked,
    audits,
    child_of,
)

NO_PLACE = {"address": [{"city": "Nowhere"}], "generalPractitioner": None}


def test_every_service_that_can_help_is_asked_with_the_reason(anyshire: Anyshire) -> None:
    raised = anyshire.raise_()
    assert asked(raised) == {SPEECH, EARLY_YEARS}
    for task in raised.referrals:
        assert task.json["reasonCode"]["text"].startswith("because talking is a worry")
        assert task.json["status"] == "requested"
        assert task.json["focus"] == {"reference": f"ServiceRequest/{raised.concern}"}
        assert task.json["for"] == {"reference": f"Patient/{child_of(raised)}"}
    concern = anyshire.concern(raised.concern)
    assert concern.status is ConcernStatus.ACTIVE
    assert all(one.first_received_at == anyshire.clock() for one in concern.referrals)


def test_each_part_is_kept_and_leads_to_the_others(anyshire: Anyshire) -> None:
    raised = anyshire.raise_()
    assert [one.type for one in raised.kept] == [
        "Patient", "RelatedPerson", "QuestionnaireResponse", "ServiceRequest",
    ]  # fmt: skip
    with anyshire.records.reading(as_("nursery"), now=anyshire.clock()) as record:
        kept = [record.resource(one.type, one.id).json for one in raised.kept]
    about = {"reference": f"Patient/{child_of(raised)}"}
    assert kept[1]["patient"] == kept[2]["subject"] == kept[3]["subject"] == about


def test_a_person_may_choose_among_the_services(anyshire: Anyshire) -> None:
    chosen = frozenset({service_id(EARLY_YEARS)})
    assert asked(anyshire.raise_(a_concern(services=chosen))) == {EARLY_YEARS}


def test_a_service_to_be_considered_is_asked_when_a_person_chooses_it(anyshire: Anyshire) -> None:
    unheard = a_story(item=[{"linkId": "hearing-checked", "answer": [{"valueBoolean": False}]}])
    assert asked(anyshire.raise_(a_concern(story=unheard))) == {SPEECH, EARLY_YEARS}
    chosen = frozenset({service_id("north-audiology")})
    again = a_concern(story=unheard, services=chosen)
    assert asked(anyshire.raise_(again)) == {"north-audiology"}


@pytest.mark.parametrize("services", [frozenset(), frozenset({"no-such-service"})])
def test_when_nobody_is_chosen_the_desk_owns_it(
    anyshire: Anyshire, services: frozenset[str]
) -> None:
    raised = anyshire.raise_(a_concern(services=services))
    assert asked(raised) == {DESK}


def test_a_child_of_no_known_area_goes_to_the_desk_with_a_named_owner(anyshire: Anyshire) -> None:
    raised = anyshire.raise_(a_concern(child=a_child(**NO_PLACE)))
    assert asked(raised) == {DESK}
    (referral,) = anyshire.concern(raised.concern).referrals
    assert (referral.kind, referral.assigned_to) == (Kind.DESK, as_("coordinator").reference)


def test_a_desk_is_to_decide_sooner_than_a_service(anyshire: Anyshire) -> None:
    """Two working days after a Friday, five for a service (policies/clocks.yaml)."""
    at_desk = anyshire.raise_(a_concern(child=a_child(**NO_PLACE)))
    (desk,) = anyshire.concern(at_desk.concern).referrals
    assert desk.due_at.date() == anyshire.clock().date() + timedelta(days=4)
    helped = anyshire.raise_(a_concern(child=a_child(identifier=None, birthDate="2023-02-02")))
    for referral in anyshire.concern(helped.concern).referrals:
        assert referral.due_at.date() == anyshire.clock().date() + timedelta(days=7)


def test_a_draft_asks_nobody_and_tells_nobody(anyshire: Anyshire) -> None:
    raised = anyshire.raise_(a_concern(a_request(status="draft")))
    assert raised.referrals == ()
    assert anyshire.concern(raised.concern).status is ConcernStatus.DRAFT
    counts = anyshire.counts()
    assert (counts["queue"], counts["outbox"]) == (0, 0)


@pytest.mark.parametrize("concern", ["immediate-danger", "possible-abuse-neglect"])
def test_danger_now_is_for_the_telephone_and_nothing_is_kept(
    anyshire: Anyshire, concern: str
) -> None:
    before = anyshire.counts()
    with pytest.raises(Stopped) as stopped:
        anyshire.raise_(a_concern(a_request("speech-language", concern)))
    assert "999" in str(stopped.value)
    assert "0808 157 0143" in str(stopped.value)
    assert anyshire.counts() == before


def test_who_may_not_raise_a_concern_keeps_nothing(anyshire: Anyshire) -> None:
    before = anyshire.counts()
    for who in (as_("admin"), a_family("child-1")):
        with pytest.raises(NotAllowed):
            anyshire.raise_(by=who)
    assert anyshire.counts() == before


@pytest.mark.parametrize("by", ["nursery", "nursery2", "school", "speech", "coordinator"])
def test_whoever_raises_a_concern_goes_on_seeing_it(anyshire: Anyshire, by: str) -> None:
    raised = anyshire.raise_(by=by)
    with anyshire.records.reading(as_(by), now=anyshire.clock()) as record:
        for part in (*raised.kept, *raised.referrals):
            record.resource(part.type, part.id)


def test_only_those_concerned_see_it(anyshire: Anyshire) -> None:
    raised = anyshire.raise_()
    child = child_of(raised)
    sees = {"nursery", "speech", "early.years", "coordinator"}
    everybody = sees | {"nursery2", "camhs", "edpsych", "school", "speech.south", "admin"}
    people = {key: as_(key) for key in everybody} | {
        "own family": a_family(child),
        "other family": a_family("x"),
    }
    found = set()
    for key, who in people.items():
        with anyshire.records.reading(who, now=anyshire.clock()) as record:
            try:
                record.concern(raised.concern)
                record.resource("Patient", child)
            except NotFound:
                continue
            found.add(key)
    assert found == sees | {"own family"}


def test_the_same_concern_at_the_same_service_is_pointed_out(anyshire: Anyshire) -> None:
    first = anyshire.raise_()
    before = anyshire.counts()
    with pytest.raises(AlreadyOpen) as open_already:
        anyshire.raise_(by="nursery2")
    assert set(open_already.value.tasks) == {task.id for task in first.referrals}
    assert anyshire.counts() == before


def test_it_is_taken_when_it_is_said_to_be_new_or_is_another_worry(anyshire: Anyshire) -> None:
    first = anyshire.raise_()
    second = anyshire.raise_(a_concern(is_new=True))
    third = anyshire.raise_(a_concern(a_request("hearing")))
    assert len({first.concern, second.concern, third.concern}) == 3
    assert {child_of(one) for one in (first, second, third)} == {child_of(first)}


def test_a_concern_that_has_ended_may_be_raised_again(anyshire: Anyshire) -> None:
    first = anyshire.raise_()
    anyshire.withdraw(first.concern, "The family wants to wait", by="nursery")
    assert anyshire.raise_().concern != first.concern


def test_a_concern_about_a_child_who_is_known_by_id(anyshire: Anyshire) -> None:
    child = child_of(anyshire.raise_())
    request = a_request("hearing", subject={"reference": f"Patient/{child}"})
    alone = replace(a_concern(), parts=(replace(a_concern().parts[-1], resource=request),))
    raised = anyshire.raise_(alone)
    assert anyshire.concern(raised.concern).child == child
    with pytest.raises(Failure):
        anyshire.raise_(alone, by="camhs")


def test_who_brought_it_stands_in_the_record_and_in_the_audit(anyshire: Anyshire) -> None:
    raised = anyshire.raise_()
    with anyshire.records.reading(as_("speech"), now=anyshire.clock()) as record:
        (trace,) = record.of_concern(raised.concern, "Provenance")
        (team,) = record.of_concern(raised.concern, "CareTeam")
    agent = trace.json["agent"][0]
    assert agent["who"] == {"reference": as_("nursery").reference, "display": "Sam Lee"}
    assert agent["onBehalfOf"]["reference"] == f"Organization/{as_('nursery').organisation}"
    assert team.json["participant"][0]["member"]["display"] == "Sam Lee"
    (line,) = audits(anyshire.records)
    assert (line.who, line.action, line.at) == (as_("nursery").reference, "raise", anyshire.clock())
    assert all(task.id in line.detail for task in raised.referrals)


def test_a_system_speaks_for_its_organisation(anyshire: Anyshire) -> None:
    anyshire.raise_(by=as_("nursery", client=True))
    (line,) = audits(anyshire.records)
    assert (line.who, line.client) == (
        f"Organization/{as_('nursery').organisation}",
        "demo-nursery",
    )


def test_the_queue_has_a_line_for_each_service(anyshire: Anyshire) -> None:
    raised = anyshire.raise_()
    rows = anyshire.queue()
    assert {row.task_id for row in rows} == {task.id for task in raised.referrals}
    for row in rows:
        assert (row.state, row.open) == (State.SUBMITTED, True)
        assert (row.locality, str(row.birth_date)) == ("North Anyshire", "2023-06-01")
        assert (row.concern_code, row.area_of_need) == (
            "speech-language",
            "communication-interaction",
        )
