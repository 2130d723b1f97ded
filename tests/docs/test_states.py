"""`docs/states.md` says what the table of moves says."""

import re
from pathlib import Path

from services.referral.domain.diagram import diagram
from services.referral.domain.moves import MOVES, State

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def test_the_page_is_drawn_from_the_table_as_it_is_now() -> None:
    assert PAGE.read_text() == diagram()


def test_every_move_has_its_line() -> None:
    lines = re.findall(r"^\| `([a-z-]+)` ", diagram(), flags=re.MULTILINE)
    assert lines == list(MOVES)


def test_every_state_and_every_move_that_leads_to_another_is_drawn() -> None:
    drawn = "".join(re.findall(r"```mermaid\n(.*?)```", diagram(), flags=re.DOTALL))
    labels = {name for text in re.findall(r": (.+)$", drawn, re.MULTILINE)
              for name in text.split(", ")}  # fmt: skip
    assert labels == {move for move, rule in MOVES.items() if not rule.stays}
    assert {state for state in State if f'"{state}"' not in drawn} == set()
