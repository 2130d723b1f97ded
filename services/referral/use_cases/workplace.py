"""What every request and every job works with, put together once at the start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from services.referral.records.store import Records
from services.referral.use_cases.circumstances import Rulebook
from shared.documents.scanner import Scan, not_set_up


@dataclass(frozen=True, kw_only=True)
class Workplace:
    records: Records
    rules: Rulebook
    clock: Callable[[], datetime]
    scan: Scan = not_set_up


def utc_now() -> datetime:
    """The time in whole milliseconds, which is what a FHIR instant keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
