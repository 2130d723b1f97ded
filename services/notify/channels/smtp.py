"""E-mail over SMTP: one person a mail, and the server's reply decides what came of it."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.notify.channels.addresses import email_of
from services.notify.domain.channel import Dedup, Outcome, Outgoing, Sent
from shared.contract import Channel

NAME = "smtp"
TIMEOUT = 10.0  # seconds for each step of the conversation

#: RFC 3463: the second number says what was wrong: 1 the address, 2 the mailbox; others are about
#: the way there, the server, the content or its rules, and the address may be right.
ENHANCED = re.compile(rb"[45]\.(\d{1,3})\.\d{1,3}\b")
ABOUT_THE_ADDRESS = (b"1", b"2")
#: Without one, these say so in answer to an address (RFC 5321, 4.2.3).
NO_SUCH_MAILBOX = (550, 551, 553)
CLOSING = 421


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """A mail server; signing in and encryption only where they are asked for."""

    host: str
    port: int
    sender: str
    clock: Callable[[], datetime]
    starttls: bool = False
    user: str = ""
    password: str = ""
    name: str = NAME

    @property
    def channel(self) -> Channel:
        return Channel.EMAIL

    @property
    def dedup(self) -> Dedup:
        return Dedup.NONE

    def send(self, message: Outgoing) -> Sent:
        """Hand one mail over. Trouble before the first address is the server's, not the mail's."""
        to = email_of(message.address)
        if to is None:
            return self._came(Outcome.PERMANENT, "address-not-valid")
        content = _as_bytes(message, sender=self.sender, to=to, at=self.clock())
        try:
            smtp = self._connect()
        except (smtplib.SMTPException, OSError) as failure:
            return self._came(Outcome.TEMPORARY, _why(failure), is_away=True)
        try:
            return self._hand_over(smtp, to, content)
        finally:
            _part(smtp)

    def _connect(self) -> smtplib.SMTP:
        smtp = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if self.user:
                smtp.login(self.user, self.password)
            smtp.ehlo_or_helo_if_needed()
        except Exception:
            smtp.close()
            raise
        return smtp

    def _hand_over(self, smtp: smtplib.SMTP, to: str, content: bytes) -> Sent:
        """Until the content leaves, a failure has lost nothing; from then on nobody can know."""
        try:
            code, said = smtp.mail(self.sender)
            if not _is_yes(code):  # it will not take mail from us, whoever it is for
                outcome = _by_class(code, Outcome.TECHNICAL)
                return self._came(outcome, _code(code, said), is_away=True)
            code, said = smtp.rcpt(to)
        except (smtplib.SMTPException, OSError) as failure:
            return self._came(Outcome.TEMPORARY, _why(failure), is_away=True)
        if not _is_yes(code):
            return self._refused(code, said, is_address=code in NO_SUCH_MAILBOX)
        return self._hand_content(smtp, content)

    def _hand_content(self, smtp: smtplib.SMTP, content: bytes) -> Sent:
        try:
            code, said = smtp.data(content)
        except smtplib.SMTPDataError as refused:  # it did not ask for the content
            return self._refused(refused.smtp_code, _bytes(refused.smtp_error))
        except (smtplib.SMTPException, OSError):
            return self._came(Outcome.UNCERTAIN, "dropped-after-data")
        if _is_yes(code):
            return self._came(Outcome.ACCEPTED, _code(code, said))
        return self._refused(code, said)

    def _refused(self, code: int, said: bytes, *, is_address: bool = False) -> Sent:
        found = ENHANCED.match(said)
        is_address = found[1] in ABOUT_THE_ADDRESS if found else is_address
        refusal = Outcome.PERMANENT if is_address else Outcome.TECHNICAL
        return self._came(_by_class(code, refusal), _code(code, said), is_away=code == CLOSING)

    def _came(self, outcome: Outcome, code: str, *, is_away: bool = False) -> Sent:
        return Sent(outcome=outcome, provider=self.name, code=code, is_away=is_away)


def _is_yes(code: int) -> bool:
    return code // 100 == 2


def _by_class(code: int, refusal: Outcome) -> Outcome:
    """RFC 5321, 4.2.1: the first digit says whether it may go later or never will. An answer that
    is none leaves open what was done."""
    return {4: Outcome.TEMPORARY, 5: refusal}.get(code // 100, Outcome.UNCERTAIN)


def _code(code: int, said: bytes) -> str:
    """Numbers only: the text of a reply may hold an address."""
    found = ENHANCED.match(said)
    return f"smtp-{code}" + (f"-{found[0].decode()}" if found else "")


def _as_bytes(message: Outgoing, *, sender: str, to: str, at: datetime) -> bytes:
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))  # every server takes seven bits
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = message.subject or ""
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    return mail.as_bytes()


def _part(smtp: smtplib.SMTP) -> None:
    """Whatever happens now, the mail's fate is decided."""
    with suppress(smtplib.SMTPException, OSError):
        smtp.quit()
    smtp.close()


def _why(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPResponseException):
        return _code(failure.smtp_code, _bytes(failure.smtp_error))
    return type(failure).__name__


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
