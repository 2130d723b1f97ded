import socket
from dataclasses import replace
from threading import Thread

import pytest

from services.notify.channels.email import SmtpServer
from services.notify.domain.channel import Outcome, Outgoing, Sent
from tests.notify.world import MailBox

MAIL = Outgoing(
    id="0199",
    address="parent@example.org",
    subject="Café update",
    text="Olé, it is here.\n",
    personalisation={},
    template="family/made",
)


def came_to(outcome: Outcome, code: str, *, is_away: bool = False) -> Sent:
    return Sent(outcome=outcome, provider="smtp", code=code, is_away=is_away)


REPLIES = {
    "250 OK": came_to(Outcome.ACCEPTED, "smtp-250"),
    "421 Closing": came_to(Outcome.TEMPORARY, "smtp-421"),
    "451 Later": came_to(Outcome.TEMPORARY, "smtp-451"),
    "550 Never": came_to(Outcome.PERMANENT, "smtp-550"),
    "554 Never": came_to(Outcome.PERMANENT, "smtp-554"),
}


def test_a_mail_arrives_as_it_was_written(mailbox: MailBox) -> None:
    assert mailbox.server.send(MAIL) == came_to(Outcome.ACCEPTED, "smtp-250")
    [mail] = mailbox.mails
    assert mailbox.to == ["parent@example.org"]
    assert (mail["To"], mail["From"]) == ("parent@example.org", "sooner@example.org")
    assert mail["Subject"] == "Café update"
    assert mail.get_content().splitlines() == ["Olé, it is here."]
    assert mail["Message-ID"] == "<0199@example.org>"
    assert mail["Date"].datetime.tzinfo is not None


@pytest.mark.parametrize(("reply", "outcome"), REPLIES.items())
def test_the_reply_to_the_address_decides(mailbox: MailBox, reply: str, outcome: Sent) -> None:
    mailbox.rcpt_answer = reply
    assert mailbox.server.send(MAIL) == outcome


@pytest.mark.parametrize(("reply", "outcome"), REPLIES.items())
def test_the_reply_to_the_content_decides(mailbox: MailBox, reply: str, outcome: Sent) -> None:
    mailbox.data_answer = reply
    assert mailbox.server.send(MAIL) == outcome


def test_a_reply_to_the_content_that_nobody_understands_leaves_it_open(mailbox: MailBox) -> None:
    mailbox.data_answer = "199 Hm"
    assert mailbox.server.send(MAIL).outcome is Outcome.UNCERTAIN


def test_a_server_that_hangs_up_after_the_content_leaves_it_open(mailbox: MailBox) -> None:
    mailbox.hangs_up = True
    assert mailbox.server.send(MAIL) == came_to(Outcome.UNCERTAIN, "dropped-after-data")


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nobody = SmtpServer(host="127.0.0.1", port=port, sender="sooner@example.org")
    assert nobody.send(MAIL) == came_to(Outcome.TEMPORARY, "ConnectionRefusedError", is_away=True)


def test_a_server_that_turns_everybody_away_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        busy = Thread(target=turn_away, args=(listening,))
        busy.start()
        port = listening.getsockname()[1]
        server = SmtpServer(host="127.0.0.1", port=port, sender="sooner@example.org")
        assert server.send(MAIL) == came_to(Outcome.TEMPORARY, "smtp-554", is_away=True)
        busy.join()


def test_a_server_without_the_encryption_or_sign_in_that_is_asked_for_gets_nothing(
    mailbox: MailBox,
) -> None:
    encrypted = replace(mailbox.server, starttls=True)
    signed_in = replace(mailbox.server, user="sooner", password="secret")
    assert encrypted.send(MAIL).is_away
    assert signed_in.send(MAIL).is_away
    assert mailbox.mails == []


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@example.org", "a@example.org\r\nRCPT TO:<b@example.org>", "é@é"]
)
def test_an_address_that_is_none_is_given_up(mailbox: MailBox, address: str) -> None:
    given_up = came_to(Outcome.PERMANENT, "address-not-valid")
    assert mailbox.server.send(replace(MAIL, address=address)) == given_up
    assert mailbox.mails == []


def turn_away(listening: socket.socket) -> None:
    caller, _ = listening.accept()
    with caller:
        caller.sendall(b"554 No\r\n")
        caller.recv(100)
