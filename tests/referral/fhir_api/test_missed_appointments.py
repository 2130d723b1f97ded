"""A service's system says by the Appointment that a child was not brought."""

from datetime import timedelta
from typing import Any

import pytest

from services.referral.use_cases.workplace import Workplace
from tests.referral.fakes import Clock
from tests.referral.fhir_api.systems import System, places_of
from tests.referral.use_cases.reading import events

NOT_BROUGHT = {"status": "noshow"}


@pytest.fixture
def offered(speech: System, task: dict[str, Any], at: Workplace) -> dict[str, Any]:
    """The Appointment of an offer for an hour from now."""
    task = speech.moves(task, status="accepted")
    start, end = (at.clock() + timedelta(minutes=minutes) for minutes in (60, 90))
    period = {"start": start.isoformat(), "end": end.isoformat()}
    speech.moves(
        task,
        status="ready",
        businessStatus={"coding": [{"code": "appointment-offered"}]},
        executionPeriod=period,
    )
    [entry] = speech.get(f"/Appointment?patient={task['for']['reference']}").json()["entry"]
    found: dict[str, Any] = entry["resource"]
    return found


def says(system: System, appointment: dict[str, Any], **parts: Any) -> Any:
    headers = {"If-Match": f'W/"{appointment["meta"]["versionId"]}"'}
    path = f"/Appointment/{appointment['id']}"
    return system.send("PUT", path, {**appointment, **parts}, **headers)


def heard(at: Workplace) -> list[str]:
    return [one["type"].rpartition(".")[2] for one in events(at.records)]


def test_its_status_tells_the_family_and_makes_a_new_time_work(
    speech: System, offered: dict[str, Any], at: Workplace, clock: Clock
) -> None:
    clock.pass_(hours=2)
    answer = says(speech.signs_in_again(), offered, **NOT_BROUGHT)
    assert answer.status_code == 200, answer.text
    assert heard(at)[-1] == "appointment-missed"
    kinds = [code["code"] for one in speech.tasks() for code in one["code"]["coding"]]
    assert kinds.count("appointment-missed") == 1
    again = says(speech, answer.json(), description="Second look")
    assert again.status_code == 200, again.text
    assert heard(at).count("appointment-missed") == 1


def test_nobody_is_missed_before_the_time(
    speech: System, offered: dict[str, Any], at: Workplace
) -> None:
    answer = says(speech, offered, **NOT_BROUGHT)
    assert answer.status_code == 422
    assert "Appointment.status" in places_of(answer)
    assert "appointment-missed" not in heard(at)


def test_another_organisation_cannot_say_it(
    nursery: System, offered: dict[str, Any], at: Workplace, clock: Clock
) -> None:
    clock.pass_(hours=2)
    assert says(nursery.signs_in_again(), offered, **NOT_BROUGHT).status_code == 403
    assert "appointment-missed" not in heard(at)
