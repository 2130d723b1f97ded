"""Check that nobody edited the audit: an operator by a command, and the service each night."""

import structlog

from services.referral.records.chain import Kept, Verdict, newest, verify
from services.referral.records.waiting import chain_waiting
from services.referral.use_cases.note_at_door import note_at_door
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal, job

VERIFIER = job("verifier")

log = structlog.get_logger(__name__)


def verify_audit(*, at: Workplace, who: Principal = VERIFIER, kept: Kept | None = None) -> Verdict:
    """The chain with every look in it. That it was checked is noted, unless it is broken: nothing
    more is put behind a line that is wrong."""
    chain_waiting(at.records.database)
    found = verify(at.records.database, kept)
    if not found.wrong:
        note_at_door("verify", who, at=at, detail=f"{found.lines} lines")
    return found


def verify_nightly(*, at: Workplace) -> Verdict:
    """Logs the number of lines, or an error for whoever watches the logs to be woken by."""
    found = verify_audit(at=at)
    if found.wrong:
        log.error("audit broken", whole_lines=found.lines, why=found.wrong)
    else:
        log.info("audit whole", lines=found.lines, hash=found.hash)
    return found


def head_of_audit(*, at: Workplace, who: Principal) -> Kept:
    """The newest line to keep elsewhere, with every look so far in the chain."""
    note_at_door("head", who, at=at)
    chain_waiting(at.records.database)
    return newest(at.records.database)
