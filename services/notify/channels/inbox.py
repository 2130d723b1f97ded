"""The in-app inbox, which the referral service shows: being told of the message is having it."""

from dataclasses import dataclass

from services.notify.domain.channel import Dedup, Outcome, Outgoing, Sent
from shared.contract import Channel

NAME = "inbox"


@dataclass(frozen=True)
class Inbox:
    """Takes every message, as often as it comes: the event that says so has the message's id."""

    name: str = NAME
    channel: Channel = Channel.IN_APP
    dedup: Dedup = Dedup.UNIQUE

    def send(self, message: Outgoing) -> Sent:
        return Sent(outcome=Outcome.ACCEPTED, provider=NAME, code="")
