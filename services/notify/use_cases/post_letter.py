"""Somebody says what became of a letter; its message hears of it."""

from collections.abc import Callable
from datetime import datetime

from services.notify.channels.desk import NAME
from services.notify.domain.channel import Receipt
from services.notify.domain.letter import RECEIPTS, Letter, Step
from services.notify.messages.letters import Letters
from shared.hand_over import Operator

#: Keeps what a provider says became of a message; see messages.receipts.
Receive = Callable[[Receipt, str], bool]


def post_letter(
    id: str, step: Step, *, by: Operator, letters: Letters, receive: Receive, now: datetime
) -> Letter:
    """The letter after that step. Stopped half way, the message still waits for its receipt."""
    letter = letters.mark(id, step, by=by.id, areas=by.areas, now=now)
    if state := RECEIPTS.get(step):
        receive(Receipt(reference=id, state=state, at=now, code=step), NAME)
    return letter
