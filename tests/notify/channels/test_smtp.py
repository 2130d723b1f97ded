import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import pytest

from services.notify.channels.smtp import Smtp
from services.notify.domain.channel import Dedup, Outcome, Sent
from tests.notify.builders import NOON
from tests.notify.channels.outgoing import TEXT, an_outgoing
from tests.notify.world import MailBox

MESSAGE = an_outgoing()

LATER, NEVER = Outcome.TEMPORARY, Outcome.PERMANENT

TO_THE_ADDRESS = {
    "250 OK": (Outcome.ACCEPTED, "smtp-250"),
    "421 Closing": (LATER, "smtp-421"),
    "451 Later": (LATER, "smtp-451"),
    "450 4.2.1 Too many today": (LATER, "smtp-450-4.2.1"),
    "550 Never": (NEVER, "smtp-550"),
    "550 5.1.1 Nobody": (NEVER, "smtp-550-5.1.1"),
    "552 5.2.2 Full for good": (NEVER, "smtp-552-5.2.2"),
    "554 Never": (Outcome.TECHNICAL, "smtp-554"),
    "550 5.7.1 We do not like you": (Outcome.TECHNICAL, "smtp-550-5.7.1"),
}
TO_THE_CONTENT = TO_THE_ADDRESS | {
    "550 Never": (Outcome.TECHNICAL, "smtp-550"),
    "199 Hm": (Outcome.UNCERTAIN, "smtp-199"),
}


@pytest.fixture
def smtp(mailbox: MailBox) -> Smtp:
    server = mailbox.server
    return Smtp(host=server.host, port=server.port, sender=server.sender, clock=lambda: NOON)


def came(outcome: Outcome, code: str, *, is_away: bool = False) -> Sent:
    return Sent(outcome=outcome, provider="smtp", code=code, is_away=is_away)


def test_a_mail_arrives_as_it_was_written(smtp: Smtp, mailbox: MailBox) -> None:
    assert smtp.send(MESSAGE) == came(Outcome.ACCEPTED, "smtp-250")
    [mail] = mailbox.mails
    assert mailbox.to == ["parent@example.org"]
    assert (mail["To"], mail["From"]) == ("parent@example.org", "sooner@example.org")
    assert mail["Subject"] == "Café update"
    assert mail.get_content().splitlines() == TEXT.splitlines()
    assert mail["Message-ID"] == "<0199@example.org>"
    assert mail["Date"].datetime == NOON


def test_a_mail_with_html_still_has_its_plain_text(smtp: Smtp, mailbox: MailBox) -> None:
    smtp.send(replace(MESSAGE, html="<p>Olé</p>"))
    kinds = [part.get_content_type() for part in mailbox.mails[0].iter_parts()]
    assert kinds == ["text/plain", "text/html"]


@pytest.mark.parametrize(("reply", "expected"), TO_THE_ADDRESS.items())
def test_the_reply_to_the_address_decides(
    smtp: Smtp, mailbox: MailBox, reply: str, expected: tuple[Outcome, str]
) -> None:
    mailbox.rcpt_answer = reply
    assert smtp.send(MESSAGE) == came(*expected, is_away=reply.startswith("421"))


@pytest.mark.parametrize(("reply", "expected"), TO_THE_CONTENT.items())
def test_the_reply_to_the_content_decides(
    smtp: Smtp, mailbox: MailBox, reply: str, expected: tuple[Outcome, str]
) -> None:
    mailbox.data_answer = reply
    assert smtp.send(MESSAGE) == came(*expected, is_away=reply.startswith("421"))


def test_a_server_that_hangs_up_after_the_content_leaves_it_open(
    smtp: Smtp, mailbox: MailBox
) -> None:
    mailbox.hangs_up = True
    assert smtp.send(MESSAGE) == came(Outcome.UNCERTAIN, "dropped-after-data")
    assert smtp.dedup is Dedup.NONE


def test_a_server_that_is_not_there_is_away(smtp: Smtp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = replace(smtp, port=free.getsockname()[1])
    assert nobody.send(MESSAGE) == came(LATER, "ConnectionRefusedError", is_away=True)


SAID = {
    "to everybody who calls": ("554 No", LATER, "smtp-554"),
    "to all that comes from us": (
        "220 Hello|250 Hi|550 Not from you",
        Outcome.TECHNICAL,
        "smtp-550",
    ),
    "not now to anybody": ("220 Hello|250 Hi|451 Disk full", LATER, "smtp-451"),
}


@pytest.mark.parametrize(("replies", "outcome", "code"), SAID.values(), ids=SAID)
def test_a_server_that_says_no_is_away(
    smtp: Smtp, replies: str, outcome: Outcome, code: str
) -> None:
    with scripted(replies.split("|")) as port:
        assert replace(smtp, port=port).send(MESSAGE) == came(outcome, code, is_away=True)


def test_a_server_without_the_encryption_or_sign_in_that_is_asked_for_gets_nothing(
    smtp: Smtp, mailbox: MailBox
) -> None:
    encrypted = replace(smtp, starttls=True)
    signed_in = replace(smtp, user="sooner", password="secret")
    for asks in (encrypted, signed_in):
        assert asks.send(MESSAGE).is_away
    assert mailbox.mails == []


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@example.org", "a@example.org\r\nRCPT TO:<b@example.org>", "é@é"]
)
def test_an_address_that_is_none_is_given_up(smtp: Smtp, mailbox: MailBox, address: str) -> None:
    sent = smtp.send(replace(MESSAGE, address=address))
    assert sent == came(NEVER, "address-not-valid")
    assert mailbox.mails == []


@contextmanager
def scripted(replies: list[str]) -> Iterator[int]:
    """A server that gives these replies, one a line it hears, to whoever calls first; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        busy = Thread(target=_answer, args=(listening, replies))
        busy.start()
        yield listening.getsockname()[1]
        busy.join()


def _answer(listening: socket.socket, replies: list[str]) -> None:
    caller, _ = listening.accept()
    with caller:
        for reply in replies:
            caller.sendall(f"{reply}\r\n".encode())
            caller.recv(1000)


@pytest.fixture(autouse=True)
def nothing_personal_in_the_logs(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    out, err = capfd.readouterr()
    assert "@example.org" not in out + err
