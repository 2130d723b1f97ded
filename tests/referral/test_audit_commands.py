"""The operator checks the audit from the command line."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from structlog.testing import capture_logs
from typer.testing import CliRunner

from services.referral.__main__ import app
from services.referral.demo.area import build_area
from services.referral.main import open_workplace
from services.referral.policies.reader import ANYSHIRE
from services.referral.records.store import Records
from services.referral.settings import Settings
from services.referral.use_cases.verify_audit import verify_nightly
from shared.database import Database, migrate
from tests.referral.conftest import MIGRATIONS
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import KEEPER
from tests.referral.tampering import without_triggers
from tests.referral.use_cases.reading import audits


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


def _kept(url: str) -> str:
    answer = CliRunner().invoke(app, ["audit", "head"])
    assert answer.exit_code == 0
    return answer.output.strip()


def test_what_head_prints_is_in_the_chain_later_too(url: str) -> None:
    kept = _kept(url)
    assert kept.startswith("4:")
    with (
        closing(Database(url)) as database,
        Records(database).writing(KEEPER, now=FRIDAY) as record,
    ):
        record.note("look")
    assert CliRunner().invoke(app, ["audit", "verify", "--from", kept]).exit_code == 0


def test_an_audit_that_was_written_anew_is_found_by_what_was_kept(url: str) -> None:
    kept = _kept(url)
    with closing(Database(url)) as database:
        with database.write() as session, without_triggers(session.connection()):
            session.execute(text("DELETE FROM audit"))
            session.execute(text("DELETE FROM audit_head"))
        for _ in range(6):
            with Records(database).writing(KEEPER, now=FRIDAY) as record:
                record.note("nothing happened here")
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0
    answer = CliRunner().invoke(app, ["audit", "verify", "--from", kept])
    assert (answer.exit_code, answer.output[:32]) == (1, "Line 4 is not the one that was k")
    later = f"90:{'0' * 64}"
    answer = CliRunner().invoke(app, ["audit", "verify", "--from", later])
    assert answer.exit_code == 1
    assert "to 90, which was kept" in answer.output


@pytest.mark.parametrize("typed", ["4", "x:y", "4:00", f"-1:{'0' * 64}"])
def test_what_was_kept_is_read_strictly(url: str, typed: str) -> None:
    assert CliRunner().invoke(app, ["audit", "verify", "--from", typed]).exit_code == 2


def test_a_broken_audit_is_an_error_in_the_log_each_night(url: str) -> None:
    at = open_workplace(Settings())
    with capture_logs() as logged:
        assert verify_nightly(at=at).wrong == ""
        with (
            at.records.database.write() as session,
            without_triggers(session.connection()),
        ):
            session.execute(text("UPDATE audit SET who = 'Practitioner/zoya' WHERE seq = 2"))
        verify_nightly(at=at)
    at.records.database.close()
    assert [(one["log_level"], one["event"]) for one in logged] == [
        ("info", "audit whole"),
        ("error", "audit broken"),
    ]
    assert "zoya" not in str(logged)


#: What each command leaves in the audit; the empty ones show and keep nothing of anybody, or what
#: they make is noted as the use cases make it.
COMMANDS = {
    "serve": "", "migrate": "", "demo": "", "states": "",
    "reindex": "reindex", "route": "route",
    "audit verify": "verify", "audit head": "head", "audit unusual": "unusual",
    "client add": "client-add", "client rotate": "client-rotate",
    "client revoke": "client-revoke", "client list": "client-list",
    "account add": "account-recovered", "account recover": "account-recovered",
    "escalate": "", "policy check": "", "policy try": "try-policy", "policy apply": "",
}  # fmt: skip

WITH = {
    "route": ["tests/examples/concern-speech.json"],
    "client add": ["agency", "--as", "speech@example.org"],
    "client rotate": ["agency"],
    "client revoke": ["agency"],
    "account add": ["new@example.org", "New Admin"],
    "account recover": ["speech@example.org"],
    "policy try": [str(ANYSHIRE), "--since", "2026-11-01"],
}


def _commands(of: typer.Typer, before: str = "") -> Iterator[str]:
    for one in of.registered_commands:
        called = one.name or one.callback.__name__ if one.callback else ""
        yield before + called.replace("_", "-")
    for group in of.registered_groups:
        if group.typer_instance:
            yield from _commands(group.typer_instance, f"{group.name} ")


def test_no_command_is_forgotten() -> None:
    assert set(_commands(app)) == set(COMMANDS)


def test_each_leaves_what_the_table_says(url: str) -> None:
    at = open_workplace(Settings())
    build_area(at.records, at.rules.policies.places, now=FRIDAY)
    for command, action in COMMANDS.items():
        if action:
            answer = CliRunner().invoke(app, [*command.split(), *WITH.get(command, [])])
            assert answer.exit_code == 0, (command, answer.output)
            assert audits(at.records)[-1].action == action
    at.records.database.close()


def test_the_report_of_an_audit_without_signs_is_empty(url: str) -> None:
    answer = CliRunner().invoke(app, ["audit", "unusual"])
    assert (answer.exit_code, answer.output) == (0, "")
