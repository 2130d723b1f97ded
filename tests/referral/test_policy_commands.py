"""The operator checks a draft of the policies, and tries it on what has happened."""

import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.referral.__main__ import app
from services.referral.domain.moves import Move
from services.referral.main import open_workplace
from services.referral.policies.reader import ANYSHIRE, read_policies
from services.referral.records.every_concern import every_concern
from services.referral.records.store import Records
from services.referral.settings import Settings
from services.referral.use_cases.apply_policy import apply_policy
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.try_policy import Escalated, try_policy
from services.referral.use_cases.workplace import Workplace
from shared.bank_holidays import bank_holidays
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import a_concern
from tests.referral.fakes import FRIDAY
from tests.referral.use_cases.reading import SPEECH

POLICIES = ("routing.yaml", "places.yaml", "clocks.yaml", "ladders.yaml")


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    folder = tmp_path / "draft"
    folder.mkdir()
    for name in POLICIES:
        shutil.copy(ANYSHIRE / name, folder)
    return folder


def change(draft: Path, name: str, old: str, new: str) -> None:
    file = draft / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_draft_that_is_right_is_ok_and_needs_no_database(draft: Path) -> None:
    answer = CliRunner().invoke(app, ["policy", "check", str(draft)])
    assert answer.exit_code == 0
    assert answer.output.startswith("OK: ")
    assert "20 clocks and 6 ladders" in answer.output


def test_all_that_is_wrong_with_a_draft_is_said(draft: Path) -> None:
    change(draft, "ladders.yaml", "percent: 75", "percent: 175")
    change(draft, "clocks.yaml", "unit: wd", "unit: moons")
    answer = CliRunner().invoke(app, ["policy", "check", str(draft)])
    assert answer.exit_code == 1
    assert "ladders.yaml:" in answer.output
    assert "clocks.yaml:" in answer.output


def a_workplace(anyshire: Anyshire, rules: Rulebook | None = None) -> Workplace:
    return Workplace(records=anyshire.records, rules=rules or anyshire.rules, clock=anyshire.clock)


TRIAGE = "start: asked\n    stop: decision\n    limit: {count: 5, unit: wd}"


def test_a_draft_is_tried_on_what_has_happened_and_changes_nothing(
    anyshire: Anyshire, draft: Path
) -> None:
    raised = anyshire.raise_()
    task = anyshire.referral_at(SPEECH, raised)
    before = anyshire.referral(raised, task)
    anyshire.clock.pass_(days=24)
    change(draft, "clocks.yaml", TRIAGE, TRIAGE.replace("5", "9"))
    tried = try_policy(read_policies(draft), FRIDAY.date(), at=a_workplace(anyshire))
    overdue = Escalated(task, "OUR-TRIAGE", 1)
    assert tried.drafted[overdue] == tried.as_is[overdue] + timedelta(days=6)
    assert Escalated(task, "OUR-TRIAGE", 3) in tried.as_is
    assert Escalated(task, "OUR-TRIAGE", 3) not in tried.drafted
    assert anyshire.referral(raised, task) == before
    said = "\n".join(tried.lines())
    assert f"Task/{task}: OUR-TRIAGE to level 1 on 4 December 2026 instead of 28 November" in said
    assert f"No longer:\n  Task/{task}: OUR-TRIAGE to level 3" in said


@pytest.mark.parametrize("page", [1, 2])
def test_a_long_history_is_read_page_by_page_and_says_the_same(
    anyshire: Anyshire, draft: Path, page: int
) -> None:
    made = {anyshire.raise_(a_concern(is_new=True)).concern for _ in range(3)}
    anyshire.clock.pass_(days=24)
    change(draft, "clocks.yaml", TRIAGE, TRIAGE.replace("5", "9"))
    new, at = read_policies(draft), a_workplace(anyshire)
    tried = try_policy(new, FRIDAY.date(), at=at, page=page)
    assert tried == try_policy(new, FRIDAY.date(), at=at)
    assert tried.referrals == 6
    with anyshire.records.reading(ONLOOKER, now=anyshire.clock()) as record:
        pages = list(every_concern(record, size=page))
    assert max(map(len, pages)) == page
    assert {concern for ids in pages for concern in ids} == made


def test_what_ended_before_that_day_is_not_looked_at(anyshire: Anyshire, draft: Path) -> None:
    raised = anyshire.raise_()
    anyshire.move(anyshire.referral_at(SPEECH, raised), Move.ACCEPT)
    ended = anyshire.raise_(a_concern(is_new=True))
    anyshire.withdraw(ended.concern, "We moved", by="nursery")
    anyshire.clock.pass_(days=100)
    later = (anyshire.clock() - timedelta(days=1)).date()
    tried = try_policy(read_policies(draft), later, at=a_workplace(anyshire))
    assert tried.referrals == len(raised.referrals)


def test_a_new_limit_counts_for_what_is_open_only_where_it_says_so(
    anyshire: Anyshire, draft: Path
) -> None:
    raised = anyshire.raise_()
    task = anyshire.referral_at(SPEECH, raised)
    before = anyshire.referral(raised, task)
    anyshire.clock.pass_(days=1)
    for applies in ("false", "true"):
        new = draft.parent / applies
        shutil.copytree(draft, new)
        add_version(new, applies)
        rules = Rulebook(policies=read_policies(new), holidays=bank_holidays())
        changed = apply_policy(at=a_workplace(anyshire, rules))
        assert changed == (len(raised.referrals) if applies == "true" else 0)
    after = anyshire.referral(raised, task)
    assert after.due_at < before.due_at
    assert after.next_escalation_at
    assert apply_policy(at=a_workplace(anyshire, rules)) == 0


def add_version(folder: Path, applies: str) -> None:
    """From today on a decision is due in 3 working days."""
    file = folder / "clocks.yaml"
    text = file.read_text(encoding="utf-8")
    start = text.index("  - id: OUR-TRIAGE")
    end = text.index("  - id: DESK")
    old = text[start:end].rstrip() + "\n"
    new = old.replace("count: 5", "count: 3").replace("2024-09-01", "2026-11-21")
    ended = old + "    validTo: 2026-11-20\n\n"
    applied = new + f"    appliesToOpen: {applies}\n\n"
    file.write_text(text[:start] + ended + applied + text[end:], encoding="utf-8")


def test_the_command_says_what_would_have_climbed(
    draft: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOONER_DATABASE_URL", f"sqlite:///{tmp_path / 'referral.db'}")
    monkeypatch.setenv("SOONER_DEMO", "1")
    assert CliRunner().invoke(app, ["migrate"]).exit_code == 0
    with closing(open_workplace(Settings()).records.database) as database:
        assert Records(database)
    answer = CliRunner().invoke(app, ["policy", "try", str(draft), "--since", "2026-09-01"])
    assert answer.exit_code == 0
    assert answer.output.startswith("Since 1 September 2026, 0 referrals were looked at.")
