"""Letters to print and post, in and out of the database."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, update
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from services.notify.domain.letter import KEPT, Letter, LetterState, Step, after
from services.notify.messages.tables import LetterRow
from shared.database import Database
from shared.errors import NotFound

SHOWN = 200


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
