"""Note who came to the door: signed in or out, or was turned away; and what concerns no record."""

from services.referral.domain.scopes import SCIM
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound
from shared.identity import Principal, Role, job

#: Stands for whoever could not say who they are; what they typed may be anything and is not kept.
DOOR = job("door")


def note_at_door(action: str, who: Principal, *, at: Workplace, detail: str = "") -> None:
    with at.records.reading(who, now=at.clock()) as record:
        record.note(action, detail=detail)


def is_admin(who: Principal) -> bool:
    """An admin at a page, or the directory of one organisation, which is one for its own people."""
    return who.role is Role.ADMIN and (not who.client or who.scope == SCIM)


def check_admin(who: Principal, *, at: Workplace) -> None:
    """For everybody else the pages about people are not there; that they asked is noted."""
    if not is_admin(who):
        note_at_door("admin-refused", who, at=at)
        raise NotFound("There is no such page for you.")
