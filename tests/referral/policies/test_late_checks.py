"""Nothing that is asked may be late in silence, whatever an area writes into its policies."""

import shutil
from pathlib import Path

import pytest

from services.referral.policies.reader import ANYSHIRE, PolicyError, read_policies

NAMES = ("routing.yaml", "places.yaml", "clocks.yaml", "ladders.yaml")
WRONG = {
    "nobody at the top": (", [area, leaders]]", "]", "the leaders"),
    "a kind left out": (
        ", appointment-missed]",
        "]",
        "nobody is told of a late appointment-missed",
    ),
    "a question": ("asks: [next-step]", "asks: [next-step, question]", "its own clock"),
    "twice": ("asks: [next-step]", "asks: [next-step, action]", "competes with"),
    "no time": ("eachHas: {count: 2", "eachHas: {count: 0", "at least 1"),
    "no pause": ("again: {count: 5", "again: {count: 0", "at least 1"),
    "told to nobody": ("[[referrer, coordinator]", "[[]", "somebody is told"),
}


@pytest.mark.parametrize(("old", "new", "why"), WRONG.values(), ids=WRONG)
def test_a_gap_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    for name in NAMES:
        shutil.copy(ANYSHIRE / name, tmp_path / name)
    ladders = tmp_path / "ladders.yaml"
    written = ladders.read_text()
    assert old in written
    ladders.write_text(written.replace(old, new, 1))
    with pytest.raises(PolicyError) as refused:
        read_policies(tmp_path)
    assert any(why in problem for problem in refused.value.problems), refused.value.problems
