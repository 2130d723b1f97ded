"""kill -9 of either service, at random moments, while concerns are raised."""

from pathlib import Path
from random import Random

from services.notify.domain.message import MessageState
from tests.chaos.conftest import Say
from tests.chaos.judge import in_flight
from tests.chaos.providers import Sink, SlowGovuk
from tests.chaos.services import Both, both
from tests.chaos.sizes import size
from tests.chaos.storm import STALL, Storm, kill_either, kill_notify, until

CONCERNS = size(24, 10_000)
KILLS = size(4, 50)


def test_nothing_is_lost_and_nothing_goes_twice(
    databases: tuple[str, str], backend: str, tmp_path: Path, say: Say
) -> None:
    with SlowGovuk().open() as govuk, both(databases, tmp_path, **govuk.settings) as at:
        storm = Storm(
            concerns=CONCERNS,
            faults=KILLS,
            taken=lambda: govuk.references,
            break_something=kill_either,
        )
        found = storm.rage(at)
    say(f"{backend}: {CONCERNS} concerns, {found.mails} mails, {KILLS} kills: {found}")
    assert found.mails >= CONCERNS
    assert (found.lost, found.twice, found.parked) == (set(), set(), 0)


def test_a_sender_that_does_not_ask_first_sends_twice(
    databases: tuple[str, str], backend: str, tmp_path: Path, say: Say
) -> None:
    """So that it shows that the kills above hit where it hurts."""
    with (
        SlowGovuk().open() as govuk,
        both(databases, tmp_path, notify="naive", **govuk.settings) as at,
    ):
        storm = Storm(
            concerns=CONCERNS,
            faults=KILLS,
            taken=lambda: govuk.references,
            break_something=kill_notify,
        )
        found = storm.rage(at)
    say(f"{backend}, naive: {CONCERNS} concerns, {found.mails} mails, {KILLS} kills: {found}")
    assert found.twice


def test_over_smtp_what_was_leaving_at_a_kill_is_uncertain_and_nothing_else(
    databases: tuple[str, str], backend: str, tmp_path: Path, say: Say
) -> None:
    leaving: set[str] = set()

    def kill(at: Both, random: Random) -> None:
        until(lambda: bool(in_flight(at)), stall=STALL)
        at.notify.kill()
        leaving.update(in_flight(at))
        at.notify.start()
        at.notify.wait()

    with Sink().open() as sink, both(databases, tmp_path, **sink.settings) as at:
        storm = Storm(
            concerns=CONCERNS,
            faults=KILLS,
            taken=lambda: sink.references,
            break_something=kill,
        )
        found = storm.rage(at)
    uncertain = found.states[MessageState.UNCERTAIN]
    say(
        f"{backend}, SMTP: {found.mails} mails, {KILLS} kills, {len(leaving)} leaving at a kill, "
        f"{uncertain} uncertain: {found}"
    )
    assert leaving
    assert uncertain == len(leaving)
    assert (found.lost, found.twice, found.parked) == (set(), set(), 0)
