"""The same kills as in `test_kills`, so that they are seen to hit where it hurts."""

from pathlib import Path

from tests.chaos.conftest import Say
from tests.chaos.providers import SlowGovuk
from tests.chaos.services import both
from tests.chaos.sizes import KILLS, size
from tests.chaos.storm import Storm, kills

#: What goes twice hangs on the kills, which are as many and of the same kinds.
CONCERNS = size(300, 10_000)


def test_a_sender_that_does_not_ask_first_sends_twice(
    databases: tuple[str, str], backend: str, tmp_path: Path, say: Say
) -> None:
    with (
        SlowGovuk().open() as govuk,
        both(databases, tmp_path, notify="naive", **govuk.settings) as at,
    ):
        storm = Storm(
            concerns=CONCERNS,
            faults=kills(KILLS, midway=govuk.midway),
            taken=govuk.references,
        )
        found = storm.rage(at)
    say(f"{backend}, naive: {CONCERNS} concerns, {found.mails} mails, {KILLS} kills: {found}")
    assert found.twice
