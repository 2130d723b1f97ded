"""The demo area's mail server: it takes every e-mail and lets none leave the machine."""

import asyncio
import email
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from threading import Thread
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notify.domain.mail import Mail

HOST = "127.0.0.1"


class _Catcher:
    def __init__(self, keep: Callable[[Mail], None], clock: Callable[[], datetime]) -> None:
        self._keep = keep
        self._clock = clock

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._keep(_read(envelope, self._clock()))
        return "250 Caught"


@contextmanager
def catch_mail(
    keep: Callable[[Mail], None], *, clock: Callable[[], datetime]
) -> Iterator[tuple[str, int]]:
    """Keep every e-mail that is sent to this host and port."""
    with mail_server(_Catcher(keep, clock)) as address:
        yield address


@contextmanager
def mail_server(handler: object) -> Iterator[tuple[str, int]]:
    """Run a mail server on a free port of this machine; its host and port.

    Not aiosmtpd's own Controller: that one needs to be told a port, and a free one may be gone.
    """
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="mail server", daemon=True)
    thread.start()
    spoken_to: WeakSet[SMTP] = WeakSet()

    def answer() -> SMTP:
        protocol = SMTP(handler, loop=loop)
        spoken_to.add(protocol)
        return protocol

    starting = loop.create_server(answer, HOST, 0)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    try:
        yield HOST, server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_hang_up(server, spoken_to), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _hang_up(server: asyncio.Server, spoken_to: WeakSet[SMTP]) -> None:
    """Take no more calls, and end those that go on: a loop closed under them leaves them open."""
    server.close()
    for one in list(spoken_to):
        if one.transport is not None:
            one.transport.close()
    talking = asyncio.all_tasks() - {asyncio.current_task()}
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
    await asyncio.sleep(0)  # the transports close on the loop's next turn


def _read(envelope: Envelope, at: datetime) -> Mail:
    content = envelope.original_content or b""
    message = email.message_from_bytes(content, policy=default)
    if not isinstance(message, EmailMessage):
        raise TypeError("The default policy makes EmailMessages.")
    return Mail(
        id=str(message["Message-ID"]).strip("<>").partition("@")[0],
        to=", ".join(envelope.rcpt_tos),
        subject=str(message["Subject"]),
        body="\n".join(str(message.get_content()).splitlines()),
        at=at,
    )
