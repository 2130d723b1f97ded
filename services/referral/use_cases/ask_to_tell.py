"""At a page somebody asks Sooner to tell a person that there is something to read there."""

from collections.abc import Mapping
from datetime import date, datetime, time

from services.referral.domain import access
from services.referral.domain.concern import Concern
from services.referral.domain.moves import Part
from services.referral.domain.referral import Referral
from services.referral.domain.working_days import LONDON
from services.referral.records.accounts import accounts
from services.referral.records.key_contacts import key_contact_of
from services.referral.records.reading import MISSING, Loaded, Reading
from services.referral.records.resource import Json, Resource, instant
from services.referral.records.writing import Writing
from services.referral.use_cases.ask_for_message import ask_for_message
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.requested_messages import TYPE
from shared.errors import Invalid, NotAllowed, NotFound
from shared.fhir.reading import official_name
from shared.identity import Principal

AT = time(10)  # in London, on the day that was chosen


def may_ask_to_tell(who: Principal, concern: Concern, referral: Referral) -> bool:
    """The service that has it, or a coordinator, while it is open."""
    played = access.parts(who, concern, referral)
    return referral.is_open and bool({Part.SERVICE, Part.COORDINATOR} & played)


def find_tellable(task: str, record: Reading) -> tuple[Loaded, Mapping[str, str]]:
    """The concern, and by reference the names of those who may be told: the child's carers, the key
    contact and whoever has the referral. NotFound; NotAllowed for who has no such part in it."""
    loaded = record.concern_of_task(task)
    referral = next((one for one in loaded.concern.referrals if one.id == task), None)
    if referral is None:
        raise NotFound(MISSING)
    if not may_ask_to_tell(record.who, loaded.concern, referral):
        raise NotAllowed("Only the service that has it, or a coordinator, can ask for a message.")
    return loaded, {**_carers(loaded, record), **_at_work(loaded, referral, record)}


def ask_to_tell(
    task: str, to: str, text: str, on: date | None, *, record: Writing, rules: Rulebook
) -> Resource:
    """The request as it is kept; told at once, or at ten on the day `on`. Errors as above, and
    Invalid for somebody else or a time that is past."""
    loaded, people = find_tellable(task, record)
    at = datetime.combine(on, AT, tzinfo=LONDON) if on else None
    if to not in people:
        raise Invalid("Choose somebody who has to do with this referral.")
    if at and at <= record.now:
        raise Invalid("That day is past, or it is after ten. Leave it empty to tell them now.")
    sent: Json = {
        "resourceType": TYPE,
        "status": "active",
        "priority": "routine",
        "subject": {"reference": f"Patient/{loaded.concern.child}"},
        "about": [{"reference": f"Task/{task}"}],
        "authoredOn": instant(record.now),
        "requester": {"reference": record.who.reference, "display": record.who.name},
        "recipient": [{"reference": to}],
        "payload": [{"contentString": text}],
        **({"occurrenceDateTime": instant(at)} if at else {}),
    }
    return ask_for_message(sent, record=record, rules=rules)


def _carers(loaded: Loaded, record: Reading) -> dict[str, str]:
    carers = record.of_concern(loaded.request.id, "RelatedPerson")
    return {one.reference: official_name(one.json) or "A carer" for one in carers}


def _at_work(loaded: Loaded, referral: Referral, record: Reading) -> dict[str, str]:
    contact = key_contact_of(record, loaded.request.id, loaded.concern.setting)
    named = dict.fromkeys(one for one in (contact, referral.assigned_to) if one)
    known = accounts(record, [one.partition("/")[2] for one in named])
    return {
        one: known[one.partition("/")[2]].name
        for one in named
        if one != record.who.reference and one.partition("/")[2] in known
    }
