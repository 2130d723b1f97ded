"""Somebody says that they have seen an escalation, or a coordinator records an exception."""

from dataclasses import dataclass
from datetime import date

from services.referral.domain import access
from services.referral.domain.changes import Change
from services.referral.domain.escalation import in_time
from services.referral.domain.minding import excused, seen
from services.referral.domain.moves import Part
from services.referral.domain.referral import Referral
from services.referral.domain.running import ClockException
from services.referral.records.reading import MISSING, Loaded, Reading
from services.referral.records.resource import Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.concern_changes import write_change
from services.referral.use_cases.move_referral import check_unchanged
from shared.errors import Conflict, NotAllowed, NotFound

SEEN, EXCEPTION = "escalation-seen", "clock-exception"
#: Who may do each.
BY = {
    SEEN: frozenset({Part.SERVICE, Part.COORDINATOR}),
    EXCEPTION: frozenset({Part.COORDINATOR}),
}


@dataclass(frozen=True, kw_only=True)
class Excuse:
    """What a coordinator records: one of E1 to E4, for which clock, from and to which London day,
    and what shows it."""

    code: str
    clock: str
    from_: date
    to: date
    evidence: str


def say_seen(task: str, *, record: Writing, version: int | None = None) -> Resource:
    """The Task with who has seen how far it climbed. It climbs on all the same.

    Raises NotFound, NotAllowed, Stale, and Conflict when nothing waits to be seen.
    """
    loaded, referral = find_minded(task, SEEN, record)
    check_unchanged(record, loaded.tasks[task], version)
    after = seen(referral, record.now)
    return _written(loaded, after, SEEN, f"Seen by {record.who.name}.", record)


def record_exception(
    task: str, excuse: Excuse, *, record: Writing, rules: Rulebook, version: int | None = None
) -> Resource:
    """The Task with the exception beside its clock; the due date stays.

    Raises NotFound, NotAllowed, Stale, Conflict (it has ended) and Invalid.
    """
    loaded, referral = find_minded(task, EXCEPTION, record)
    check_unchanged(record, loaded.tasks[task], version)
    exception = ClockException(
        code=excuse.code,
        clock=excuse.clock,
        from_=excuse.from_,
        to=excuse.to,
        evidence=excuse.evidence.strip(),
        decided_by=record.who.reference,
        decided_at=record.now,
    )
    after = excused(referral, exception)
    timed = in_time(referral, after, now=record.now, rules=rules.clock_rules(record))
    words = f"{excuse.code} for {excuse.clock}: {exception.evidence}"
    return _written(loaded, timed, EXCEPTION, words, record)


def find_minded(task: str, act: str, record: Reading) -> tuple[Loaded, Referral]:
    """The referral, for whoever may do this to it; errors as above."""
    loaded = record.concern_of_task(task)
    referral = next((one for one in loaded.concern.referrals if one.id == task), None)
    if referral is None:
        raise NotFound(MISSING)
    if not BY[act] & access.parts(record.who, loaded.concern, referral):
        raise NotAllowed("You may not do this with this referral.")
    if not referral.is_open:
        raise Conflict("This referral has ended: no limit runs on it.")
    return loaded, referral


def _written(loaded: Loaded, after: Referral, act: str, words: str, record: Writing) -> Resource:
    change = Change(concern=loaded.concern.with_referral(after), happened=())
    return write_change(record, loaded, change, move=act, text=words, sent={})[after.id]
