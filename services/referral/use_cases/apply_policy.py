"""Let a new version of the policies count for what is open, where it says that it does."""

from services.referral.domain.escalation import in_time
from services.referral.domain.rungs import ClockRules
from services.referral.records.queue import about
from services.referral.records.resource import Resource
from services.referral.records.tasks import changed_task, is_ask, to_referral
from services.referral.records.writing import Writing
from services.referral.use_cases.workplace import Workplace
from shared.identity import job

POLICY_KEEPER = job("policy")


def apply_policy(*, at: Workplace) -> int:
    """How many open referrals changed. Safe to repeat, and needed once after such a change only.

    It also gives their clocks to referrals that are older than the clocks.
    """
    now = at.clock()
    with at.records.reading(POLICY_KEEPER, now=now) as record:
        tasks = [one.id for one in record.of_type("Task") if not is_ask(one.json)]
    changed = 0
    for task in tasks:
        with at.records.writing(POLICY_KEEPER, now=now) as writing:
            rules = at.rules.clock_rules(writing)
            changed += _applied(writing.resource("Task", task), writing, rules)
    return changed


def _applied(task: Resource, record: Writing, rules: ClockRules) -> bool:
    before = to_referral(task)
    after = in_time(before, before, now=record.now, rules=rules) if before.is_open else before
    if after == before:
        return False
    written = record.update(task, changed_task(task.json, after, record.now))
    request = record.resource("ServiceRequest", task.place.concern or "")
    patient = record.resource("Patient", task.place.child or "")
    record.queue(written, about(patient.json, request.json))
    record.note("apply-policy", written)
    return True
