"""Put a message into words and hand it to the mail server."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.notify.domain.mail import Mail
from services.notify.domain.message import Message, Outcome, Result
from services.notify.templates.wording import write


@dataclass(frozen=True, kw_only=True)
class SendEmail:
    """The e-mail channel: `post` hands a mail over, `pages_url` is where its link leads."""

    post: Callable[[Mail], Outcome]
    pages_url: str

    def __call__(self, message: Message, *, email: str | None, now: datetime) -> Outcome:
        if email is None:
            return Outcome(Result.NEVER, "no-address")
        words = write(
            message.template,
            link=f"{self.pages_url}/referrals/{message.task}",
            urgent=message.urgent,
            level=message.level,
        )
        return self.post(
            Mail(id=message.id, to=email, subject=words.subject, body=words.body, at=now)
        )
