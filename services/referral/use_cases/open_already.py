"""Where a concern is open already, for whoever is about to send it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.referral.records.reading import Reading
from services.referral.records.tasks import to_referral
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.refer_concern import CHILD_INDEX


@dataclass(frozen=True, kw_only=True)
class OpenReferral:
    """`task` is None where the person may know that it is open, and no more."""

    service: str
    since: datetime
    task: str | None


def open_referrals(tasks: Sequence[str], *, record: Reading, rules: Rulebook) -> list[OpenReferral]:
    """Each of these referrals, with the name of its service."""
    names = {entry.id: entry.name for entry in rules.directory.entries(record)}
    found = []
    for task in tasks:
        with record.seeing_as(CHILD_INDEX):
            referral = to_referral(record.resource("Task", task))
        found.append(
            OpenReferral(
                service=names.get(referral.service, "A service"),
                since=referral.first_received_at,
                task=task if record.find("Task", task) else None,
            )
        )
    return found
