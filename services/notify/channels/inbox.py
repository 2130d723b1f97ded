"""The in-app inbox, which the referral service shows: being told of the message is having it."""

from datetime import datetime

from services.notify.domain.message import Message, Outcome, Result
from shared.contract import RecipientResult


def send_in_app(message: Message, *, to: RecipientResult, now: datetime) -> Outcome:
    """Delivered as soon as it is settled: the event that says so is what the inbox shows."""
    return Outcome(Result.DELIVERED)
