"""Whoever looks after the service sees that the sweep runs, and is woken when it does not."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs
from typer.testing import CliRunner

from services.referral.__main__ import app as commands
from services.referral.domain.concern import AskState
from services.referral.main import assemble
from services.referral.records.runs import Turn
from services.referral.settings import Settings
from services.referral.use_cases.escalate_overdue import sweep_in_turn
from services.referral.use_cases.take_turns import SWEEP, in_turn
from services.referral.use_cases.tidy_nightly import tidy_in_turn
from services.referral.use_cases.watch_turns import LATEST, watch_sweeps
from services.referral.use_cases.workplace import Workplace
from shared.database import migrate
from tests.referral.conftest import MIGRATIONS
from tests.referral.fakes import FRIDAY, Clock
from tests.referral.turns.waits import NUDGED, OVERDUE, Wait
from tests.referral.web.browsers import Browsers


@pytest.fixture
def app(at: Workplace) -> FastAPI:
    return assemble(Settings(demo=True, database_url=str(at.records.database.url)), at)


@pytest.fixture
def browsers(app: FastAPI, at: Workplace) -> Browsers:
    return Browsers(app, at)


def alarms(at: Workplace) -> list[str]:
    with capture_logs() as logs:
        watch_sweeps(at=at, since=FRIDAY)
    return [one["event"] for one in logs if one["log_level"] == "error"]


def test_a_sweep_of_the_last_three_minutes_is_quiet(at: Workplace, clock: Clock) -> None:
    clock.now = FRIDAY + timedelta(hours=1)
    sweep_in_turn(at=at)
    clock.now += LATEST
    assert alarms(at) == []


def test_after_three_minutes_without_one_somebody_is_woken(at: Workplace, clock: Clock) -> None:
    clock.now = FRIDAY + timedelta(hours=1)
    sweep_in_turn(at=at)
    clock.now += LATEST + timedelta(seconds=1)
    assert alarms(at) == ["no sweep has succeeded lately"]


def test_a_sweep_that_fails_each_time_is_no_sweep(at: Workplace, clock: Clock) -> None:
    def fails(_: Turn) -> None:
        raise ConnectionError

    for _ in range(5):
        with pytest.raises(ConnectionError):
            in_turn(SWEEP, f"{clock():%H:%M}", fails, at=at)  # type: ignore[arg-type]
        clock.pass_(minutes=1)
    assert alarms(at) == ["no sweep has succeeded lately"]


def test_nobody_is_woken_in_the_first_three_minutes(at: Workplace, clock: Clock) -> None:
    clock.now = FRIDAY + LATEST
    assert alarms(at) == []


def test_the_page_says_what_ran_and_what_it_did(
    wait: Wait, browsers: Browsers, clock: Clock
) -> None:
    clock.now = NUDGED
    sweep_in_turn(at=wait.at)
    page = browsers.of("admin").read("/runs")
    assert "The newest sweep ended well on 27 November 2026 at 9:00am." in page
    assert "Let what waits too long climb Turn 2026-11-27T09:00Z" in page
    assert "Started: 27 November 2026 at 9:00am Looked at: 2 Acted on: 2" in page
    assert "How it ended: Well" in page


def test_the_page_says_once_that_the_clock_has_stopped(
    wait: Wait, browsers: Browsers, clock: Clock
) -> None:
    clock.now = NUDGED
    sweep_in_turn(at=wait.at)
    clock.now += timedelta(minutes=4)
    page = browsers.of("coordinator").read("/runs")
    assert page.count("The clock has stopped") == 1
    assert "No sweep has ended well since 27 November 2026 at 9:00am." in page


def test_a_service_that_has_just_started_raises_no_alarm(browsers: Browsers, clock: Clock) -> None:
    page = browsers.of("coordinator").read("/runs")
    assert "The clock has not run yet" in page
    assert "stopped" not in page


def test_numbers_for_a_collector_on_this_machine_alone(
    wait: Wait, app: FastAPI, clock: Clock
) -> None:
    clock.now = NUDGED
    sweep_in_turn(at=wait.at)
    clock.now += timedelta(seconds=20)
    here = TestClient(app, client=("127.0.0.1", 50_000)).get("/metrics")
    lines = here.text.splitlines()
    assert "sooner_sweep_age_seconds 20.0" in lines
    assert "sooner_sweep_acted_on 2" in lines
    assert "sooner_sweep_late 0" in lines
    elsewhere = TestClient(app, client=("192.0.2.7", 50_000))
    assert elsewhere.get("/metrics").status_code == 404


def test_each_night_is_in_the_run_log_once_a_london_day(at: Workplace, clock: Clock) -> None:
    clock.now = FRIDAY.replace(hour=23, minute=30)
    assert tidy_in_turn(at=at) is not None
    clock.pass_(minutes=20)
    assert tidy_in_turn(at=at) is None
    clock.pass_(minutes=20)
    assert tidy_in_turn(at=at) is not None


def test_what_is_theirs_to_do_stands_first_in_their_list(wait: Wait, browsers: Browsers) -> None:
    wait.sweep(NUDGED)
    wait.sweep(OVERDUE)
    speech = browsers.of("speech")
    assert "Yours to do" in speech.read("/queue")
    assert "Yours to do" not in browsers.of("edpsych").read("/queue")
    (action,) = wait.actions
    asked = speech.read(f"/asks/{action.id}")
    assert "Say what you did" in asked
    speech.send(f"/asks/{action.id}", {"text": "Rang the family today."})
    assert wait.actions[0].state is AskState.DONE
    assert f"/asks/{action.id}" not in speech.get("/queue").text


def test_a_family_is_not_shown_what_staff_must_do(wait: Wait, browsers: Browsers) -> None:
    wait.sweep(NUDGED)
    wait.sweep(OVERDUE)
    child = wait.anyshire.concern(wait.raised.concern).child
    page = browsers.of_family(child).read(f"/referrals/{wait.task}")
    assert "To do, because it has waited too long" not in page
    staff = browsers.of("speech").read(f"/referrals/{wait.task}")
    assert "To do, because it has waited too long" in staff


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"sqlite:///{tmp_path / 'referral.db'}"
    monkeypatch.setenv("SOONER_DATABASE_URL", address)
    monkeypatch.setenv("SOONER_DEMO", "1")
    migrate(address, MIGRATIONS)


def test_the_command_sweeps_once(installed: None) -> None:
    answer = CliRunner().invoke(commands, ["escalate", "--as-of", "2026-11-20T10:00:00Z"])
    assert answer.exit_code == 0
    assert answer.output == "0 looked at, 0 climbed, 0 not readable\n"


@pytest.mark.parametrize(
    ("written", "says"),
    [("yesterday", "is no instant"), ("2026-11-20T10:00", "has no time zone")],
)
def test_what_is_no_instant_is_refused_in_one_line(
    installed: None, written: str, says: str
) -> None:
    answer = CliRunner().invoke(commands, ["escalate", "--as-of", written])
    assert answer.exit_code == 2
    assert says in answer.output
    assert len(answer.output.splitlines()) == 1
