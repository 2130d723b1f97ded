"""What a carer may see of their child's referrals, and whether they have a way in at all.

A carer's own rule: it hangs on what the record says of them now, so that a change counts at once.
"""

from dataclasses import dataclass
from enum import StrEnum


class Sight(StrEnum):
    """A part of the record that a carer may or may not see, or something they may do."""

    PROGRESS = "progress"  # which services were asked, and how far they are
    APPOINTMENTS = "appointments"  # when and where the child is to be
    STORY = "story"  # what was told of the child, and every word about it
    LOOKED = "looked"  # who looked at the record
    ACT = "act"  # answer, pause, withdraw: speak for the child


EVERYTHING = frozenset(Sight)
_FROM_AFAR = EVERYTHING - {Sight.APPOINTMENTS}
_AT_HOME = frozenset({Sight.PROGRESS, Sight.APPOINTMENTS})
_PROGRESS = frozenset({Sight.PROGRESS})

#: By whether they hold parental responsibility and whether they live with the child. Who may only
#: be a holder is none: nobody asked, or it is not known.
SEES: dict[tuple[bool, bool], frozenset[Sight]] = {
    (True, True): EVERYTHING,
    (True, False): EVERYTHING,
    (False, True): _AT_HOME,  # a foster carer, a grandmother who brings the child up
    (False, False): _PROGRESS,  # a grandmother who lives elsewhere
}

#: The answers to “is it safe to contact this carer?” that let a mail go out. Another system's
#: record says nothing of it.
SAFE = frozenset({"yes", ""})


@dataclass(frozen=True, kw_only=True)
class Carer:
    """What the record says of one carer of one child. `safe` and `responsibility` are its codes,
    empty where nobody asked; `email` is the address to use now."""

    is_current: bool = True
    email: str | None = None
    safe: str = ""
    knows: bool | None = None
    responsibility: str = ""
    lives_with_child: bool = False
    is_agreed: bool = True
    hides_address: bool = False


def why_no_way_in(carer: Carer) -> str:
    """The code of the first reason why this carer cannot come in; empty when they can."""
    reasons = (
        ("not-a-carer", not carer.is_current),
        ("not-safe", carer.safe not in SAFE),
        ("does-not-know", carer.knows is False),
        ("agreement-withdrawn", not carer.is_agreed),
        ("no-address", not carer.email),
    )
    return next((code for code, holds in reasons if holds), "")


def sees(carer: Carer) -> frozenset[Sight]:
    """Nothing for whoever has no way in. Where the child's address must not become known, a holder
    who lives elsewhere does not learn where the child will be."""
    if why_no_way_in(carer):
        return frozenset()
    is_holder = carer.responsibility == "yes"
    if is_holder and carer.hides_address and not carer.lives_with_child:
        return _FROM_AFAR
    return SEES[is_holder, carer.lives_with_child]
