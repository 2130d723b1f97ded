"""Each night: delete what is old, and check that nobody edited the audit."""

from services.referral.records.runs import Tally, forget_turns
from services.referral.use_cases.drafts import delete_old_drafts
from services.referral.use_cases.failed_attempts import forget_old
from services.referral.use_cases.forget_ways_in import forget_ways_in
from services.referral.use_cases.give_token import forget_expired
from services.referral.use_cases.oidc import leaving
from services.referral.use_cases.take_turns import KEPT, NIGHTLY, day_of, in_turn
from services.referral.use_cases.verify_audit import verify_nightly
from services.referral.use_cases.workplace import Workplace
from shared.identity import job

DRAFTS = job("drafts")


def tidy_in_turn(*, at: Workplace) -> Tally | None:
    """Once each London day, by whichever replica is first."""
    return in_turn(NIGHTLY, day_of(at.clock()), lambda _: _tidy(at), at=at)


def _tidy(at: Workplace) -> Tally:
    forget_expired(at=at)
    forget_old(at=at)
    forget_ways_in(at=at)
    leaving.forget_old(at=at)
    lines = verify_nightly(at=at).lines
    with at.records.writing(DRAFTS, now=at.clock()) as record:
        gone = delete_old_drafts(record=record)
        gone += forget_turns(record.session, before=at.clock() - KEPT)
    return Tally(looked_at=lines, acted_on=gone)
