"""Staff show a carer where they can follow the referral.

The mail holds no secret: whoever opens its page asks for a link with their own address.
"""

from dataclasses import dataclass
from datetime import datetime

from services.referral.domain.access import parts
from services.referral.domain.moves import Part
from services.referral.records.ids import new_id
from services.referral.records.reading import Reading
from services.referral.records.ways_in import addresses_of
from services.referral.use_cases.carer_rule import CARERS, Standing, standing_of, verified_at
from services.referral.use_cases.way_in_event import tell_carer
from services.referral.use_cases.workplace import Workplace
from shared.contract import Moment
from shared.errors import Conflict, NotAllowed, NotFound
from shared.identity import Principal

STAFF = frozenset({Part.REFERRER, Part.SERVICE, Part.COORDINATOR})
WHY_NOT: dict[str, str] = {
    "not-a-carer": "They are no longer recorded as a carer of this child.",
    "not-safe": "It is not recorded as safe to write to them.",
    "does-not-know": "They do not know about the referral.",
    "agreement-withdrawn": "The family has taken its agreement back.",
    "no-address": "There is no e-mail address for them that may be used.",
}


@dataclass(frozen=True, kw_only=True)
class Invitable:
    """A carer as staff see them: why no link can be sent (or nothing), and since when the address
    is known to be theirs."""

    id: str
    name: str
    why_not: str
    verified_at: datetime | None


def carers_to_invite(task: str, *, who: Principal, at: Workplace) -> list[Invitable]:
    """Of the referral's concern. NotFound for whoever may not invite, as for the referral."""
    with at.records.reading(who, now=at.clock()) as record:
        if not _may_invite(task, record):
            raise NotFound("There is no such page for you.")
        found = _carers(task, record)
        record.note("carers", record.resource("Task", task))
        verified = addresses_of(record.session, [one.resource.id for one in found])
        return [
            Invitable(
                id=one.resource.id,
                name=one.name,
                why_not=WHY_NOT.get(one.refusal, ""),
                verified_at=verified_at(one, verified.get(one.resource.id)),
            )
            for one in found
        ]


def invite_carer(task: str, carer: str, *, who: Principal, at: Workplace) -> None:
    """Have the mail sent. NotAllowed, NotFound, or Conflict with the reason why it may not go."""
    with at.records.writing(who, now=at.clock()) as record:
        if not _may_invite(task, record):
            raise NotAllowed("Only the setting, the service and the coordinator may send this.")
        found = next((one for one in _carers(task, record) if one.resource.id == carer), None)
        if found is None:
            raise NotFound("There is no such carer of this child.")
        if found.refusal:
            raise Conflict(WHY_NOT[found.refusal])
        tell_carer(record, found, Moment.INVITED, id=new_id())
        record.note("invited", found.resource)


def _may_invite(task: str, record: Reading) -> bool:
    concern = record.concern_of_task(task).concern
    referral = next((one for one in concern.referrals if one.id == task), None)
    return referral is not None and bool(STAFF & parts(record.who, concern, referral))


def _carers(task: str, record: Reading) -> list[Standing]:
    concern = record.resource("Task", task).place.concern or ""
    with record.seeing_as(CARERS):
        return [standing_of(one, record) for one in record.of_concern(concern, "RelatedPerson")]
