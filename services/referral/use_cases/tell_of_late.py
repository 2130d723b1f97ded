"""What was asked and is late, in one sweep: its Task says how often, and to whom it is told."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.referral.domain.concern import Ask, AskKind
from services.referral.domain.dated import in_words
from services.referral.domain.late_asks import rule_for, tells, told
from services.referral.domain.working_days import london_date
from services.referral.records.provenance import provenance
from services.referral.records.queue import about
from services.referral.records.sweeps import Waiting
from services.referral.records.tasks import changed_ask
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.whom_to_tell import Reach, Told, whom_to_tell
from shared.contract import Audience

MOVE = "escalate"
#: What is late, as the line of history begins.
WORDS = {
    AskKind.NEXT_STEP: "The next step",
    AskKind.ACTION: "What was asked because it has waited too long",
    AskKind.CHANGED: "To look at what has changed",
    AskKind.REACH: "To reach the family",
    AskKind.MISSED: "To find a new time for an appointment",
}


@dataclass(frozen=True, kw_only=True)
class Late:
    """An ask before and after, and whom it reaches now: nobody, where others are asked by now."""

    before: Ask
    after: Ask
    reached: Told


def tell_of_late(
    ask: Ask, waiting: Waiting, reach: Reach, *, record: Writing, rules: Rulebook
) -> Late:
    """Written on its Task, with a line of history where somebody is told."""
    now = record.now
    rule = rule_for(ask, rules.policies.late_asks, london_date(now))
    audiences = tells(ask, reach.concern, rule)
    after = told(ask, audiences, rule, now, rules.holidays)
    old = waiting.loaded.tasks[ask.id]
    task = record.update(old, changed_ask(old.json, after, now))
    record.queue(task, about(waiting.patient.json, waiting.loaded.request.json))
    if audiences:
        due = in_words(london_date(ask.due_at))
        why = f"{WORDS[ask.kind]} was due on {due}, and nobody has said that it is done."
        trace = provenance(MOVE, [task], record.who, now, why)
        record.create(trace, waiting.loaded.request.place)
        record.note(MOVE, task, f"{ask.kind} {after.times_told}")
    return Late(before=ask, after=after, reached=whom_to_tell(record, reach, audiences))


def together(several: Iterable[Told]) -> Told:
    """Each audience once, with everybody of it once."""
    found: dict[Audience, tuple[str, ...]] = {}
    for one in several:
        for audience, people in one.items():
            found[audience] = tuple(dict.fromkeys((*found.get(audience, ()), *people)))
    return found
