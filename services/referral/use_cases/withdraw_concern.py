"""The family or the referrer takes the whole concern back."""

from services.referral.domain import access
from services.referral.domain.changes import Details, withdraw
from services.referral.domain.moves import Move
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook, circumstances
from services.referral.use_cases.concern_changes import write_change
from shared.errors import Invalid, Issue


def withdraw_concern(id: str, reason: str | None, *, record: Writing, rules: Rulebook) -> None:
    """Ends every open referral of the concern. Raises NotFound, NotAllowed, Invalid, Conflict."""
    loaded = record.concern(id)
    for referral in loaded.concern.referrals:
        access.check_move(record.who, Move.WITHDRAW, loaded.concern, referral)
    if not reason:
        raise Invalid(Issue("Say why, in words.", "ServiceRequest.note", "required"))
    given = circumstances(rules, record, areas=(), now=record.now)
    change = withdraw(loaded.concern, Details(text=reason), given)
    write_change(record, loaded, change, move=Move.WITHDRAW, text=reason, sent={})
