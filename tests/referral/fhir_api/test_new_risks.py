"""A risk that becomes known later: from then on the referral climbs by the swift ladder."""

import json
from typing import Any

import pytest

from services.referral.domain.referral import Referral, ReferralId
from services.referral.domain.running import Risk
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.workplace import Workplace
from shared.fhir.codes import CONCERN
from tests.referral.anyshire import Anyshire
from tests.referral.fhir_api.systems import System, issues_of, places_of, the_bundle

SNOMED = "http://snomed.info/sct"
LOOKED_AFTER = {"coding": [{"system": SNOMED, "code": "764841000000100"}], "text": "In care"}
LOST = {"coding": [{"system": CONCERN, "code": "lost-skills"}]}


def flag(**changes: Any) -> dict[str, Any]:
    return {"resourceType": "Flag", "status": "active", "code": LOOKED_AFTER, **changes}


def observation(**changes: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": LOST, **changes}


def answers(link: str, **value: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": [{"linkId": "more", "item": [{"linkId": link, "answer": [value]}]}],
    }


#: What is sent later, and which risk it tells of.
LATER: dict[str, tuple[dict[str, Any], Risk]] = {
    "a flag: in care": (flag(), Risk.LOOKED_AFTER),
    "a flag: protection plan": (
        flag(code={"coding": [{"system": SNOMED, "code": "342191000000101"}]}), Risk.SAFEGUARDING,
    ),
    "an observation: lost skills": (observation(), Risk.LOST_SKILLS),
    "an answer: lost skills": (answers("lost-skills", valueBoolean=True), Risk.LOST_SKILLS),
    "an answer: looked after": (
        answers("legal-status", valueCoding={"code": "looked-after"}), Risk.LOOKED_AFTER,
    ),
}  # fmt: skip


class Waiting:
    """The referral of the example, which nobody answers, and what systems add to it."""

    def __init__(self, anyshire: Anyshire, at: Workplace, task: dict[str, Any]) -> None:
        self.anyshire, self.at = anyshire, at
        self.task, self.concern = task["id"], task["focus"]["reference"].partition("/")[2]
        self.child = task["for"]

    @property
    def referral(self) -> Referral:
        return self.anyshire.concern(self.concern).referral(ReferralId(self.task))

    def about(self, sent: dict[str, Any], *, alone: bool = False) -> dict[str, Any]:
        """About the child; of the concern too, where the type has a place to say so."""
        if alone or sent["resourceType"] == "Flag":
            return {**sent, "subject": self.child}
        based = [{"reference": f"ServiceRequest/{self.concern}"}]
        return {**sent, "subject": self.child, "basedOn": based}

    def passes(self, **time: float) -> None:
        """And one sweep."""
        self.anyshire.clock.pass_(**time)
        escalate_overdue(at=self.at, now=self.anyshire.clock())

    def is_overdue(self) -> None:
        self.passes(days=7)
        self.passes(days=1)
        assert self.referral.level == 1


@pytest.fixture
def waiting(anyshire: Anyshire, at: Workplace, task: dict[str, Any]) -> Waiting:
    return Waiting(anyshire, at, task)


@pytest.mark.parametrize(("sent", "risk"), LATER.values(), ids=LATER)
def test_what_is_added_lets_it_climb_swiftly(
    waiting: Waiting, nursery: System, sent: dict[str, Any], risk: Risk
) -> None:
    waiting.is_overdue()
    before = waiting.referral
    answer = nursery.signs_in_again().post(f"/{sent['resourceType']}", waiting.about(sent))
    assert answer.status_code == 201, answer.text
    after = waiting.referral
    assert after.risks == {risk}
    assert after.priority == "urgent"
    assert (after.due_at, after.level, after.clocks) == (before.due_at, 1, before.clocks)
    assert before.next_escalation_at is not None
    assert after.next_escalation_at is not None
    assert after.next_escalation_at < before.next_escalation_at
    waiting.passes(minutes=1)
    assert waiting.referral.level == 2, "a working day late would be too early for the others"
    waiting.passes(minutes=1)
    assert waiting.referral.level == 2, "no rung is taken twice"


def test_a_rung_that_is_not_reached_yet_is_skipped(waiting: Waiting, nursery: System) -> None:
    waiting.passes(days=7)
    assert nursery.signs_in_again().post("/Flag", waiting.about(flag())).status_code == 201
    waiting.passes(days=1)
    assert waiting.referral.level == 2, "overdue is for the manager at once"


def test_an_observation_of_the_child_alone_counts_for_what_is_open(
    waiting: Waiting, nursery: System
) -> None:
    answer = nursery.post("/Observation", waiting.about(observation(), alone=True))
    assert answer.status_code == 201
    assert waiting.referral.risks == {Risk.LOST_SKILLS}


def test_a_flag_that_comes_with_the_concern_counts_from_the_beginning(
    anyshire: Anyshire, nursery: System, speech: System
) -> None:
    bundle = the_bundle()
    child = next(one for one in bundle["entry"] if one["resource"]["resourceType"] == "Patient")
    sent = flag(subject={"reference": child["fullUrl"]})
    bundle["entry"].append({"resource": sent, "request": {"method": "POST", "url": "Flag"}})
    assert nursery.raises(json.dumps(bundle)).status_code == 200
    assert speech.own_task()["priority"] == "urgent"


def test_several_in_one_bundle_count_together(waiting: Waiting, nursery: System) -> None:
    parts = [waiting.about(flag()), waiting.about(observation())]
    entries = [
        {"resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
        for one in parts
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    assert nursery.post("", bundle).status_code == 200
    assert waiting.referral.risks == {Risk.LOOKED_AFTER, Risk.LOST_SKILLS}


@pytest.mark.parametrize(
    "sent",
    [
        flag(status="inactive"),
        flag(code={"text": "Has a dog"}),
        observation(valueBoolean=False),
        observation(status="entered-in-error"),
        answers("lost-skills", valueBoolean=False),
        answers("worry", valueString="None"),
    ],
)
def test_what_tells_of_no_risk_changes_nothing(
    waiting: Waiting, nursery: System, sent: dict[str, Any]
) -> None:
    before = waiting.referral
    assert nursery.post(f"/{sent['resourceType']}", waiting.about(sent)).status_code == 201
    assert waiting.referral == before


def test_the_concern_itself_becomes_urgent(waiting: Waiting, nursery: System) -> None:
    waiting.is_overdue()
    path = f"/ServiceRequest/{waiting.concern}"
    request = nursery.signs_in_again().get(path).json()
    assert nursery.send("PUT", path, {**request, "priority": "asap"}).status_code == 200
    assert waiting.referral.priority == "asap"
    assert nursery.send("PUT", path, {**request, "priority": "routine"}).status_code == 200
    assert waiting.referral.priority == "asap", "nothing is made less urgent"
    waiting.passes(minutes=1)
    assert waiting.referral.level == 2


def test_a_worry_that_is_added_to_the_concern(waiting: Waiting, nursery: System) -> None:
    path = f"/ServiceRequest/{waiting.concern}"
    patch = [{"op": "add", "path": "/reasonCode/-", "value": LOST}]
    sent = nursery.send("PATCH", path, patch, **{"Content-Type": "application/json-patch+json"})
    assert sent.status_code == 200, sent.text
    assert waiting.referral.risks == {Risk.LOST_SKILLS}
    assert waiting.referral.priority == "urgent"


def test_a_task_is_made_more_urgent_and_never_less(
    waiting: Waiting, speech: System, task: dict[str, Any]
) -> None:
    waiting.is_overdue()
    task = speech.signs_in_again().own_task()
    refused = speech.changes(task, priority="urgent", status="received")
    assert places_of(refused) == ["Task.priority"], "one thing at a time"
    task = speech.moves(task, priority="urgent")
    assert task["priority"] == "urgent"
    assert waiting.referral.due_at.isoformat()[:19] in task["restriction"]["period"]["end"]
    refused = speech.changes(task, priority="routine")
    assert refused.status_code == 422
    assert "less urgent" in issues_of(refused)[0]["details"]["text"]
    waiting.passes(minutes=1)
    assert waiting.referral.level == 2


def test_a_note_leaves_it_as_urgent_as_it_was(
    waiting: Waiting, speech: System, task: dict[str, Any]
) -> None:
    task = speech.moves(task, priority="asap")
    task.pop("priority")
    assert speech.moves(task, note=[{"text": "Rang"}])["priority"] == "asap"
    assert waiting.referral.priority == "asap"
