"""kill -9 of notify while mails leave by SMTP, which cannot be asked what it took."""

from pathlib import Path
from random import Random

from services.notify.domain.message import MessageState
from tests.chaos.conftest import Say
from tests.chaos.judge import in_flight
from tests.chaos.providers import Sink
from tests.chaos.services import Both, both
from tests.chaos.sizes import KILLS, size
from tests.chaos.storm import STALL, Storm, start_again, until

#: Each kill gives one mail to judge, or a few, however many concerns there are.
CONCERNS = size(300, 10_000)


def test_what_was_leaving_at_a_kill_is_uncertain_and_nothing_else(
    databases: tuple[str, str], backend: str, tmp_path: Path, say: Say
) -> None:
    leaving: set[str] = set()

    def kill_amid(at: Both, _random: Random) -> None:
        until(lambda: bool(in_flight(at)), within=STALL)
        at.notify.kill()
        leaving.update(in_flight(at))
        start_again(at.notify)

    with Sink().open() as sink, both(databases, tmp_path, **sink.settings) as at:
        storm = Storm(concerns=CONCERNS, faults=[kill_amid] * KILLS, taken=sink.references)
        found = storm.rage(at)
    uncertain = found.states[MessageState.UNCERTAIN]
    say(
        f"{backend}, SMTP: {found.mails} mails, {KILLS} kills, {len(leaving)} leaving at a kill, "
        f"{uncertain} uncertain: {found}"
    )
    assert leaving
    assert uncertain == len(leaving)
    assert (found.lost, found.twice, found.parked) == (set(), set(), 0)
