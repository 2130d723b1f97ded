"""Where each move leads, written out by hand: what the table of moves has to say."""

from services.referral.domain.moves import Kind, Move, State

#: Of a service, then of the desk: from each state, the moves there are and where they lead.
#: `before` stands for the state that was paused, `same` for the state itself.
_SERVICE = """
submitted: receive>received accept>accepted ask>question pause>paused redirect>redirected
           return>returned withdraw>withdrawn enter-in-error>in-error seen>same exception>same
received: accept>accepted ask>question pause>paused redirect>redirected return>returned
          withdraw>withdrawn enter-in-error>in-error seen>same exception>same
question: accept>accepted answer>received redirect>redirected return>returned withdraw>withdrawn
          enter-in-error>in-error seen>same exception>same
accepted: offer>appointment-offered start>assessing support>supporting pause>paused complete>closed
          redirect>redirected withdraw>withdrawn enter-in-error>in-error seen>same exception>same
          record>same
appointment-offered: offer>appointment-offered start>assessing support>supporting pause>paused
                     complete>closed redirect>redirected withdraw>withdrawn enter-in-error>in-error
                     seen>same exception>same record>same
assessing: support>supporting pause>paused complete>closed redirect>redirected withdraw>withdrawn
           enter-in-error>in-error seen>same exception>same record>same
supporting: pause>paused complete>closed redirect>redirected withdraw>withdrawn
            enter-in-error>in-error seen>same exception>same record>same
paused: resume>before withdraw>withdrawn enter-in-error>in-error seen>same exception>same
redirected: enter-in-error>in-error
returned: enter-in-error>in-error
withdrawn: enter-in-error>in-error
closed: enter-in-error>in-error
in-error:
"""
_DESK = """
submitted: receive>received accept>accepted ask>question pause>paused place>accepted
           hand-over>redirected withdraw>withdrawn enter-in-error>in-error seen>same exception>same
received: accept>accepted ask>question pause>paused place>accepted hand-over>redirected
          withdraw>withdrawn enter-in-error>in-error seen>same exception>same
question: accept>accepted answer>received place>accepted hand-over>redirected withdraw>withdrawn
          enter-in-error>in-error seen>same exception>same
accepted: pause>paused place>accepted look-again>received complete>closed hand-over>redirected
          withdraw>withdrawn enter-in-error>in-error seen>same exception>same
appointment-offered: pause>paused complete>closed hand-over>redirected withdraw>withdrawn
                     enter-in-error>in-error seen>same exception>same
assessing: pause>paused complete>closed hand-over>redirected withdraw>withdrawn
           enter-in-error>in-error seen>same exception>same
supporting: pause>paused complete>closed hand-over>redirected withdraw>withdrawn
            enter-in-error>in-error seen>same exception>same
paused: resume>before hand-over>redirected withdraw>withdrawn enter-in-error>in-error seen>same
        exception>same
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
            state = State(word.rstrip(":"))
            table[state] = moves = {}
            continue
        move, _, end = word.partition(">")
        ends = {"before": None, "same": state}
        moves[Move(move)] = ends[end] if end in ends else State(end)
    return table


#: Kind → state → move → where it leads; None means: back to where it was before the pause.
EXPECTED: dict[Kind, dict[State, dict[Move, State | None]]] = {
    Kind.SERVICE: _read(_SERVICE),
    Kind.DESK: _read(_DESK),
}
