"""The desk: a letter that a coordinator prints and posts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.notify.channels.addresses import postal_lines_of
from services.notify.domain.channel import Dedup, Outcome, Outgoing, Sent
from services.notify.domain.letter import Letter
from shared.contract import Channel

NAME = "desk"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`keep` puts a letter among those to post, once however often it is called."""

    keep: Callable[[Letter], None]
    clock: Callable[[], datetime]
    name: str = NAME

    @property
    def channel(self) -> Channel:
        return Channel.LETTER

    @property
    def dedup(self) -> Dedup:
        return Dedup.UNIQUE

    def send(self, message: Outgoing) -> Sent:
        lines = postal_lines_of(message.address)
        if lines is None:
            return Sent(outcome=Outcome.PERMANENT, provider=self.name, code="address-not-valid")
        self.keep(
            Letter(
                id=message.id,
                address="\n".join(lines),
                subject=message.subject or "",
                text=message.text,
                language=message.language,
                large_print=message.large_print,
                areas=message.areas,
                made_at=self.clock(),
            )
        )
        return Sent(outcome=Outcome.ACCEPTED, provider=self.name, code="to-post")
