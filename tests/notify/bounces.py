"""Reports of mail servers, as they come back."""

from email.message import EmailMessage

TO = "parent@example.org"
HEADERS = "Message-ID: <{id}>\r\nTo: parent@example.org\r\nSubject: There is news\r\n"


def a_bounce(
    id: str, *, action: str = "failed", status: str = "5.1.1", whole: bool = False
) -> bytes:
    """As Postfix writes it; `whole` returns the mail itself and not its headers alone."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    body = "\r\nWhat we wrote." if whole else ""
    return (
        f"""\
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: sooner@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

I could not deliver it to <{TO}>.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 2 Mar 2026 12:00:00 +0000

Final-Recipient: rfc822; {TO}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{TO}>: no such user

--part
Content-Type: {kind}

{HEADERS.format(id=id)}{body}
--part--
""".replace("\r\n", "\n")
        .replace("\n", "\r\n")
        .encode()
    )


def a_reply() -> bytes:
    """What somebody wrote back by hand."""
    mail = EmailMessage()
    mail["To"] = "sooner@example.org"
    mail.set_content("Thank you!")
    return mail.as_bytes()
