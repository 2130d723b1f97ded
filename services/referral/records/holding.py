"""Making one wait for the other where two at once would each believe to be the first."""

from sqlalchemy import text

from services.referral.records.reading import Reading
from services.referral.records.resource import Json

_HOLD = text("SELECT pg_advisory_xact_lock(hashtext(:key))")


def hold_child(record: Reading, patient: Json) -> None:
    """Of two concerns about one child, the second looks for the child when the first is written.

    Children born on one day wait for each other, because whoever is the same has the same birthday.
    On SQLite writers come one by one in any case.
    """
    if record.session.get_bind().dialect.name == "postgresql":
        record.session.connection().execute(_HOLD, {"key": f"born {patient.get('birthDate')}"})
