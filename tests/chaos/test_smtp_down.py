"""The mail server is down for an hour while a thousand mails wait."""

import socket

from sqlmodel import func, select

from services.notify.channels.providers import WeightedProviders
from services.notify.channels.smtp import Smtp
from services.notify.domain.message import FAILED, UNSENT, MessageState
from services.notify.messages.breakers import Breakers
from services.notify.messages.store import Store
from services.notify.messages.tables import AttemptRow
from services.notify.use_cases.deliver_due import deliver_due
from shared.contract import Channel
from shared.database import Database
from tests.chaos.conftest import Say
from tests.chaos.notify_alone import delivery, family_events, keep
from tests.chaos.providers import Sink
from tests.chaos.sizes import size
from tests.notify.world import Clock

MAILS = 1000
AN_HOUR = 3600  # seconds
EVERY = size(10, 1)  # seconds between passes while it is down
MOST_ATTEMPTS = MAILS + 300
BACK_WITHIN = 60  # seconds


def test_an_hour_without_a_mail_server_loses_nothing_and_is_made_up_for_in_a_minute(
    database: Database, backend: str, clock: Clock, say: Say
) -> None:
    store = Store(database)
    keep(database, clock, family_events(MAILS))
    with socket.socket() as nobody:  # bound, and nobody listens
        nobody.bind(("127.0.0.1", 0))
        away = delivery(database, clock, _email(database, clock, nobody.getsockname()[1]))
        for _ in range(0, AN_HOUR, EVERY):
            deliver_due(away, now=clock())
            clock.pass_(seconds=EVERY)
    assert set(store.tally()) <= UNSENT
    with Sink(delay=0).open() as sink:
        back = delivery(database, clock, _email(database, clock, sink.port))
        seconds = 0
        while store.tally() != {MessageState.SENT: MAILS} and seconds <= BACK_WITHIN:
            deliver_due(back, now=clock())
            clock.pass_(seconds=1)
            seconds += 1
    with database.read() as session:
        attempts = session.exec(select(func.count()).select_from(AttemptRow)).one()
    states = store.tally()
    gave_up = sum(states[state] for state in FAILED)
    say(
        f"{backend}: SMTP down an hour with {MAILS} mails: gave up {gave_up}, "
        f"{attempts} attempts, all out after {seconds} s"
    )
    assert states == {MessageState.SENT: MAILS}
    assert attempts <= MOST_ATTEMPTS
    assert seconds <= BACK_WITHIN
    assert sorted(sink.references) == sorted(set(sink.references))


def _email(database: Database, clock: Clock, port: int) -> dict[Channel, WeightedProviders]:
    smtp = Smtp(host="127.0.0.1", port=port, sender="sooner@example.org", clock=clock)
    return {
        Channel.EMAIL: WeightedProviders(providers=[smtp], breakers=Breakers(database), weights={})
    }
