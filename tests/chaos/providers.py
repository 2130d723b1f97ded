"""Where mails go during a storm: outside the services, so that no kill reaches it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from random import Random
from threading import Event
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notify.channels.catcher import mail_server
from tests.notify.stand_ins.govuk import EMAIL_TEMPLATE, KEY, Govuk

LONGEST = 0.02  # seconds between taking a mail and saying so
PATIENCE = 5  # seconds: there may be no mail to wait for


@dataclass
class SlowGovuk(Govuk):
    """Takes a message and says so a moment later: in between a kill hurts most."""

    references: list[str] = field(default_factory=list)
    is_midway: Event = field(default_factory=Event)
    says_so: Event = field(default_factory=Event)
    random: Random = field(default_factory=lambda: Random(5))

    @contextmanager
    def open(self) -> Iterator["SlowGovuk"]:
        self.says_so.set()
        with super().open():
            yield self

    @contextmanager
    def midway(self) -> Iterator[None]:
        """It has taken a message, and says nothing of it while the block lasts."""
        self.says_so.clear()
        self.is_midway.wait(PATIENCE)
        yield
        self.says_so.set()

    def post(self, kind: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = super().post(kind, body)
        self.references.append(str(body["reference"]))
        time.sleep(self.random.uniform(0, LONGEST))
        self.is_midway.set()
        self.says_so.wait(PATIENCE)
        self.is_midway.clear()
        return answer

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SOONER_GOVUK_KEY": KEY,
            "SOONER_GOVUK_URL": self.url,
            "SOONER_GOVUK_TEMPLATES": f"email={EMAIL_TEMPLATE}",
        }


@dataclass
class Sink:
    """A mail server that keeps the references of what it took."""

    references: list[str] = field(default_factory=list)
    port: int = 0
    delay: float = LONGEST  # seconds between taking a mail and saying so

    @contextmanager
    def open(self) -> Iterator["Sink"]:
        with mail_server(self) as (_, self.port):
            yield self

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = str(message_from_bytes(envelope.original_content or b"")["Message-ID"])
        self.references.append(said.strip("<>").partition("@")[0])
        await asyncio.sleep(self.delay)
        return "250 OK"

    @property
    def settings(self) -> dict[str, str]:
        return {"SOONER_SMTP_HOST": "127.0.0.1", "SOONER_SMTP_PORT": str(self.port)}
