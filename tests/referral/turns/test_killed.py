"""The process is killed at any point of a sweep: no level is skipped, and none is repeated."""

import signal
import subprocess
import sys
from datetime import datetime, timedelta

from services.referral.records.chain import verify
from services.referral.records.waiting import chain_waiting
from tests.referral.anyshire import ONLOOKER
from tests.referral.builders import a_concern
from tests.referral.turns.waits import TWO_WEEKS, Wait

MINUTE = timedelta(minutes=1)
NEVER = 1_000_000
#: So many kills, spread evenly over all that one sweep sends to the database.
KILLS = 8


def sweeps_in_a_process(wait: Wait, now: datetime, number: int) -> tuple[int, str]:
    """How the process ended, and how many statements it sent if it was left alone."""
    url = wait.at.records.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.referral.turns.killed", url, now.isoformat()]
    ended = subprocess.run(
        [*command, str(number)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode, ended.stdout


def test_no_level_is_skipped_and_none_repeated(wait: Wait) -> None:
    others = [Wait(wait.anyshire, wait.at, wait.anyshire.raise_(a_concern(is_new=True)))
              for _ in range(2)]  # fmt: skip
    waits = [wait, *others]
    now = TWO_WEEKS + timedelta(days=30)
    _, sent = sweeps_in_a_process(wait, now, NEVER)
    assert [one.referral.level for one in waits] == [0, 0, 0]
    for kill in range(1, KILLS + 1):
        now += MINUTE
        ended, _ = sweeps_in_a_process(wait, now, kill * int(sent) // (KILLS + 1))
        assert ended == -signal.SIGKILL
    for _ in range(4):
        now += MINUTE
        wait.sweep(now)
    for one in waits:
        assert one.versions() == [0, 0, 1, 2, 3]
        assert len(one.actions) == 3
        assert _lines_of_history(one) == 4
    chain_waiting(wait.at.records.database)
    assert not verify(wait.at.records.database).wrong


def _lines_of_history(wait: Wait) -> int:
    with wait.at.records.reading(ONLOOKER, now=TWO_WEEKS) as record:
        traces = record.of_concern(wait.raised.concern, "Provenance")
    about = f"Task/{wait.task}/"
    moves = {"nudge", "escalate"}
    return sum(
        one.json["activity"]["coding"][0]["code"] in moves
        and any(about in target["reference"] for target in one.json["target"])
        for one in traces
    )
