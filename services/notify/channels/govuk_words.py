"""What GOV.UK Notify says, in our words: https://docs.notifications.service.gov.uk/rest-api.html."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from requests import exceptions
from urllib3.exceptions import NewConnectionError

from services.notify.domain.channel import Outcome, Receipt, ReceiptState
from shared.contract import Channel

#: How far a message came. A letter that was `received` is printed and on its way.
STATES: dict[str, ReceiptState] = {
    **dict.fromkeys(
        ("created", "sending", "pending", "sent", "accepted", "received", "pending-virus-check"),
        ReceiptState.SENT,
    ),
    "delivered": ReceiptState.DELIVERED,
    "temporary-failure": ReceiptState.TEMPORARY_FAILURE,
    "permanent-failure": ReceiptState.PERMANENT_FAILURE,
    **dict.fromkeys(
        ("technical-failure", "cancelled", "virus-scan-failed", "validation-failed"),
        ReceiptState.TECHNICAL_FAILURE,
    ),
}

#: What it calls the part of a request that the address stands in.
ADDRESS_FIELDS: dict[Channel, tuple[str, ...]] = {
    Channel.EMAIL: ("email_address",),
    Channel.SMS: ("phone_number",),
    Channel.LETTER: ("address", "postcode"),
}

#: Of 403 the answer to a request is about our key or our clock, of 429 about our pace.
BAD_REQUEST, NOT_ALLOWED, TOO_MANY = 400, 403, 429


def receipt_from(said: Mapping[str, Any]) -> Receipt:
    """From a callback's body or a notification that was looked up; ValueError, KeyError or
    TypeError when it is neither. The address in it is left where it is."""
    status, reference = said["status"], said["reference"]
    if not isinstance(reference, str) or status not in STATES:
        raise ValueError("This is no receipt for one of our messages.")
    at = said.get("completed_at") or said.get("sent_at") or said["created_at"]
    return Receipt(reference=reference, state=STATES[status], at=_instant(at), code=status)


def refusal(status: int, errors: object, channel: Channel) -> tuple[Outcome, bool]:
    """What an answer other than 2xx means, and whether the trouble is with more than one message.

    Its documentation asks not to read the words of an error, which may change. The name of the
    field that it is about is read all the same: a wrong address is a person's work, a wrong
    template an operator's.
    """
    if status == TOO_MANY:
        return Outcome.TEMPORARY, True
    if status == NOT_ALLOWED:
        return Outcome.TECHNICAL, True
    if status != BAD_REQUEST:  # also from a gateway, while the service itself took it
        return Outcome.UNCERTAIN, False
    if any(_is_about(error, ADDRESS_FIELDS[channel]) for error in _listed(errors)):
        return Outcome.PERMANENT, False
    return Outcome.TECHNICAL, False


def kind_of(errors: object) -> str:
    """The type of the first error, which its documentation says will not change."""
    kinds = [str(error.get("error", "")) for error in _listed(errors)]
    return "".join(sign for sign in "".join(kinds[:1]) if sign.isalnum())[:40]


def never_left(cause: BaseException | None) -> bool:
    """Whether a request without an answer surely did not reach it."""
    if isinstance(cause, exceptions.ConnectTimeout | exceptions.SSLError | exceptions.ProxyError):
        return True
    why = cause.args[0] if cause is not None and cause.args else None
    return isinstance(getattr(why, "reason", None), NewConnectionError)


def _is_about(error: Mapping[str, Any], fields: tuple[str, ...]) -> bool:
    words = str(error.get("message", "")).lower()
    return error.get("error") == "ValidationError" and any(field in words for field in fields)


def _listed(errors: object) -> list[dict[str, Any]]:
    found = errors if isinstance(errors, list) else []
    return [error for error in found if isinstance(error, dict)]


def _instant(text: str) -> datetime:
    """Written with its zone and without, always meant as UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
