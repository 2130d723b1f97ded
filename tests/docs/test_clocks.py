"""`docs/clocks.md` names every clock there is, with its limit, and no other."""

import re
from pathlib import Path

from services.referral.domain.clocks import Clock
from services.referral.policies.reader import read_policies

PAGE = (Path(__file__).parents[2] / "docs" / "clocks.md").read_text()
UNITS = {"wd": "working days", "w": "weeks", "m": "months", "d": "days", "h": "hours"}


def row_of(clock: Clock) -> str:
    return next(line for line in PAGE.splitlines() if line.startswith("| `") and clock.id in line)


def test_every_clock_has_its_row_and_its_limit() -> None:
    for clock in read_policies().clocks:
        cell = row_of(clock).split("|")[2]
        limits = [clock.limit, *([clock.urgent_limit] if clock.urgent_limit else [])]
        assert {str(one.count) for one in limits} <= set(re.findall(r"\d+", cell)), clock.id
        assert UNITS[clock.limit.unit] in cell


def test_no_other_clock_is_said_to_run() -> None:
    runs = PAGE.partition("## What runs")[2].partition("## What does not")[0]
    named = {id for line in runs.splitlines() if line.startswith("| `")
             for id in re.findall(r"`([A-Z0-9-]+)`", line.split("|")[1])}  # fmt: skip
    assert named == {clock.id for clock in read_policies().clocks}
