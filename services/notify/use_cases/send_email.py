"""Put a message into words and hand it to the mail server."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.notify.domain.mail import Mail
from services.notify.domain.message import Message, Outcome, Result
from services.notify.templates.wording import write
from shared.contract import Audience, RecipientResult


@dataclass(frozen=True, kw_only=True)
class SendEmail:
    """The e-mail channel: `post` hands a mail over, `pages_url` is where its link leads, `phone` a
    number that families can call, if there is one."""

    post: Callable[[Mail], Outcome]
    pages_url: str
    phone: str = ""

    def __call__(self, message: Message, *, to: RecipientResult, now: datetime) -> Outcome:
        if to.email is None:
            return Outcome(Result.NEVER, "no-address")
        words = write(
            message.template,
            link=self.pages_url + (to.path or page_for(message)),
            urgent=message.urgent,
            level=message.level,
            figures=to.figures,
            phone=self.phone,
        )
        return self.post(
            Mail(id=message.id, to=to.email, subject=words.subject, body=words.body, at=now)
        )


def page_for(message: Message) -> str:
    """Where a message leads by itself. A family's never names what it is about: whoever comes asks
    to be let in there."""
    is_family = message.audience is Audience.FAMILY
    return "/family" if is_family else f"/referrals/{message.task}"
