"""An e-mail, as it goes out and as the demo area's catcher keeps it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One e-mail to one person, in plain text; `id` is the id of its message."""

    id: str
    to: str
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Words:
    """What a message says, and which version of its words says it."""

    subject: str
    body: str
    version: str = ""
    hash: str = ""
