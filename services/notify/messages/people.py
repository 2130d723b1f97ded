"""What people wish, which of their addresses work, and how much they were sent today."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from services.notify.domain.category import Category
from services.notify.domain.message import ACCEPTED, MessageState
from services.notify.domain.preferences import NONE_SAID, Pace, Preferences, Wishes
from services.notify.messages.tables import AddressRow, MessageRow, PersonRow, WishRow
from shared.contract import Channel
from shared.database import Database

#: What counts as having been written to.
_REACHED = [*ACCEPTED, MessageState.UNCERTAIN]
_COUNTED = (Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What notify knows of one person: `suppressed` are hashes of addresses that do not work."""

    wishes: Preferences = NONE_SAID
    suppressed: frozenset[str] = frozenset()
    told_today: int = 0


class People:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, recipients: Sequence[str], *, since: datetime) -> Mapping[str, Known]:
        """Of each of them, with what they were sent since then."""
        asked = sorted(set(recipients))
        with self._database.read() as session:
            wishes = _preferences(session, asked)
            suppressed = _suppressed(session, asked)
            told = _told(session, asked, since)
        return {
            one: Known(
                wishes=wishes.get(one, NONE_SAID),
                suppressed=frozenset(suppressed[one]),
                told_today=told.get(one, 0),
            )
            for one in asked
        }

    def preferences(self, recipient: str) -> Preferences:
        with self._database.read() as session:
            return _preferences(session, [recipient]).get(recipient, NONE_SAID)

    def newest_of(self, recipients: Sequence[str]) -> Preferences:
        """What one of them said last: they are the same person."""
        newest = (
            select(PersonRow.recipient)
            .where(col(PersonRow.recipient).in_(recipients))
            .order_by(col(PersonRow.changed_at).desc(), PersonRow.recipient)
            .limit(1)
        )
        with self._database.read() as session:
            found = session.exec(newest).all()
            return next(iter(_preferences(session, found).values()), NONE_SAID)

    def keep(self, recipient: str, wishes: Preferences, *, by: str, now: datetime) -> None:
        """In place of what was kept; `by` is who said so."""
        with self._database.write() as session:
            session.merge(
                PersonRow(
                    recipient=recipient,
                    language=wishes.language,
                    large_print=wishes.large_print,
                    shared_phone=wishes.shared_phone,
                    days="".join(str(day) for day in sorted(wishes.days)),
                    safe_from=_written(wishes.safe_from),
                    safe_until=_written(wishes.safe_until),
                    changed_at=now,
                    changed_by=by,
                )
            )
            session.execute(delete(WishRow).where(col(WishRow.recipient) == recipient))
            for (category, channel), pace in wishes.wishes.items():
                row = WishRow(recipient=recipient, category=category, channel=channel, pace=pace)
                session.add(row)

    def trust_again(self, recipient: str) -> None:
        """Use this person's addresses again, though something did not arrive there once."""
        with self._database.write() as session:
            gone = delete(AddressRow).where(
                col(AddressRow.recipient) == recipient, col(AddressRow.suppressed_at).is_not(None)
            )
            session.execute(gone)


def _preferences(session: Session, recipients: Sequence[str]) -> dict[str, Preferences]:
    people = session.exec(select(PersonRow).where(col(PersonRow.recipient).in_(recipients))).all()
    if not people:
        return {}
    wishes: dict[str, dict[tuple[Category, Channel], Pace]] = defaultdict(dict)
    for row in session.exec(select(WishRow).where(col(WishRow.recipient).in_(recipients))):
        wishes[row.recipient][Category(row.category), Channel(row.channel)] = Pace(row.pace)
    return {one.recipient: _read(one, wishes[one.recipient]) for one in people}


def _read(row: PersonRow, wishes: Wishes) -> Preferences:
    return Preferences(
        wishes=wishes,
        language=row.language,
        large_print=row.large_print,
        shared_phone=row.shared_phone,
        days=frozenset(int(day) for day in row.days),
        safe_from=_time(row.safe_from),
        safe_until=_time(row.safe_until),
    )


def _suppressed(session: Session, recipients: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = select(AddressRow.recipient, AddressRow.address_hash).where(
        col(AddressRow.recipient).in_(recipients), col(AddressRow.suppressed_at).is_not(None)
    )
    for recipient, hash in session.exec(rows):
        found[recipient].add(hash)
    return found


def _told(session: Session, recipients: Sequence[str], since: datetime) -> dict[str, int]:
    """A digest counts once, however much it carries."""
    mails = func.count(func.distinct(func.coalesce(_carrier_or_none(), col(MessageRow.id))))
    rows = (
        select(MessageRow.recipient, mails)
        .where(
            col(MessageRow.recipient).in_(recipients),
            col(MessageRow.settled_at) >= since,
            col(MessageRow.state).in_(_REACHED),
            col(MessageRow.channel).in_(_COUNTED),
        )
        .group_by(MessageRow.recipient)
    )
    return dict(session.exec(rows).all())


def _carrier_or_none() -> object:
    return func.nullif(col(MessageRow.carrier), "")


def _written(at: time | None) -> str:
    return at.isoformat("minutes") if at else ""


def _time(written: str) -> time | None:
    return time.fromisoformat(written) if written else None
