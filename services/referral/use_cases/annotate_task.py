"""Keep what a client added to a Task without moving it: notes, inputs, outputs, more urgency."""

from dataclasses import replace

from services.referral.domain.escalation import in_time
from services.referral.domain.routing_rules import Priority
from services.referral.records.queue import about
from services.referral.records.resource import Json, Resource
from services.referral.records.tasks import changed_task, is_ask, to_referral
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from shared.errors import Invalid, Issue

LESS = "Nothing is made less urgent here: speak with the coordinator."


def annotate_task(task: Resource, sent: Json, *, record: Writing, rules: Rulebook) -> Resource:
    """The next version of the Task; its state, due date and owner are as before. A referral that
    was made more urgent climbs by the ladder that counts now. Invalid: less urgent than it is."""
    patient = record.resource("Patient", task.place.child or "")
    request = record.concern(task.place.concern or "").request
    body = sent if is_ask(task.json) else _as_urgent(task, sent, record, rules)
    made = record.update(task, body, request.place)
    record.queue(made, about(patient.json, request.json))
    record.note("annotate", made)
    return made


def _as_urgent(task: Resource, sent: Json, record: Writing, rules: Rulebook) -> Json:
    before = to_referral(task)
    now, asked = Priority(before.priority), Priority(sent.get("priority", before.priority))
    if asked is now:
        return {**sent, "priority": now.value}
    if asked is not now.or_higher(asked):
        raise Invalid(Issue(LESS, "Task.priority", "business-rule"))
    after = replace(before, priority=asked.value)
    if after.is_open:
        clocks = rules.clock_rules(record)
        after = in_time(before, after, now=record.now, rules=clocks)
    return changed_task(sent, after, record.now)
