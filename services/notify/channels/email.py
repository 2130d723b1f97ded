"""E-mail over SMTP: one person a mail, and the server's reply code decides what came of it."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

from services.notify.domain.channel import Dedup, Outcome, Outgoing, Receipt, Sent
from shared.contract import Channel

TIMEOUT = 10.0  # seconds for each step of the conversation

Came = tuple[Outcome, str]


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """Where mail is handed over; signing in and encryption only where they are asked for."""

    host: str
    port: int
    sender: str
    starttls: bool = False
    user: str = ""
    password: str = ""

    name: str = "smtp"
    channel: Channel = Channel.EMAIL
    dedup: Dedup = Dedup.NONE

    def send(self, message: Outgoing) -> Sent:
        """Hand one mail over. Trouble before the first address is the server's, not the mail's."""
        to = _deliverable(message.address)
        if to is None:
            return self._came_to(Outcome.PERMANENT, "address-not-valid")
        try:
            smtp = self._connect()
        except (smtplib.SMTPException, OSError) as failure:
            return replace(self._came_to(Outcome.TEMPORARY, _why(failure)), is_away=True)
        try:
            content = _as_bytes(message, sender=self.sender, to=to, at=datetime.now(UTC))
            return self._came_to(*_hand_over(smtp, self.sender, to, content))
        finally:
            _part(smtp)

    def look_up(self, reference: str) -> Receipt | None:
        return None

    def _came_to(self, outcome: Outcome, code: str) -> Sent:
        return Sent(outcome=outcome, provider=self.name, code=code)

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


def _hand_over(smtp: smtplib.SMTP, sender: str, to: str, content: bytes) -> Came:
    """Until the content leaves, a failure has lost nothing; from then on nobody can know."""
    try:
        code, _ = smtp.mail(sender)
        if _is_yes(code):
            code, _ = smtp.rcpt(to)
    except (smtplib.SMTPException, OSError) as failure:
        return Outcome.TEMPORARY, _why(failure)
    if not _is_yes(code):
        return _by_code(code, otherwise=Outcome.TEMPORARY)
    try:
        code, _ = smtp.data(content)
    except smtplib.SMTPDataError as refused:
        return _by_code(refused.smtp_code, otherwise=Outcome.TEMPORARY)
    except (smtplib.SMTPException, OSError):
        return Outcome.UNCERTAIN, "dropped-after-data"
    return _by_code(code, otherwise=Outcome.UNCERTAIN)


def _is_yes(code: int) -> bool:
    return code // 100 == 2


def _by_code(code: int, *, otherwise: Outcome) -> Came:
    """RFC 5321, 4.2.1: the first digit says whether it went, may go later, or never will."""
    kinds = {2: Outcome.ACCEPTED, 4: Outcome.TEMPORARY, 5: Outcome.PERMANENT}
    return kinds.get(code // 100, otherwise), f"smtp-{code}"


def _deliverable(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None


def _as_bytes(mail: Outgoing, *, sender: str, to: str, at: datetime) -> bytes:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))  # every server takes seven bits
    message["From"] = sender
    message["To"] = to
    message["Subject"] = mail.subject or ""
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message.as_bytes()


def _part(smtp: smtplib.SMTP) -> None:
    """Whatever happens now, the mail's fate is decided."""
    with suppress(smtplib.SMTPException, OSError):
        smtp.quit()
    smtp.close()


def _why(failure: Exception) -> str:
    """A code: the text of a failure may hold an address."""
    if isinstance(failure, smtplib.SMTPResponseException):
        return f"smtp-{failure.smtp_code}"
    return type(failure).__name__
