"""Where each move leads, written out by hand: what the table of moves has to say."""

from services.referral.domain.moves import Kind, Move, State

#: Of a service, then of the desk: from each state, the moves there are and where they lead.
#: `before` stands for the state that was paused.
_SERVICE = """
submitted: receive>received accept>accepted ask>question pause>paused redirect>redirected
           return>returned withdraw>withdrawn enter-in-error>in-error
received: accept>accepted ask>question pause>paused redirect>redirected return>returned
          withdraw>withdrawn enter-in-error>in-error
question: accept>accepted answer>received redirect>redirected return>returned withdraw>withdrawn
          enter-in-error>in-error
accepted: offer>appointment-offered start>assessing support>supporting pause>paused complete>closed
          redirect>redirected withdraw>withdrawn enter-in-error>in-error
appointment-offered: offer>appointment-offered start>assessing support>supporting pause>paused
                     complete>closed redirect>redirected withdraw>withdrawn enter-in-error>in-error
assessing: support>supporting pause>paused complete>closed redirect>redirected withdraw>withdrawn
           enter-in-error>in-error
supporting: pause>paused complete>closed redirect>redirected withdraw>withdrawn
            enter-in-error>in-error
paused: resume>before withdraw>withdrawn enter-in-error>in-error
redirected: enter-in-error>in-error
returned: enter-in-error>in-error
withdrawn: enter-in-error>in-error
closed: enter-in-error>in-error
in-error:
"""
_DESK = """
submitted: receive>received accept>accepted ask>question pause>paused place>accepted
           hand-over>redirected withdraw>withdrawn enter-in-error>in-error
received: accept>accepted ask>question pause>paused place>accepted hand-over>redirected
          withdraw>withdrawn enter-in-error>in-error
question: accept>accepted answer>received place>accepted hand-over>redirected withdraw>withdrawn
          enter-in-error>in-error
accepted: pause>paused place>accepted look-again>received complete>closed hand-over>redirected
          withdraw>withdrawn enter-in-error>in-error
appointment-offered: pause>paused complete>closed hand-over>redirected withdraw>withdrawn
                     enter-in-error>in-error
assessing: pause>paused complete>closed hand-over>redirected withdraw>withdrawn
           enter-in-error>in-error
supporting: pause>paused complete>closed hand-over>redirected withdraw>withdrawn
            enter-in-error>in-error
paused: resume>before hand-over>redirected withdraw>withdrawn enter-in-error>in-error
redirected: enter-in-error>in-error
returned: enter-in-error>in-error
withdrawn: enter-in-error>in-error
closed: enter-in-error>in-error
in-error:
"""


def _read(text: str) -> dict[State, dict[Move, State | None]]:
    table: dict[State, dict[Move, State | None]] = {}
    for word in text.split():
        if word.endswith(":"):
            table[State(word.rstrip(":"))] = moves = {}
            continue
        move, _, end = word.partition(">")
        moves[Move(move)] = None if end == "before" else State(end)
    return table


#: Kind → state → move → where it leads; None means: back to where it was before the pause.
EXPECTED: dict[Kind, dict[State, dict[Move, State | None]]] = {
    Kind.SERVICE: _read(_SERVICE),
    Kind.DESK: _read(_DESK),
}
