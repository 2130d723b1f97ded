"""GOV.UK Notify: e-mail, text messages and letters by its own client.

Its templates hold placeholders only (`((subject))`, `((body))`): the words are ours, with their
versions. It takes the same reference as often as it is sent, but tells for seven days what it has.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import local
from typing import Any

from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from services.notify.channels.addresses import email_of, mobile_of, postal_lines_of
from services.notify.channels.govuk_words import kind_of, never_left, receipt_from, refusal
from services.notify.domain.channel import (
    Dedup,
    NotKnownNow,
    Outcome,
    Outgoing,
    Receipt,
    ReceiptState,
    Sent,
)
from shared.contract import Channel

TIMEOUT = 20.0  # seconds to connect, and again for the answer

#: Of one message that went out twice, what happened to the luckier one counts.
BEST_FIRST = (ReceiptState.DELIVERED, ReceiptState.SENT)

Client = Any  # the library has no types


@dataclass(frozen=True, kw_only=True)
class Account:
    """A service's account there. The client is not safe to share, so each thread has its own."""

    key: str = field(repr=False)
    url: str
    timeout: float = TIMEOUT
    _kept: local = field(default_factory=local, repr=False, compare=False)

    @property
    def client(self) -> Client:
        if not hasattr(self._kept, "client"):
            made = NotificationsAPIClient(self.key, base_url=self.url, timeout=self.timeout)
            self._kept.client = made
        return self._kept.client


@dataclass(frozen=True, kw_only=True)
class GovukNotify:
    """One channel of one account; `template` is the id of the one there that takes our words."""

    name: str
    channel: Channel
    account: Account
    template: str

    @property
    def dedup(self) -> Dedup:
        return Dedup.LOOK_UP

    def send(self, message: Outgoing) -> Sent:
        if message.large_print and self.channel is Channel.LETTER:
            return self._came(Outcome.TEMPORARY, "no-large-print")
        post = POSTS[self.channel](message.address)
        if post is None:
            return self._came(Outcome.PERMANENT, "address-not-valid")
        words = {**message.personalisation, "subject": message.subject or "", "body": message.text}
        try:
            answer = post(self.account.client, self.template, words, message.id)
        except APIError as failure:
            return self._failed(failure)
        if not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
            return self._came(Outcome.UNCERTAIN, "answer-not-read")
        return self._came(Outcome.ACCEPTED, "201", reference=answer["id"])

    def look_up(self, reference: str) -> Receipt | None:
        try:
            found = self.account.client.get_all_notifications(
                reference=reference, template_type=self.channel.value
            )
            receipts = [receipt_from(one) for one in found["notifications"]]
        except (APIError, KeyError, TypeError, ValueError) as failure:
            raise NotKnownNow(type(failure).__name__) from failure
        luckier = [one for state in BEST_FIRST for one in receipts if one.state is state]
        return next(iter([*luckier, *receipts]), None)

    def _failed(self, failure: APIError) -> Sent:
        if not isinstance(failure, HTTPError):
            return self._came(Outcome.UNCERTAIN, "answer-not-read")
        if failure.response is None:  # the client calls every such case 503
            return self._unanswered(failure.__cause__)
        errors = failure.message
        outcome, is_away = refusal(failure.status_code, errors, self.channel)
        code = f"{failure.status_code}-{kind_of(errors)}"
        return self._came(outcome, code, is_away=is_away)

    def _unanswered(self, cause: BaseException | None) -> Sent:
        """Only what surely never left may be sent again without asking."""
        code = type(cause).__name__
        if never_left(cause):
            return self._came(Outcome.TEMPORARY, code, is_away=True)
        return self._came(Outcome.UNCERTAIN, code)

    def _came(
        self, outcome: Outcome, code: str, *, reference: str | None = None, is_away: bool = False
    ) -> Sent:
        return Sent(
            outcome=outcome, provider=self.name, reference=reference, code=code, is_away=is_away
        )


#: Sends with a client, a template, its words and a reference.
Post = Callable[[Client, str, dict[str, str], str], object]


def _email(address: str) -> Post | None:
    if (to := email_of(address)) is None:
        return None
    return lambda client, *what: client.send_email_notification(to, *what)


def _sms(address: str) -> Post | None:
    if (to := mobile_of(address)) is None:
        return None
    return lambda client, *what: client.send_sms_notification(to, *what)


def _letter(address: str) -> Post | None:
    if (lines := postal_lines_of(address)) is None:
        return None
    to = {f"address_line_{number}": line for number, line in enumerate(lines, 1)}
    return lambda client, template, words, reference: client.send_letter_notification(
        template, {**words, **to}, reference
    )


POSTS: dict[Channel, Callable[[str], Post | None]] = {
    Channel.EMAIL: _email,
    Channel.SMS: _sms,
    Channel.LETTER: _letter,
}
