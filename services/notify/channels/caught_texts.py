"""The demo area's telephones: every text message is shown with the caught mail, and none leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.notify.channels.addresses import mobile_of
from services.notify.domain.channel import Dedup, Outcome, Outgoing, Sent
from services.notify.domain.mail import Mail
from shared.contract import Channel


@dataclass(frozen=True, kw_only=True)
class CaughtTexts:
    keep: Callable[[Mail], None]
    clock: Callable[[], datetime]
    name: str = "caught-texts"

    @property
    def channel(self) -> Channel:
        return Channel.SMS

    @property
    def dedup(self) -> Dedup:
        return Dedup.UNIQUE

    def send(self, message: Outgoing) -> Sent:
        to = mobile_of(message.address)
        if to is None:
            return Sent(outcome=Outcome.PERMANENT, provider=self.name, code="address-not-valid")
        words = {"subject": "Text message", "body": message.text}
        self.keep(Mail(id=message.id, to=to, at=self.clock(), **words))
        return Sent(outcome=Outcome.ACCEPTED, provider=self.name, code="caught")
