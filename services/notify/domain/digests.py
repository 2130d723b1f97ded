"""The digest of one person on one London day: one mail for many messages."""

from datetime import date
from uuid import uuid5

from services.notify.domain.message import NAMESPACE

TEMPLATE = "staff/digest"


def digest_id(recipient: str, day: date) -> str:
    """The same for everything that one person hears of in one day's digest."""
    return str(uuid5(NAMESPACE, f"digest|{recipient}|{day.isoformat()}"))
