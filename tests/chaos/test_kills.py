"""kill -9 of either service, at random moments, while concerns are raised."""

from pathlib import Path

from tests.chaos.conftest import Say
from tests.chaos.providers import SlowGovuk
from tests.chaos.services import both
from tests.chaos.sizes import KILLS, size
from tests.chaos.storm import Storm, kills

CONCERNS = size(300, 10_000)


def test_nothing_is_lost_and_nothing_goes_twice(
    databases: tuple[str, str], backend: str, tmp_path: Path, say: Say
) -> None:
    with SlowGovuk().open() as govuk, both(databases, tmp_path, **govuk.settings) as at:
        storm = Storm(
            concerns=CONCERNS,
            faults=kills(KILLS, midway=govuk.midway),
            taken=govuk.references,
        )
        found = storm.rage(at)
    say(f"{backend}: {CONCERNS} concerns, {found.mails} mails, {KILLS} kills: {found}")
    assert found.mails >= CONCERNS
    assert (found.lost, found.twice, found.parked) == (set(), set(), 0)
