"""Note who came to the door: signed in or out, or was turned away; and what concerns no record."""

from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal, Role, job

#: Stands for whoever could not say who they are; what they typed may be anything and is not kept.
DOOR = job("door")


def note_at_door(action: str, who: Principal, *, at: Workplace, detail: str = "") -> None:
    with at.records.reading(who, now=at.clock()) as record:
        record.note(action, detail=detail)


def check_admin(who: Principal, *, at: Workplace) -> None:
    """For everybody else the pages about people are not there; that they asked is noted."""
    if who.role is not Role.ADMIN or who.client:
        note_at_door("admin-refused", who, at=at)
        raise NotFound("There is no such page for you.")
