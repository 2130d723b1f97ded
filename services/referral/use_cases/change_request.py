"""A client changes the status of a ServiceRequest: submits a draft, or takes the concern back."""

from services.referral.domain.concern import ConcernStatus
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.raise_concern import submit_concern
from services.referral.use_cases.withdraw_concern import withdraw_concern
from shared.errors import Invalid, Issue, Stale


def change_request(
    old: Resource, sent: Json, version: int | None, *, record: Writing, rules: Rulebook
) -> Resource:
    """The next version. Any other change of status follows from the Tasks and is Invalid."""
    if version is not None and version != old.version:
        raise Stale(f"This is at version {old.version} now, not at {version}.")
    change = old.json["status"], sent["status"]
    if change == (ConcernStatus.DRAFT, ConcernStatus.ACTIVE):
        submit_concern(old, sent, record=record, rules=rules)
        return record.written("ServiceRequest", old.id)
    if change[1] == ConcernStatus.REVOKED:
        notes = sent.get("note", [])
        reason = notes[-1].get("text") if notes else None
        withdraw_concern(old.id, reason, record=record, rules=rules)
        return record.written("ServiceRequest", old.id)
    text = (
        f"A ServiceRequest that is {change[0]} does not become {change[1]} by itself: its status "
        "follows its Tasks. Allowed here: draft to active, and revoked."
    )
    raise Invalid(Issue(text, "ServiceRequest.status", "business-rule"))
