"""A child was not brought to an appointment: the service says so, on its page or by its system.

The referral stays where it is and no clock stops. The family and the setting are told, and a person
of the service has a new time to find.
"""

from datetime import datetime

from services.referral.domain import access
from services.referral.domain.concern import AskId, AskKind, Concern
from services.referral.domain.missed import PAST, missed
from services.referral.domain.moves import HELPING, Part
from services.referral.domain.referral import Referral
from services.referral.records.ids import new_id
from services.referral.records.reading import MISSING, Loaded, Reading
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.appointments import newest_offered, starts
from services.referral.use_cases.circumstances import Rulebook, circumstances
from services.referral.use_cases.concern_changes import write_change
from services.referral.use_cases.keep_resource import update_resource
from services.referral.use_cases.things_changed import who_is_at
from shared.errors import Conflict, Invalid, Issue, NotAllowed, NotFound
from shared.identity import Principal

NOT_BROUGHT = "noshow"


def may_say_missed(
    who: Principal, concern: Concern, referral: Referral, offered: Resource | None, now: datetime
) -> bool:
    """Whether it is theirs to say, the time has come, and nobody has said what became of it."""
    if offered is None or offered.json["status"] != "booked" or referral.state not in HELPING:
        return False
    start = starts(offered.json)
    return start is not None and start <= now and _is_theirs(who, concern, referral)


def find_missed(task: str, record: Reading) -> tuple[Loaded, Referral, Resource]:
    """The referral and its appointment of which the service may say so.

    Raises NotFound, NotAllowed, and Conflict where no appointment could have been missed.
    """
    loaded = record.concern_of_task(task)
    referral = next((one for one in loaded.concern.referrals if one.id == task), None)
    if referral is None:
        raise NotFound(MISSING)
    _check(record.who, loaded, referral)
    offered = newest_offered(loaded.concern.id, referral, record)
    can = may_say_missed(record.who, loaded.concern, referral, offered, record.now)
    if offered is None or not can:
        raise Conflict("There is no appointment here whose time has passed.")
    return loaded, referral, offered


def miss_appointment(
    task: str, text: str | None, *, record: Writing, rules: Rulebook
) -> dict[str, Resource]:
    """What was written, by id; `text` is what the service knows of why. Errors as above."""
    loaded, referral, offered = find_missed(task, record)
    record.note(PAST, record.update(offered, {**offered.json, "status": NOT_BROUGHT}))
    return _told(loaded, referral, text, record, rules)


def is_missed_now(old: Resource, sent: Json) -> bool:
    """Whether a system says of an appointment, for the first time, that nobody came."""
    is_new = old.type == "Appointment" and old.json["status"] != NOT_BROUGHT
    return is_new and sent["status"] == NOT_BROUGHT


def keep_missed(
    old: Resource, sent: Json, version: int | None, *, record: Writing, rules: Rulebook
) -> Resource:
    """The Appointment as it is kept. Invalid before its time; NotAllowed for another service."""
    start = starts(sent)
    if start is None or start > record.now:
        text = "An appointment can be missed once its time has come."
        raise Invalid(Issue(text, "Appointment.status", "business-rule"))
    made = update_resource(old.type, old.id, sent, record=record, version=version)
    if old.place.concern:
        loaded = record.concern(old.place.concern)
        for referral in _of(sent, loaded):
            _check(record.who, loaded, referral)
            _told(loaded, referral, None, record, rules)
    return made


def _of(appointment: Json, loaded: Loaded) -> list[Referral]:
    """The open referral at a service that takes part in it; none where help has ended there."""
    actors = {one.get("actor", {}).get("reference") for one in appointment["participant"]}
    return [
        one
        for one in loaded.concern.referrals
        if f"HealthcareService/{one.service}" in actors and one.state in HELPING
    ]


def _is_theirs(who: Principal, concern: Concern, referral: Referral) -> bool:
    return Part.SERVICE in access.parts(who, concern, referral)


def _check(who: Principal, loaded: Loaded, referral: Referral) -> None:
    if not _is_theirs(who, loaded.concern, referral):
        raise NotAllowed("Only the service that offered the appointment knows whether they came.")


def _told(
    loaded: Loaded, referral: Referral, text: str | None, record: Writing, rules: Rulebook
) -> dict[str, Resource]:
    given = circumstances(rules, record, areas=(), now=record.now)
    change = missed(
        loaded.concern,
        referral.id,
        ask=AskId(new_id()),
        person=who_is_at(record, rules, loaded, referral),
        due_at=given.ask_due(AskKind.MISSED),
        now=record.now,
    )
    # A version of the referral's own Task too: whoever has it open sees that something happened.
    own = {str(referral.id): loaded.tasks[referral.id].json}
    return write_change(record, loaded, change, move=PAST, text=text, sent=own)
