"""Note who came to the door: signed in or out, or was turned away; and what concerns no record."""

from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal, job

#: Stands for whoever could not say who they are; what they typed may be anything and is not kept.
DOOR = job("door")


def note_at_door(action: str, who: Principal, *, at: Workplace, detail: str = "") -> None:
    with at.records.reading(who, now=at.clock()) as record:
        record.note(action, detail=detail)
