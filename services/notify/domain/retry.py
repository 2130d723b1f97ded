"""What becomes of a message after a try, and when it is tried again."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.notify.domain.message import Message, Outcome, Result, State
from shared.backoff import wait_after

GIVE_UP_AFTER = timedelta(hours=72)

ENDS: dict[Result, State] = {
    Result.SENT: State.SENT,
    Result.DELIVERED: State.DELIVERED,
    Result.CANCELLED: State.CANCELLED,
    Result.NEVER: State.FAILED,
    Result.UNCERTAIN: State.UNCERTAIN,
}


def after(message: Message, outcome: Outcome, *, now: datetime, chance: float) -> Message:
    """The message as it is after this try; `chance` (0 to 1) picks the wait within its limit."""
    if end := ENDS.get(outcome.result):
        return replace(message, state=end, reason=outcome.reason)
    again_at = now + wait_after(message.attempts, chance=chance)
    if again_at >= message.created_at + GIVE_UP_AFTER:
        return replace(message, state=State.FAILED, reason=f"given up: {outcome.reason}")
    return replace(message, state=State.WAITING, due_at=again_at, reason=outcome.reason)
