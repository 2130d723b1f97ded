"""Letters to print and post, in and out of the database."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, update
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from services.notify.domain.hours import Window
from services.notify.domain.letter import KEPT, Letter, LetterState, Step, after
from services.notify.domain.message import told_as
from services.notify.messages.settling import to_message
from services.notify.messages.tables import LetterRow, MessageRow, outbox
from shared import outbox as outboxes
from shared.contract import Fate
from shared.database import Database
from shared.errors import NotFound
from shared.wire import message_to_cloudevent

SHOWN = 200
A_DAY = timedelta(days=1)  # no letter is late before


class Letters:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, letter: Letter) -> None:
        """A second one of the same id changes nothing."""
        with self._database.write() as session:
            if session.get(LetterRow, letter.id) is None:
                session.add(_row(letter))

    def waiting(self, areas: frozenset[str]) -> list[Letter]:
        """Those to post, the oldest first."""
        return self._found(LetterState.TO_POST, areas, col(LetterRow.made_at))

    def posted(self, areas: frozenset[str]) -> list[Letter]:
        """Those that may still come back, the newest first."""
        return self._found(LetterState.POSTED, areas, col(LetterRow.ended_at).desc())

    def letter(self, id: str, areas: frozenset[str]) -> Letter:
        """NotFound as well when it is for other areas."""
        with self._database.read() as session:
            return _seen(session.get(LetterRow, id), areas)

    def mark(self, id: str, step: Step, *, by: str, areas: frozenset[str], now: datetime) -> Letter:
        """The letter after that step. Conflict when somebody else was first."""
        mine = select(LetterRow).where(LetterRow.id == id).with_for_update()
        with self._database.write() as session:
            row = session.exec(mine).first()
            state = after(_seen(row, areas), step)
            row = cast("LetterRow", row)
            _write(row, step, state, by, now)
            return _letter(row)

    def tell_of_late(self, workdays: Window, *, now: datetime) -> int:
        """Tell the referral service, once, of each that nobody has posted in time; how many."""
        lying = select(LetterRow).where(
            LetterRow.state == LetterState.TO_POST,
            col(LetterRow.late_told_at).is_(None),
            col(LetterRow.made_at) <= now - A_DAY,
        )
        oldest = lying.order_by(col(LetterRow.made_at)).limit(SHOWN)
        with self._database.write() as session:
            rows = session.exec(oldest.with_for_update(skip_locked=True)).all()
            late = [row for row in rows if _letter(row).is_late(now, workdays)]
            for row in late:
                row.late_told_at = now
                message = to_message(session.get_one(MessageRow, row.id))
                event = told_as(message, Fate.NOT_POSTED, at=now)
                outboxes.put(session, outbox, [message_to_cloudevent(event)])
            return len(late)

    def forget(self, *, now: datetime) -> int:
        """Take words and addresses off those that will not come back any more; how many."""
        old = update(LetterRow).where(
            col(LetterRow.ended_at) < now - KEPT, col(LetterRow.address) != ""
        )
        with self._database.write() as session:
            forgotten = session.execute(old.values(address="", subject="", text=""))
            return cast("CursorResult[Any]", forgotten).rowcount

    def _found(
        self, state: LetterState, areas: frozenset[str], order: ColumnElement[Any] | Mapped[Any]
    ) -> list[Letter]:
        found = select(LetterRow).where(LetterRow.state == state, col(LetterRow.address) != "")
        with self._database.read() as session:
            letters = [_letter(row) for row in session.exec(found.order_by(order))]
        return [letter for letter in letters if letter.is_for(areas)][:SHOWN]


def _write(row: LetterRow, step: Step, state: LetterState, by: str, now: datetime) -> None:
    if step is Step.PRINTED:
        row.printed_at = now
    else:
        row.state, row.ended_at, row.ended_by = state, now, by


def _seen(row: LetterRow | None, areas: frozenset[str]) -> Letter:
    if row is None or not (letter := _letter(row)).is_for(areas):
        raise NotFound("There is no such letter.")
    return letter


def _row(letter: Letter) -> LetterRow:
    return LetterRow(**vars(letter) | {"areas": " ".join(sorted(letter.areas))})


def _letter(row: LetterRow) -> Letter:
    facts = row.model_dump()
    kinds = {"areas": frozenset(row.areas.split()), "state": LetterState(row.state)}
    return Letter(**facts | kinds)
