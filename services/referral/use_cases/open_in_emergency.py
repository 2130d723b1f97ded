"""Open a child's record in an emergency, keep it open for longer, and close it."""

from dataclasses import dataclass
from datetime import date, datetime

from services.referral.domain.access import AUDIT
from services.referral.domain.emergency import (
    DAY,
    LASTS,
    check_ask,
    extended_until,
    may_ask,
)
from services.referral.domain.slowing import PAIR
from services.referral.records.emergencies import (
    add_emergency,
    change_emergency,
    child_named,
    child_with_number,
    count_since,
    newest_referral,
    own_since,
)
from services.referral.records.ids import new_id
from services.referral.records.provenance import provenance
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.records.staff import coordinators
from services.referral.records.tables import EmergencyRow, QueueRow
from services.referral.records.writing import Writing
from services.referral.use_cases.failed_attempts import TooMany, attempt, key
from services.referral.use_cases.note_at_door import note_at_door
from services.referral.use_cases.workplace import Workplace
from shared.contract import Audience, Moment, Recipient, ReferralEvent
from shared.errors import Conflict, NotAllowed, NotFound
from shared.identity import Principal, job

FINDER = job("emergency")
NOBODY = "No child fits exactly. Check what you typed, or use the NHS number."
TOO_MANY = "Too many searches found no child. Wait 15 minutes, or ring the coordinator of the area."
OPEN = "opened-in-emergency"


@dataclass(frozen=True, kw_only=True)
class Sought:
    """The child as the person names it: the number, or whole names with the day of birth."""

    nhs_number: str = ""
    given: str = ""
    family: str = ""
    born: date | None = None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A code of `domain.emergency.REASONS`, and what was said with it."""

    code: str
    words: str


def open_in_emergency(sought: Sought, reason: Reason, *, who: Principal, at: Workplace) -> str:
    """The Task to read first; open for `LASTS`. The area's coordinators are told at once.

    Raises NotAllowed, NotFound (nobody fits exactly) and Conflict (it can be seen already).
    """
    try:
        searching = attempt({key("emergency", who.id): PAIR}, at=at)
    except TooMany:
        note_at_door("emergency-refused", who, at=at, detail="too-many")
        raise NotAllowed(TOO_MANY) from None
    with at.records.writing(who, now=at.clock()) as record:
        task = _found_and_opened(record, sought, reason)
    if task is None:
        note_at_door("emergency-nobody", who, at=at)
        raise NotFound(NOBODY)
    searching.succeeded(at=at)
    return task


def _found_and_opened(record: Writing, sought: Sought, reason: Reason) -> str | None:
    check_ask(record.who, count_since(record, record.now - DAY))
    with record.seeing_as(FINDER):
        child = _child(record, sought)
        referral = newest_referral(record, child.id) if child else None
    if child is None or referral is None:
        return None
    _check_closed(record, child)
    _open(record, child, referral, reason)
    return referral.task_id


def _child(record: Reading, sought: Sought) -> Resource | None:
    if sought.nhs_number:
        return child_with_number(record, sought.nhs_number)
    if sought.born is None:
        return None
    return child_named(record, sought.given, sought.family, sought.born)


def _check_closed(record: Writing, child: Resource) -> None:
    if record.find("Patient", child.id):
        raise Conflict("You may see this child's record already: there is no need for this.")
    mine = _mine(record)
    if any(one.child_id == child.id and one.ends_at > record.now for one in mine):
        raise Conflict("This child's record is open to you already.")


def _open(record: Writing, child: Resource, referral: QueueRow, reason: Reason) -> None:
    areas = sorted(tag for tag in child.place.tags if tag.startswith("area:"))
    row = EmergencyRow(
        id=new_id(),
        account_id=record.who.id,
        child_id=child.id,
        task_id=referral.task_id,
        reason=reason.code,
        words=reason.words,
        started_at=record.now,
        ends_at=record.now + LASTS,
        tags=[*areas, AUDIT],
    )
    add_emergency(record, row)
    record.note(OPEN, child, reason.code)
    _show_and_tell(record, child, referral, OPEN)


def _show_and_tell(record: Writing, child: Resource, referral: QueueRow, move: str) -> None:
    """A line in the story of every concern of the child, and word to who answers for the area.

    What was said as the reason stays out of the story: the family reads it.
    """
    with record.seeing_as(FINDER):
        for request in record.of_child(child.id, "ServiceRequest"):
            record.create(provenance(move, [request], record.who, record.now), request.place)
    tags = (tag.partition(":") for tag in child.place.tags)
    told = coordinators(record, [area for kind, _, area in tags if kind == "area"])
    recipients = tuple(
        Recipient(id=f"Practitioner/{one.id}", audience=Audience.COORDINATOR, urgent=True)
        for one in told
        if one.id != record.who.id
    )
    record.tell([_event(referral, record.now, move, recipients)])


def _event(
    referral: QueueRow, now: datetime, move: str, recipients: tuple[Recipient, ...]
) -> ReferralEvent:
    return ReferralEvent(
        id=new_id(),
        at=now,
        moment=Moment.OPENED_IN_EMERGENCY,
        task=referral.task_id,
        concern=referral.concern_id,
        child=referral.child_id,
        service=referral.service_id or "",
        move=move,
        state=referral.state,
        level=referral.level,
        recipients=recipients,
    )


def own_emergencies(*, who: Principal, at: Workplace) -> list[EmergencyRow]:
    """Those of the last day, newest first; none for whoever may not ask."""
    if not may_ask(who):
        return []
    with at.records.database.read() as session:
        return own_since(session, who.id, at.clock() - DAY)


def keep_open(id: str, reason: Reason, *, who: Principal, at: Workplace) -> None:
    """Once, for a reason of its own. Raises NotFound and Conflict."""
    with at.records.writing(who, now=at.clock()) as record:
        row = _own(record, id)
        ends_at = extended_until(row.ends_at, row.extended_at, record.now)
        words = f"{reason.code}: {reason.words}"
        change_emergency(record, id, ends_at=ends_at, extended_at=record.now, extension_words=words)
        with record.seeing_as(FINDER):
            child = record.resource("Patient", row.child_id)
            referral = newest_referral(record, child.id)
        record.note("emergency-extended", child, reason.code)
        if referral:
            _show_and_tell(record, child, referral, "emergency-extended")


def close_again(id: str, *, who: Principal, at: Workplace) -> None:
    """Before it would end by itself; the record is not there for this person from now on."""
    with at.records.writing(who, now=at.clock()) as record:
        row = _own(record, id)
        if row.ends_at <= record.now:
            return
        change_emergency(record, id, ends_at=record.now)
        with record.seeing_as(FINDER):
            child = record.resource("Patient", row.child_id)
        record.note("emergency-ended", child)


def _mine(record: Writing) -> list[EmergencyRow]:
    """Kept for those who check it: who asked sees their own only here."""
    with record.seeing_as(FINDER):
        return own_since(record.session, record.who.id, record.now - DAY)


def _own(record: Writing, id: str) -> EmergencyRow:
    found = next((one for one in _mine(record) if one.id == id), None)
    if found is None:
        raise NotFound("There is no such emergency access of yours.")
    return found
