"""The demo area's e-mails, kept instead of sent."""

from sqlmodel import col, select

from services.notify.domain.mail import Mail
from services.notify.messages.tables import CaughtMailRow
from shared.database import Database
from shared.errors import NotFound

SHOWN = 200


class CaughtMail:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, mail: Mail) -> None:
        with self._database.write() as session:
            session.merge(CaughtMailRow(**vars(mail)))

    def newest(self) -> list[Mail]:
        """The newest first, as many as fit on a page."""
        newest = select(CaughtMailRow).order_by(col(CaughtMailRow.at).desc(), CaughtMailRow.id)
        with self._database.read() as session:
            return [Mail(**row.model_dump()) for row in session.exec(newest.limit(SHOWN))]

    def mail(self, id: str) -> Mail:
        with self._database.read() as session:
            row = session.get(CaughtMailRow, id)
        if row is None:
            raise NotFound("There is no such e-mail.")
        return Mail(**row.model_dump())
