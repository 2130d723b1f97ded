"""The life of a referral as a page for people, drawn from the table of moves."""

from collections.abc import Iterable, Iterator

from services.referral.domain.moves import (
    HELPING,
    MOVES,
    OPEN,
    TRIAGE,
    Kind,
    Move,
    MoveRule,
    Part,
    State,
)

_PREFACE = """# The life of a referral

Drawn from the table of moves in `services/referral/domain/moves.py` by
`python -m services.referral states`: change the table, then draw this page again.
"""
_TOWARDS_HELP = """## Towards help

Every referral begins as submitted; the desk, which finds a service, knows the same states.
"""
_WAYS_OUT = """## Pauses and ways out

"Before a decision" stands for {triage}; "helping" for {helping}.
"""
_STAYING = """## Moves that keep the state

{moves}.
No due date moves by them, and no clock stops but the one that waits for the last part of the help.
They stand in the story, and nobody is told.
"""
_ALL_MOVES = """## Every move

Who plays which part is decided in `services/referral/domain/access.py`.

| move | from | to | who | needs | event |
| --- | --- | --- | --- | --- | --- |"""

#: Sets of states that one arrow or one cell stands for, the widest first.
_GROUPS: tuple[tuple[str, frozenset[State]], ...] = (
    ("any but in error", frozenset(State) - {State.IN_ERROR}),
    ("any open", OPEN),
    ("before a decision", TRIAGE),
    ("helping", HELPING),
)
_AS_BEFORE = "as before the pause"
_SAME = "as it is"
_AT: dict[frozenset[Kind], str] = {
    frozenset(Kind): "",
    frozenset({Kind.SERVICE}): " (a service)",
    frozenset({Kind.DESK}): " (the desk)",
}


def diagram() -> str:
    """The whole page in Markdown, with two Mermaid diagrams and the table of moves."""
    out = {move: rule for move, rule in MOVES.items() if not _is_towards_help(rule)}
    towards = {move: rule for move, rule in MOVES.items() if move not in out}
    out = {move: rule for move, rule in out.items() if not rule.stays}
    ways_out = _WAYS_OUT.format(triage=_named(TRIAGE), helping=_named(HELPING))
    parts = (
        _PREFACE,
        _TOWARDS_HELP,
        _mermaid([f"[*] --> {_node(State.SUBMITTED)}", *_single_arrows(towards)], State),
        ways_out,
        _mermaid(_grouped_arrows(out), [*State, *(name for name, _ in _GROUPS), _AS_BEFORE]),
        _STAYING.format(moves=", ".join(f"`{move}`" for move in MOVES if MOVES[move].stays)),
        "\n".join([_ALL_MOVES, *(_line(move, rule) for move, rule in MOVES.items())]),
    )
    return "\n".join(parts) + "\n"


def _is_towards_help(rule: MoveRule) -> bool:
    return rule.end in OPEN - {State.PAUSED}


def _mermaid(arrows: Iterable[str], names: Iterable[str]) -> str:
    """Only the names that an arrow touches are declared; Mermaid draws the others as islands."""
    drawn = list(arrows)
    ends = {end for arrow in drawn for end in arrow.partition(":")[0].split()}
    declared = [f'state "{name}" as {_node(name)}' for name in names if _node(name) in ends]
    lines = "\n".join(f"    {line}" for line in [*declared, *drawn])
    return f"```mermaid\nstateDiagram-v2\n{lines}\n```\n"


def _single_arrows(moves: dict[Move, MoveRule]) -> Iterator[str]:
    """One arrow for each pair of states, with every move that leads from one to the other."""
    labels: dict[tuple[State, State | None], list[str]] = {}
    for move, rule in moves.items():
        for start in _in_order(rule.starts):
            labels.setdefault((start, rule.end), []).append(move)
    for (start, end), names in labels.items():
        yield f"{_node(start)} --> {_node(end or start)}: {', '.join(names)}"


def _grouped_arrows(moves: dict[Move, MoveRule]) -> Iterator[str]:
    for move, rule in moves.items():
        for start in _covered(rule.starts):
            yield f"{_node(start)} --> {_node(rule.end or _AS_BEFORE)}: {move}"


def _covered(starts: frozenset[State]) -> list[str]:
    """The fewest of our words that name exactly these states."""
    found: list[str] = []
    left = starts
    for name, states in _GROUPS:
        if states <= left:
            found.append(name)
            left = left - states
    return found + [str(state) for state in _in_order(left)]


def _in_order(states: Iterable[State]) -> list[State]:
    wanted = set(states)
    return [state for state in State if state in wanted]


def _named(states: frozenset[State]) -> str:
    return ", ".join(_in_order(states))


def _node(name: str) -> str:
    """Mermaid takes no space or hyphen in an id."""
    return name.replace("-", "_").replace(" ", "_")


def _line(move: Move, rule: MoveRule) -> str:
    cells = (
        f"`{move}` {rule.label}",
        ", ".join(_covered(rule.starts)) + _AT[rule.at] + (f", when {rule.when}" * bool(rule.when)),
        _SAME if rule.stays else rule.end or _AS_BEFORE,
        ", ".join(part for part in Part if part in rule.by),
        ", ".join(rule.needs) or "nothing",
        f"`{rule.past}`" if rule.past else "nobody is told",
    )
    return f"| {' | '.join(cells)} |"
