"""What a newcomer finds: every state, people with work to do, and words that respect everybody."""

import json
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from services.referral.demo.build import build_demo
from services.referral.demo.people import PEOPLE, person
from services.referral.demo.places import SERVICES, demo_id
from services.referral.domain.moves import Move, State
from services.referral.domain.service_directory import ServiceKind
from services.referral.domain.working_days import end_of_day, london_date
from services.referral.records.accounts import account_of_email, to_principal
from services.referral.use_cases.raise_concern import raise_concern
from shared.fhir.codes import CODE_SYSTEMS, MOVE, OUTCOME
from shared.identity import Role
from tests.referral.builders import as_, the_example
from tests.referral.demo.conftest import Demo, Row
from tests.referral.fakes import FRIDAY
from tests.shared.fhir.examples import issues

#: Words that put the child or the family down, or promise what nobody can.
UNKIND = re.compile(
    r"\b(reject\w*|DNA|failed to|failure|suffer\w*|challenging|naughty behaviour|non-compliant"
    r"|refuses to engage|attention.seeking|manipulat\w*|GDPR)\b"
)
PLACEHOLDER = re.compile(r"\$\w|\bNone\b|\{|\}")
WORKERS = [one.key for one in PEOPLE if one.services]
#: With the moves themselves, which a Provenance names and no client sends.
CODES = {
    **CODE_SYSTEMS,
    MOVE: dict.fromkeys(
        [
            *Move,
            "raise",
            "draft",
            "next-step-done",
            "nudge",
            "escalate",
            "action-done",
            "keep-in-touch",
        ],
        "",
    ),
}
#: What no two builds can share.
_OWN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def test_two_hundred_concerns_are_there(demo: Demo) -> None:
    assert demo.made == 200
    assert len(demo.resources("ServiceRequest")) == 200
    assert len(demo.resources("Patient")) == 200


def test_building_again_changes_nothing(demo: Demo) -> None:
    assert build_demo(demo.records, demo.rules, now=FRIDAY) == 0


def test_two_builds_tell_the_same_but_for_ids(
    demo_on_sqlite: Demo, demo_on_postgresql: Demo
) -> None:
    for type in ("Patient", "RelatedPerson", "QuestionnaireResponse", "ServiceRequest", "Task"):
        one = sorted(map(_without_ids, demo_on_sqlite.resources(type)))
        other = sorted(map(_without_ids, demo_on_postgresql.resources(type)))
        assert one == other


@pytest.mark.parametrize("state", State)
def test_referrals_of_every_state_are_there(demo: Demo, state: State) -> None:
    assert state in {row["state"] for row in _referrals(demo)}


def test_most_are_waiting_or_being_helped(demo: Demo) -> None:
    states = Counter(row["state"] for row in _referrals(demo))
    assert states.most_common(1)[0][0] == State.ACCEPTED
    assert states[State.RETURNED] + states[State.WITHDRAWN] + states[State.IN_ERROR] < 60


@pytest.mark.parametrize("status", ["draft", "active", "on-hold", "completed", "revoked",
                                    "entered-in-error"])  # fmt: skip
def test_concerns_of_every_status_are_there(demo: Demo, status: str) -> None:
    assert status in {request["status"] for request in demo.resources("ServiceRequest")}


@pytest.mark.parametrize("outcome", CODE_SYSTEMS[OUTCOME])
def test_referrals_end_with_every_outcome(demo: Demo, outcome: str) -> None:
    codes = {
        coding["code"]
        for task in demo.resources("Task")
        for output in task.get("output", [])
        for coding in output.get("valueCodeableConcept", {}).get("coding", [])
        if coding["system"] == OUTCOME
    }
    assert outcome in codes


def test_questions_and_next_steps_wait_for_the_setting_and_the_family(demo: Demo) -> None:
    asked = [row for row in demo.rows["queue"] if row["open"] and row["part_of"]]
    kinds: dict[str, set[str]] = {row["kind"]: set() for row in asked}
    for row in asked:
        kinds[row["kind"]].add(row["owner"].partition("/")[0])
    assert kinds.pop("action") == {"Practitioner"}
    assert kinds.keys() == {"question", "next-step"}
    assert set().union(*kinds.values()) == {"Organization", "Patient"}


def test_what_waited_too_long_has_climbed_and_the_first_sweep_is_calm(demo: Demo) -> None:
    levels = {row["level"] for row in demo.rows["queue"] if row["open"]}
    assert levels >= {0, 1, 2, 3}
    waiting = [one["next_escalation_at"] for one in demo.rows["queue"] if one["open"]]
    assert min(one for one in waiting if one) > FRIDAY


def test_families_that_wait_have_heard_and_the_first_hour_writes_to_none(demo: Demo) -> None:
    waiting = [one["contact_due_at"] for one in demo.rows["queue"] if one["open"]]
    assert sum(one is not None for one in waiting) > 50
    assert min(one for one in waiting if one) > end_of_day(london_date(FRIDAY))
    written = [one for one in demo.rows["outbox"] if one["type"].endswith(".keep-in-touch")]
    assert len(written) > 20


def test_about_one_in_six_has_climbed_to_somebody_in_charge(demo: Demo) -> None:
    """A level stays though the limit that was missed has been met since."""
    levels = [row["level"] for row in _referrals(demo) if row["open"]]
    assert 1 / 8 < sum(level > 0 for level in levels) / len(levels) < 1 / 4


def test_what_two_services_returned_is_with_the_coordinator_by_name(demo: Demo) -> None:
    coordinator = f"Practitioner/{person('coordinator').id}"
    returned = Counter(r["concern_id"] for r in _referrals(demo) if r["state"] == State.RETURNED)
    at_desk = [
        row
        for row in demo.rows["queue"]
        if row["kind"] == "desk" and row["open"] and returned[row["concern_id"]] == 2
    ]
    assert len(at_desk) >= 3
    assert {row["assigned_to"] for row in at_desk} == {coordinator}


def test_every_open_concern_has_an_owner(demo: Demo) -> None:
    held = {row["concern_id"] for row in demo.rows["queue"] if row["open"]}
    for request in demo.resources("ServiceRequest"):
        assert request["status"] not in ("active", "on-hold") or request["id"] in held


def test_some_are_late_and_most_are_not(demo: Demo) -> None:
    still_open = [row for row in _referrals(demo) if row["open"]]
    late = sum(row["due_at"] < FRIDAY for row in still_open)
    assert 10 <= late <= len(still_open) / 3


@pytest.mark.parametrize("key", WORKERS)
def test_everybody_has_something_to_do(demo: Demo, key: str) -> None:
    services = {demo_id(f"service/{service}") for service in person(key).services}
    assert any(row["open"] and row["service_id"] in services for row in demo.rows["queue"])


@pytest.mark.parametrize("key", ["nursery", "nursery2"])
def test_both_settings_have_concerns_and_a_question_to_answer(demo: Demo, key: str) -> None:
    setting = demo_id(f"organisation/{person(key).organisation}")
    assert sum(row["setting_id"] == setting for row in demo.rows["queue"]) > 40
    asked = f"Organization/{setting}"
    assert any(row["open"] and row["owner"] == asked for row in demo.rows["queue"])


@pytest.mark.parametrize("kind", ServiceKind)
def test_every_kind_of_service_is_asked(demo: Demo, kind: ServiceKind) -> None:
    ids = {one.entry.id for one in SERVICES if one.entry.kind is kind}
    assert any(row["service_id"] in ids for row in demo.rows["queue"])


def test_all_that_is_kept_about_children_is_sound(demo: Demo) -> None:
    for row in demo.rows["resource"]:
        if row["child_id"]:
            assert issues(json.loads(row["body"]), now=FRIDAY, code_systems=CODES) == []


def test_nothing_that_is_said_puts_anybody_down(demo: Demo) -> None:
    for text in _said(demo):
        assert not UNKIND.search(text), text
        assert not PLACEHOLDER.search(text), text


def test_a_father_sees_his_daughter_and_nobody_else(demo: Demo) -> None:
    with demo.records.database.read() as session:
        account = account_of_email(session, "family@example.org")
        assert account is not None
        father = to_principal(account)
    assert father.role is Role.FAMILY
    with demo.records.reading(father, now=FRIDAY) as record:
        (child,) = record.of_type("Patient")
        carer = record.resource("RelatedPerson", father.id)
        visits = record.of_type("Appointment")
    assert carer.json["patient"]["reference"] == child.reference
    assert any(visit.json["start"] > FRIDAY.isoformat() for visit in visits)


def test_only_the_news_of_two_days_is_still_to_be_told(demo: Demo) -> None:
    waiting = [row for row in demo.rows["outbox"] if row["published_at"] is None]
    assert 5 <= len(waiting) <= 120
    assert all(row["created_at"] >= FRIDAY - timedelta(days=2) for row in waiting)


def test_nobody_has_seen_the_child_of_the_example(demo: Demo) -> None:
    class Undone(Exception):
        """Leaves the demo as it was."""

    with (
        pytest.raises(Undone),
        demo.records.writing(as_("nursery"), now=FRIDAY) as record,
    ):
        assert not raise_concern(the_example(), record=record, rules=demo.rules).child_was_known
        raise Undone


def _referrals(demo: Demo) -> list[Row]:
    """What services were asked; the desk has a state of its own for each."""
    return [row for row in demo.rows["queue"] if row["part_of"] is None]


def _said(demo: Demo) -> list[str]:
    """Every text that a person wrote, in any resource."""
    written = ("QuestionnaireResponse", "ServiceRequest", "Task", "Provenance", "Communication",
               "Appointment", "Consent")  # fmt: skip
    return [
        text for type in written for resource in demo.resources(type) for text in _texts(resource)
    ]


def _texts(value: Any, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [text for name, inner in value.items() for text in _texts(inner, name)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner, key)]
    wordy = ("text", "valueString", "contentString", "patientInstruction", "description")
    return [value] if key in wordy else []


def _without_ids(resource: Row) -> str:
    return _OWN.sub("", json.dumps(resource, sort_keys=True, ensure_ascii=False))
