"""What should have left, by the referral service's own outbox, and what did."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from sqlmodel import col, func, or_, select

from services.notify.domain.message import STOPPED, UNSENT, Message, MessageState
from services.notify.domain.plan import messages_for
from services.notify.messages.tables import MessageRow
from services.notify.messages.tables import outbox as fates
from services.referral.records.tables import outbox as events
from shared.cloudevents import from_json
from shared.contract import Channel, ReferralEvent
from shared.database import Database
from shared.outbox import count_waiting, parked
from shared.wire import read_referral_event
from tests.chaos.services import Both

_S = MessageState


@dataclass(frozen=True)
class Found:
    """`lost` never left and nothing says why; `twice` left more than once."""

    concerns: int
    mails: int
    lost: set[str]
    twice: set[str]
    states: Counter[str]
    parked: int

    def __str__(self) -> str:
        return f"LOST {len(self.lost)} TWICE {len(self.twice)}"


def judge(at: Both, taken: Sequence[str], *, acknowledged: int) -> Found:
    """`taken` are the references that the provider took, as often as it took them."""
    made = list(_events(at))
    asked = {one.id: one for event in made for one in _mails(event)}
    with _open(at.notify_database) as database, database.read() as session:
        rows = session.exec(select(MessageRow.id, MessageRow.state)).all()
        is_parked = len(parked(session, fates))
    states = dict(rows)
    explained = {id for id, state in states.items() if state in STOPPED | {_S.UNCERTAIN, _S.HELD}}
    concerns = len({event.concern for event in made})
    missing = {f"concern {number}" for number in range(acknowledged - concerns)}
    with _open(at.referral_database) as database, database.read() as session:
        is_parked += len(parked(session, events))
    return Found(
        concerns=concerns,
        mails=len(asked),
        lost=(asked.keys() - set(taken) - explained) | missing,
        twice={id for id, number in Counter(taken).items() if number > 1},
        states=Counter(states.values()),
        parked=is_parked,
    )


def in_flight(at: Both) -> set[str]:
    """What was just leaving when notify was killed."""
    with _open(at.notify_database) as database, database.read() as session:
        leaving = select(MessageRow.id).where(col(MessageRow.state) == _S.SENDING)
        return set(session.exec(leaving))


def unsettled(at: Both) -> tuple[int, int, int]:
    """How many messages wait to be sent or asked about, and how many events to be passed on in
    either direction."""
    is_open = or_(
        col(MessageRow.state).in_(UNSENT - {_S.HELD} | {_S.SENDING}),
        col(MessageRow.ask_at).is_not(None),
    )
    with _open(at.notify_database) as database, database.read() as session:
        open_here = session.exec(select(func.count()).where(is_open)).one()
        back = count_waiting(session, fates)
    with _open(at.referral_database) as database, database.read() as session:
        return open_here, back, count_waiting(session, events)


def _events(at: Both) -> Iterator[ReferralEvent]:
    with _open(at.referral_database) as database, database.read() as session:
        bodies = session.execute(select(events.c.body)).scalars().all()
    return (read_referral_event(from_json(body)) for body in bodies)


def _mails(event: ReferralEvent) -> list[Message]:
    planned = messages_for(event, now=event.at)
    return [one for one in planned if one.channel is Channel.EMAIL]


@contextmanager
def _open(url: str) -> Iterator[Database]:
    with closing(Database(url)) as database:
        yield database
