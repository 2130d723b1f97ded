"""“Tell us if things have changed”: what is said reaches people the same working day."""

from services.referral.domain import access
from services.referral.domain.change_told import Told, What, told
from services.referral.domain.changes import Change
from services.referral.domain.concern import AskId, Concern
from services.referral.domain.escalation import in_time
from services.referral.domain.moves import Kind
from services.referral.domain.referral import Referral
from services.referral.records.accounts import assignee_of
from services.referral.records.ids import new_id
from services.referral.records.key_contacts import key_contact_of
from services.referral.records.reading import MISSING, Loaded, Reading
from services.referral.records.resource import Resource
from services.referral.records.staff import covers
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook, desk_target
from services.referral.use_cases.concern_changes import write_change
from services.referral.use_cases.facts import home_district
from shared.contract import Audience, Moment, Recipient, ReferralEvent
from shared.errors import Conflict, Invalid, Issue, NotAllowed, NotFound
from shared.identity import Principal, Role

CHANGED, RISK = "things-changed", "risk-told"
ENDED = "This request has ended. Speak with the person who sent it: they can ask for help again."


def tell_changed(task: str, what: What, text: str, *, record: Writing, rules: Rulebook) -> Resource:
    """The Task of the person who is to look first, at the service.

    Raises NotFound, NotAllowed (who has no part in it), Conflict (the referral has ended: it says
    who can help) and Invalid (nothing was said).
    """
    loaded, referral = find_changed(task, record)
    if not text.strip():
        raise Invalid(Issue("Say what has changed.", "Communication.payload", "required"))
    people = _people(record, rules, loaded, referral, what)
    said = Told(what=what, text=text.strip(), people=people)
    ids = tuple(AskId(new_id()) for _ in people)
    now, holidays = record.now, rules.holidays
    concern = told(loaded.concern, referral.id, said, ids=ids, now=now, holidays=holidays)
    then, clocks = concern.referral(referral.id), rules.clock_rules(record)
    if then != referral:  # from now on it climbs by another ladder
        concern = concern.with_referral(in_time(referral, then, now=now, rules=clocks))
    # What staff say of a risk is not for the family's page: it may be about them.
    is_close = what is What.RISK and record.who.role is not Role.FAMILY
    written = write_change(
        record,
        loaded,
        Change(concern=concern, happened=()),
        move=RISK if is_close else CHANGED,
        text=None if is_close else text.strip(),
        sent={},
    )
    record.tell([_event(record, concern, referral, people, is_urgent=what is not What.TIMES)])
    return written[ids[0]]


def find_changed(task: str, record: Reading) -> tuple[Loaded, Referral]:
    """The referral of which somebody may say that things have changed; errors as above."""
    loaded = record.concern_of_task(task)
    referral = next((one for one in loaded.concern.referrals if one.id == task), None)
    if referral is None:
        raise NotFound(MISSING)
    if not may_tell(record.who, loaded.concern, referral):
        raise NotAllowed("Only the family, and those who help, can say that things have changed.")
    if not referral.is_open:
        raise Conflict(ENDED)
    return loaded, referral


def may_tell(who: Principal, concern: Concern, referral: Referral) -> bool:
    """Also a carer who may not speak for the child: whoever sees a change may say so."""
    is_family = who.role is Role.FAMILY and concern.child in who.children
    return is_family or bool(access.parts(who, concern, referral))


def _people(
    record: Reading, rules: Rulebook, loaded: Loaded, referral: Referral, what: What
) -> tuple[str, ...]:
    """Whoever has the referral, and the key contact; days that suit are for the first alone."""
    at_service = who_is_at(record, rules, loaded, referral)
    if what is What.TIMES:
        return (at_service,)
    contact = key_contact_of(record, loaded.request.id, loaded.concern.setting)
    return tuple(dict.fromkeys(one for one in (at_service, contact) if one))


def who_is_at(record: Reading, rules: Rulebook, loaded: Loaded, referral: Referral) -> str:
    """Whoever has the referral, or the first who works there; where nobody works there at all, a
    coordinator."""
    away = covers(record)
    named = referral.assigned_to or assignee_of(record, referral.service)
    return (named and away.get(named, named)) or coordinator_of(record, rules, loaded)


def coordinator_of(record: Reading, rules: Rulebook, loaded: Loaded) -> str:
    """Who answers for the child's district. Conflict where nobody does."""
    child = record.resource("Patient", loaded.concern.child).json
    district = home_district(child, rules.policies.places)
    entries = rules.directory.entries(record)
    desk = desk_target(record, entries, (district,) if district else ())
    if desk.assigned_to is None:
        raise Conflict("Nobody is there to read this now. Telephone the service.")
    return desk.assigned_to


def _event(
    record: Writing,
    concern: Concern,
    referral: Referral,
    people: tuple[str, ...],
    *,
    is_urgent: bool,
) -> ReferralEvent:
    at_desk = referral.kind is Kind.DESK
    first = Audience.COORDINATOR if at_desk else Audience.SERVICE
    audiences = (first, *(Audience.KEY_CONTACT for _ in people[1:]))
    told = [
        Recipient(id=id, audience=audience, urgent=is_urgent)
        for id, audience in zip(people, audiences, strict=True)
    ]
    if record.who.role is Role.FAMILY:
        told.append(Recipient(id=record.who.reference, audience=Audience.FAMILY))
    return ReferralEvent(
        id=new_id(),
        at=record.now,
        moment=Moment.THINGS_CHANGED,
        task=referral.id,
        concern=concern.id,
        child=concern.child,
        service=referral.service,
        move=CHANGED,
        state=referral.state,
        level=referral.level,
        recipients=tuple(told),
    )
