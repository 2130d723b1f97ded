"""A mail that came back: what a mail server's report says of one of ours.

Source: RFC 3464 (delivery status), RFC 6522 (multipart/report, which took the place of RFC 3462).
Nothing but numbers and our own id is taken from it: everything else may hold an address.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message

from services.notify.channels.smtp import ABOUT_THE_ADDRESS, ENHANCED
from services.notify.domain.channel import Receipt, ReceiptState

LARGEST = 1_000_000  # bytes
_OUR_ID = re.compile(r"<([0-9a-f-]{36})@([^<>@\s]+)>")


class NotABounce(ValueError):
    """This is no report of a mail that we sent; the words say why, and hold nothing of it."""


def read_bounce(raw: bytes, *, sender: str, at: datetime) -> Receipt | None:
    """What the report says of the mail that `sender` sent; None where it is still under way, or
    has arrived. NotABounce for anything else."""
    if len(raw) > LARGEST:
        raise NotABounce(f"This is longer than {LARGEST} bytes.")
    report = message_from_bytes(raw)
    if report.get_content_type() != "multipart/report" or not report.is_multipart():
        raise NotABounce("This is no multipart/report (RFC 6522).")
    parts = list(report.walk())
    statuses = [one for part in parts for one in _statuses(part)]
    if not statuses:
        raise NotABounce("This report says nothing of a delivery (RFC 3464).")
    reference = _reference(parts, sender)
    failed = [status for action, status in statuses if action == "failed"]
    if not failed:
        return None
    found = ENHANCED.match(failed[0].encode())
    is_address = found is not None and found[1] in ABOUT_THE_ADDRESS
    state = ReceiptState.PERMANENT_FAILURE if is_address else ReceiptState.TECHNICAL_FAILURE
    code = f"bounced-{found[0].decode()}" if found else "bounced"
    return Receipt(reference=reference, state=state, at=at, code=code)


def _statuses(part: Message) -> Iterator[tuple[str, str]]:
    """Action and status of each recipient; the first group of a report is about the whole mail."""
    if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
        return
    for group in part.get_payload():
        if isinstance(group, Message) and group["Action"] and group["Status"]:
            yield _word(group["Action"]), _word(group["Status"])


def _word(value: object) -> str:
    return str(value).partition("(")[0].strip().casefold()


def _reference(parts: list[Message], sender: str) -> str:
    """Our id, in the headers of the mail as it came back."""
    ids = [str(one["Message-ID"]) for one in _returned(parts) if one["Message-ID"]]
    found = next((match for one in ids if (match := _OUR_ID.fullmatch(one.strip()))), None)
    if found is None or found[2].casefold() != sender.rpartition("@")[2].casefold():
        raise NotABounce("The mail that came back is none of ours.")
    return found[1]


def _returned(parts: list[Message]) -> Iterator[Message]:
    """The mail itself, or its headers alone."""
    for part in parts:
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            yield from (one for one in part.get_payload() if isinstance(one, Message))
        if part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            yield message_from_bytes(content if isinstance(content, bytes) else b"")
