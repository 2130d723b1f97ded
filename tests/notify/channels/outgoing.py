"""A message ready to leave, ordinary unless a test says otherwise."""

from typing import Any

from services.notify.domain.channel import Outgoing

TEXT = "Olé, it is here.\n"
ADDRESS = "The Parent\n1 Any Street\nAnytown\nZZ99 3AA"


def an_outgoing(**changes: Any) -> Outgoing:
    facts: dict[str, Any] = {
        "id": "0199",
        "address": "parent@example.org",
        "subject": "Café update",
        "text": TEXT,
        "personalisation": {},
        "template": "family/made",
    }
    return Outgoing(**facts | changes)
