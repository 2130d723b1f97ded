"""Another system asks that somebody is told: a CommunicationRequest."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.referral.records.tables import outbox
from services.referral.use_cases.workplace import Workplace
from shared.contract import Channel
from shared.outbox import count_all
from tests.referral.fhir_api.systems import System, issues_of
from tests.referral.use_cases.reading import audience, events

WORDS = "Please bring the red book."


@pytest.fixture
def mother(speech: System, task: dict[str, Any]) -> str:
    found = speech.get(f"/RelatedPerson?patient={task['for']['reference']}").json()["entry"]
    return f"RelatedPerson/{found[0]['resource']['id']}"


def a_request(task: dict[str, Any], to: str, **changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "CommunicationRequest",
        "status": "active",
        "priority": "routine",
        "subject": task["for"],
        "about": [{"reference": f"Task/{task['id']}"}],
        "recipient": [{"reference": to}],
        "medium": [{"coding": [{"code": "sms"}]}],
        "payload": [{"contentString": WORDS}],
        **changes,
    }


def test_a_service_has_a_mother_told_and_its_words_stay_in_the_record(
    speech: System, task: dict[str, Any], mother: str, at: Workplace
) -> None:
    answer = speech.post("/CommunicationRequest", a_request(task, mother))
    assert answer.status_code == 201, answer.text
    kept = speech.get(f"/CommunicationRequest/{answer.json()['id']}").json()
    assert kept["payload"][0]["contentString"] == WORDS
    event = events(at.records)[-1]
    assert event["type"] == "sooner.referral.message"
    assert audience(event) == {(mother, "family")}
    assert event["data"]["medium"] == Channel.SMS
    assert WORDS not in json.dumps(event)


def test_one_that_is_for_later_waits_until_then(
    speech: System, task: dict[str, Any], mother: str, at: Workplace
) -> None:
    later = (at.clock() + timedelta(days=3)).isoformat()
    answer = speech.post("/CommunicationRequest", a_request(task, mother, occurrenceDateTime=later))
    assert answer.status_code == 201, answer.text
    with at.records.database.read() as session:
        assert count_all(session, outbox, taken=0, now=at.clock()).held == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "draft"},
        {"about": []},
        {"recipient": []},
        {"recipient": [{"reference": "RelatedPerson/nobody"}]},
        {"recipient": [{"reference": "Organization/north"}]},
        {"priority": "whenever"},
    ],
)
def test_what_cannot_be_told_is_refused_with_the_reason(
    speech: System, task: dict[str, Any], mother: str, at: Workplace, changes: dict[str, Any]
) -> None:
    before = len(events(at.records))
    answer = speech.post("/CommunicationRequest", a_request(task, mother, **changes))
    assert answer.status_code in (400, 422)
    assert issues_of(answer)
    assert len(events(at.records)) == before


def test_who_does_not_see_the_referral_can_ask_for_nothing(
    nursery2: System, task: dict[str, Any], mother: str
) -> None:
    assert nursery2.post("/CommunicationRequest", a_request(task, mother)).status_code in (404, 422)
