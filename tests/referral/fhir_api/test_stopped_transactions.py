"""A transaction that is stopped anywhere, by a kill or a fault, leaves nothing."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import row_counts
from tests.referral.fhir_api.bundles import (
    a_child,
    an_observation,
    bundle,
    entry,
    statuses,
    transacts,
)
from tests.referral.fhir_api.systems import System

NEVER = 1_000_000
A = "urn:uuid:0b8d2c1e-5f4e-4f2e-9d7e-000000000001"


@pytest.fixture
def of_all_kinds(nursery: System, task: dict[str, Any]) -> dict[str, Any]:
    """It deletes, makes, moves and changes; each of these is sent to the database by itself."""
    old, other = (nursery.post("/Observation", an_observation()).json() for _ in range(2))
    ended = {**task, "status": "cancelled", "statusReason": {"text": "They moved."}}
    return bundle(
        "transaction",
        entry("DELETE", f"Observation/{old['id']}"),
        entry("POST", "Patient", a_child(), full_url=A),
        entry("POST", "Observation", an_observation(subject={"reference": A})),
        entry("PUT", f"Task/{task['id']}", ended, ifMatch='W/"1"'),
        entry("PUT", f"Observation/{other['id']}", {**other, "status": "final"}),
    )


def in_a_process(at: Workplace, sent: Any, number: int) -> tuple[int, str]:
    """How the process ended, and what it said."""
    url = at.records.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.referral.fhir_api.stopped", url, str(number)]
    ended = subprocess.run(
        command, input=json.dumps(sent), capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode, ended.stdout


def test_killed_in_the_middle_or_at_the_commit(
    at: Workplace, of_all_kinds: dict[str, Any], speech: System
) -> None:
    before = speech.own_task(), row_counts(at.records)
    _, statements = in_a_process(at, of_all_kinds, 0)
    for number in (int(statements) * 2 // 3, int(statements)):
        ended, _ = in_a_process(at, of_all_kinds, number)
        assert ended == -signal.SIGKILL
        assert (speech.own_task(), row_counts(at.records)) == before
    assert in_a_process(at, of_all_kinds, NEVER)[0] == 0
    assert speech.own_task()["status"] == "cancelled"
    assert row_counts(at.records) != before[1]


@pytest.mark.parametrize("share", [0.4, 0.7, 0.9])
def test_a_fault_inside_leaves_nothing(
    at: Workplace, of_all_kinds: dict[str, Any], nursery: System, speech: System, share: float
) -> None:
    before = speech.own_task(), row_counts(at.records)
    broken = int(share * _statements(at, nursery, of_all_kinds))
    assert broken > 9
    with failing_at(at, broken):
        assert transacts(nursery, *of_all_kinds["entry"]).status_code == 500
    assert (speech.own_task(), row_counts(at.records)) == before
    assert statuses(transacts(nursery, *of_all_kinds["entry"])) == [
        "204", "201", "201", "200", "200"
    ]  # fmt: skip


def _statements(at: Workplace, system: System, sent: dict[str, Any]) -> int:
    """How many it takes, learned of one that cannot be done at its very end."""
    with failing_at(at, NEVER) as counted:
        refused = transacts(system, *sent["entry"], entry("GET", "Flag/none"))
    assert refused.status_code == 404
    return len(counted)


@contextmanager
def failing_at(at: Workplace, number: int) -> Iterator[list[str]]:
    """The database fails at that statement; those that were sent are counted."""
    sent: list[str] = []

    def count(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)
        if len(sent) == number:
            raise ZeroDivisionError

    event.listen(at.records.database.engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        event.remove(at.records.database.engine, "before_cursor_execute", count)
