"""The event that has a mail sent to one carer: an invitation, or the link that they asked for."""

from services.referral.records.writing import Writing
from services.referral.use_cases.carer_rule import CARERS, Standing
from shared.contract import Audience, Moment, Recipient, ReferralEvent


def tell_carer(record: Writing, carer: Standing, moment: Moment, *, id: str) -> bool:
    """Whether there is a referral that the carer can see; without one nothing is sent."""
    with record.seeing_as(CARERS):
        requests = record.of_child(carer.resource.place.child or "", "ServiceRequest")
        found = carer.resource.place.concern or (requests[-1].id if requests else None)
        concern = record.concern(found).concern if found else None
    if concern is None or not concern.referrals:
        return False
    referral = concern.referrals[0]
    event = ReferralEvent(
        id=id,
        at=record.now,
        moment=moment,
        task=referral.id,
        concern=concern.id,
        child=concern.child,
        service=referral.service,
        move=moment,
        state=referral.state,
        level=referral.level,
        recipients=(Recipient(id=carer.resource.reference, audience=Audience.FAMILY, urgent=True),),
    )
    record.tell([event])
    return True
