"""A mail server that takes everything and keeps nothing, in a process of its own.

python -m tests.notify.stand_ins.mail_sink prints its port.
"""

import sys
import time

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notify.channels.catcher import mail_server


class Sink:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 OK"


if __name__ == "__main__":
    with mail_server(Sink()) as (_, port):
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        time.sleep(3600)
