"""The operator checks the audit from the command line."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from services.referral.__main__ import app
from services.referral.records.store import Records
from shared.database import Database, migrate
from tests.referral.conftest import MIGRATIONS
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import KEEPER
from tests.referral.tampering import without_triggers


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An audit of three lines."""
    address = f"sqlite:///{tmp_path / 'referral.db'}"
    monkeypatch.setenv("SOONER_DATABASE_URL", address)
    monkeypatch.setenv("SOONER_DEMO", "1")
    migrate(address, MIGRATIONS)
    with closing(Database(address)) as database:
        for _ in range(3):
            with Records(database).writing(KEEPER, now=FRIDAY) as record:
                record.note("look")
    return address


def test_a_whole_audit_is_ok(url: str) -> None:
    answer = CliRunner().invoke(app, ["audit", "verify"])
    assert answer.exit_code == 0
    assert answer.output.startswith("OK: 3 lines")


def test_of_a_changed_one_the_first_wrong_line_is_named(url: str) -> None:
    with (
        closing(Database(url)) as database,
        database.write() as session,
        without_triggers(session.connection()),
    ):
        session.execute(text("UPDATE audit SET who = 'nobody' WHERE seq = 2"))
    answer = CliRunner().invoke(app, ["audit", "verify"])
    assert answer.exit_code == 1
    assert answer.output.startswith("Line 2 was changed")


def test_the_report_of_an_audit_without_signs_is_empty(url: str) -> None:
    answer = CliRunner().invoke(app, ["audit", "unusual"])
    assert (answer.exit_code, answer.output) == (0, "")
