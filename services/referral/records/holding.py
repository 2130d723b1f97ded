"""Making one wait for the other where two at once would each believe to be the first."""

from sqlalchemy import text

from services.referral.records.reading import Reading
from services.referral.records.resource import Json

_HOLD = text("SELECT pg_advisory_xact_lock(hashtext(:key))")


def hold_matching(record: Reading, type: str) -> None:
    """Of two who would make one "if there is none", the second looks when the first is written.

    All of a type wait for each other: two queries in other words may mean the same one.
    """
    _hold(record, f"matching {type}")


def hold_child(record: Reading, patient: Json) -> None:
    """Of two concerns about one child, the second looks for the child when the first is written.

    Children born on one day wait for each other, because whoever is the same has the same birthday.
    On SQLite writers come one by one in any case.
    """
    _hold(record, f"born {patient.get('birthDate')}")


def _hold(record: Reading, key: str) -> None:
    if record.session.get_bind().dialect.name == "postgresql":
        record.session.connection().execute(_HOLD, {"key": key})
