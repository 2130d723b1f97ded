"""What is told when something has happened, to whom, and in which words: by the real parts of both
services, without the network between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import select

from services.notify.domain.message import Message
from services.notify.domain.plan import messages_for
from services.notify.templates.wording import write
from services.referral.demo.cast import Child
from services.referral.demo.child_parts import RELATIONS
from services.referral.demo.people import PEOPLE
from services.referral.records.tables import outbox
from services.referral.use_cases.resolve_recipients import resolve_recipients
from services.referral.use_cases.workplace import Workplace
from shared.cloudevents import from_json
from shared.contract import Audience, Channel, RecipientQuery
from shared.wire import read_referral_event

PAGES = "https://sooner.example"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail: `to` says who reads it, and as whom."""

    to: str
    audience: Audience
    subject: str
    body: str


def letters(child: Child, *, at: Workplace) -> list[Letter]:
    """The mails of what has not been passed on yet; families first."""
    found = [_letter(one, child, at) for one in _messages(at)]
    return sorted(found, key=lambda one: one.audience is not Audience.FAMILY)


def _messages(at: Workplace) -> Iterator[Message]:
    waiting = select(outbox.c.body).where(outbox.c.published_at.is_(None))
    with at.records.database.read() as session:
        bodies = session.scalars(waiting.order_by(outbox.c.created_at)).all()
    for body in bodies:
        event = read_referral_event(from_json(body))
        for message in messages_for(event, now=at.clock()):
            if message.channel is Channel.EMAIL:
                yield message


def _letter(message: Message, child: Child, at: Workplace) -> Letter:
    query = RecipientQuery(
        recipient=message.recipient,
        child=message.child,
        task=message.task,
        moment=message.moment,
        event=message.event,
    )
    (to,) = resolve_recipients([query], at=at)
    words = write(
        message.template,
        link=PAGES + ("/family" if message.audience is Audience.FAMILY else "/referrals/…"),
        urgent=message.urgent,
        level=message.level,
        figures=to.figures,
    )
    return Letter(
        to=_name(to.email or to.reason, child),
        audience=message.audience,
        subject=words.subject,
        body=words.body,
    )


def _name(email: str, child: Child) -> str:
    """Who reads it; the reason where nobody may be written to."""
    staff = (f"{one.name}, {one.title}" for one in PEOPLE if one.email == email)
    carers = (
        f"{one.name}, the {RELATIONS[one.relation]}"
        for one in child.family.carers
        if one.email == email
    )
    return next(chain(staff, carers, [f"nobody ({email})"]))
