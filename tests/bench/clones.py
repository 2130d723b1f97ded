"""A great many waiting referrals: one real concern that has had its nudge, and copies of its rows
made by the database itself, with ids of their own in every column and in the resources' text."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, String, text
from sqlmodel import AutoString

from services.referral.main import open_workplace
from services.referral.records.tables import metadata
from services.referral.records.tags import TagSet
from services.referral.settings import Settings
from services.referral.use_cases.escalate_overdue import escalate_overdue
from shared.database import Database
from tests.bench.concern import prepare
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import a_concern
from tests.referral.fakes import Clock

#: The start of each id in the mould, which is its time; each copy has its number there instead.
MARK = "f" * 8
#: Of each table the column with the id, and what a sweep needs of it.
TABLES = {
    "resource": ("id", "type IN ('ServiceRequest', 'Task', 'Patient', 'RelatedPerson', "
                       "'QuestionnaireResponse')"),
    "queue": ("task_id", "TRUE"),
    "search_value": ("id", "id IN (SELECT task_id FROM mould_queue WHERE service_id IS NOT NULL)"),
}  # fmt: skip
#: What is open and not due is never read: it has the rows that make the tables long, without text.
_IDLE = {
    "resource": "id IN (SELECT task_id FROM mould_queue WHERE service_id IS NOT NULL)",
    "queue": "service_id IS NOT NULL",
}
_SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM series "
    "WHERE n < :last) ",
    "postgresql": "WITH series AS (SELECT generate_series(CAST(:first AS integer), :last) AS n) ",
}
_NUMBER = {"sqlite": "printf('%08x', n)", "postgresql": "lpad(to_hex(n), 8, '0')"}
_DUE = {
    "sqlite": "datetime(:due, '+' || (n % :spread) || ' minutes') || '.000000'",
    "postgresql": "CAST(:due AS timestamptz) + (n % :spread) * interval '1 minute'",
}
#: What is not due is due on one of the minutes of three and a half days, long after.
_SPREAD, _MUCH_LATER = 5000, timedelta(days=900)


@dataclass
class Mould:
    """The concern that is copied; `due` is when its `referrals` take their next rung, and `version`
    that of their Tasks until then."""

    database: Database
    due: datetime
    referrals: int
    version: int
    copies: int = 0

    def copy(self, referrals: int, *, due: datetime | None = None) -> None:
        """So many more: due at that instant, or not for a long time."""
        first, self.copies = self.copies + 1, self.copies + referrals // self.referrals
        numbers = {"first": first, "last": self.copies}
        spread = 1 if due else _SPREAD
        at = {"due": f"{due or self.due + _MUCH_LATER:%Y-%m-%d %H:%M:%S}", "spread": spread}
        wanted = {name: only for name, (_, only) in TABLES.items()} if due else _IDLE
        with self.database.write() as session:
            if self.database.is_sqlite:
                session.execute(text("PRAGMA cache_size = -500000"))  # kB, else it writes all twice
            for name, only in wanted.items():
                known = at if name == "queue" else {}
                copies = self._copies(name, only, is_whole=due is not None)
                session.execute(text(copies), numbers | known)

    def analyze(self) -> None:
        engine = self.database.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))

    def _copies(self, name: str, only: str, *, is_whole: bool) -> str:
        dialect = self.database.url.get_backend_name()
        columns = metadata.tables[name].columns
        special = {"next_escalation_at": f"CASE WHEN service_id <> '' THEN {_DUE[dialect]} END"}
        if not is_whole:
            special["body"] = "'{}'"
        chosen = [
            special.get(one.name) or _renamed(one, f"'{MARK}'", _NUMBER[dialect], dialect)
            for one in columns
        ]
        return (
            f"INSERT INTO {name} ({', '.join(one.name for one in columns)}) {_SERIES[dialect]}"
            f"SELECT {', '.join(chosen)} FROM mould_{name} CROSS JOIN series WHERE {only}"
        )


def make_mould(url: str, started: datetime) -> Mould:
    """A migrated database with the demo's directory, and a concern that came at that instant and
    whose referrals have taken their first rung when it was due."""
    prepare(url)
    clock = Clock()
    clock.now = started
    at = replace(open_workplace(Settings(demo=True, database_url=url)), clock=clock)
    anyshire = Anyshire(records=at.records, rules=at.rules, clock=clock)
    raised = anyshire.raise_(a_concern(is_new=True))
    while not all(_is_nudged(anyshire, raised.concern)):
        escalate_overdue(at=at, now=_next(anyshire))
    referrals = anyshire.concern(raised.concern).referrals
    with at.records.reading(ONLOOKER, now=started) as record:
        concern = record.of_concern(raised.concern)
        everything = [*concern, record.resource("Patient", concern[0].place.child or "")]
    with at.records.database.engine.begin() as connection:
        _cast(connection, [one.id for one in everything])
    version = max(one.version for one in referrals)
    return Mould(at.records.database, _next(anyshire), len(referrals), version)


def _is_nudged(anyshire: Anyshire, concern: str) -> list[bool]:
    """Whether each referral's clock of the decision has taken its first rung."""
    clocks = [one for each in anyshire.concern(concern).referrals for one in each.clocks]
    return [one.rungs > 0 for one in clocks if one.clock == "OUR-TRIAGE"]


def _next(anyshire: Anyshire) -> datetime:
    return min(one.next_escalation_at for one in anyshire.queue() if one.next_escalation_at)


def _cast(connection: Connection, ids: list[str]) -> None:
    """Beside each table the concern's rows, with the mark in every id."""
    dialect = connection.dialect.name
    for name, (key, _) in TABLES.items():
        among = ", ".join(f"'{id}'" for id in ids)
        rows = f"SELECT * FROM {name} WHERE {key} IN ({among})"
        connection.execute(text(f"CREATE TABLE mould_{name} AS {rows}"))
        for id in ids:
            old, new = f"'{id}'", f"'{MARK}{id[len(MARK) :]}'"
            renamed = [
                f"{one.name} = {_renamed(one, old, new, dialect)}"
                for one in metadata.tables[name].columns
            ]
            connection.execute(text(f"UPDATE mould_{name} SET {', '.join(renamed)}"))


def _renamed(column: Column[object], old: str, new: str, dialect: str) -> str:
    if isinstance(column.type, TagSet) and dialect == "postgresql":
        return f"replace(CAST({column.name} AS text), {old}, {new})::text[]"
    holds_ids = isinstance(column.type, AutoString | String | TagSet)
    return f"replace({column.name}, {old}, {new})" if holds_ids else column.name
