"""Who may see a record and who may make a move.

A record carries tags for the compartments it belongs to; a principal carries the tags of what they
act for. Overlap means visible. To someone who may not see a record, it is not there.
"""

from dataclasses import dataclass

from services.referral.domain.concern import Ask, Concern, Taker
from services.referral.domain.moves import MOVES, Move, Part
from services.referral.domain.referral import Referral
from shared.errors import Invalid, NotAllowed
from shared.identity import Principal, Role

Tags = frozenset[str]

#: Carried by the directory (organisations, services, people at work), which everyone may read.
DIRECTORY = "directory"
#: Before each tag of a restricted record: only who works with the child carries these.
RESTRICTED = "restricted:"
#: Carried by every line of the audit.
AUDIT = "audit"
#: Carried by the service's own jobs alone.
EVERYTHING = "*"


NOT_SEEN = "You may not keep a record where you could not see it. Nothing was written."


@dataclass(frozen=True, kw_only=True)
class Compartments:
    """Where a record belongs. An area is always known: it decides who is answerable."""

    areas: frozenset[str]
    organisations: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    child: str | None = None


def tags_of_record(where: Compartments) -> Tags:
    """The tags a child's record gets. A record without an area is refused."""
    if not where.areas:
        raise Invalid("A record must belong to an area, so that someone is answerable for it.")
    tags = {f"area:{area}" for area in where.areas}
    tags |= {f"org:{organisation}" for organisation in where.organisations}
    tags |= {f"svc:{service}" for service in where.services}
    if where.child:
        tags.add(f"fam:{where.child}")
    return frozenset(tags)


def tags_of_restricted(tags: Tags) -> Tags:
    """What a restricted record gets where an ordinary one gets `tags`: the family sees it never.

    A tag of a family is that of the child, and so of each carer, also of one who must not know:
    carers carry the plain one alone, emergency access the restricted one as well.
    """
    return frozenset(f"{RESTRICTED}{tag.removeprefix(RESTRICTED)}" for tag in tags)


def only_services(tags: Tags) -> Tags:
    return frozenset(tag for tag in tags if tag.startswith("svc:"))


def tags_of_directory() -> Tags:
    return frozenset({DIRECTORY})


def tags_of_principal(who: Principal) -> Tags:
    """What a principal may see, by role."""
    match who.role:
        case Role.JOB:
            return frozenset({EVERYTHING})
        case Role.SETTING:
            seen = {f"org:{who.organisation}"} if who.organisation else set()
        case Role.PROFESSIONAL:
            seen = {f"svc:{service}" for service in who.services}
        case Role.COORDINATOR:
            seen = {f"area:{area}" for area in who.areas}
        case Role.FAMILY:
            seen = {f"fam:{child}" for child in who.children}
        case Role.AUDITOR:
            seen = {AUDIT}
        case Role.ADMIN:
            seen = set()
    restricted = {f"{RESTRICTED}{tag}" for tag in seen if who.role is not Role.FAMILY}
    opened = {f"fam:{child}" for child in who.opened}
    closed = {f"{RESTRICTED}{tag}" for tag in opened}
    return frozenset(seen | restricted | opened | closed | {DIRECTORY})


def check_keeps(who: Principal, tags: Tags) -> None:
    """Nobody writes what they could not see: NotAllowed."""
    seen = tags_of_principal(who)
    if EVERYTHING not in seen and seen.isdisjoint(tags):
        raise NotAllowed(NOT_SEEN)


def check_audit(who: Principal) -> None:
    """A coordinator sees the audit of their area, an auditor all of it."""
    if who.role not in (Role.COORDINATOR, Role.AUDITOR):
        raise NotAllowed("Only a coordinator or an auditor may search the audit.")


def parts(who: Principal, concern: Concern, referral: Referral) -> frozenset[Part]:
    """The parts this principal plays towards one referral."""
    played = set()
    if referral.service in who.services:
        played.add(Part.SERVICE)
    raises = who.role in (Role.SETTING, Role.PROFESSIONAL)
    if raises and who.organisation == concern.setting:
        played.add(Part.REFERRER)
    speaks = who.role is Role.FAMILY and not who.read_only
    if speaks and concern.child in who.children:
        played.add(Part.FAMILY)
    if who.role is Role.COORDINATOR:
        played.add(Part.COORDINATOR)
    return frozenset(played)


def may_move(who: Principal, move: Move, concern: Concern, referral: Referral) -> bool:
    return bool(MOVES[move].by & parts(who, concern, referral))


def moves_for(who: Principal, concern: Concern, referral: Referral) -> list[Move]:
    """The moves that the state allows and this principal may make, in the table's order."""
    return [move for move in referral.moves() if may_move(who, move, concern, referral)]


def check_move(who: Principal, move: Move, concern: Concern, referral: Referral) -> None:
    if not may_move(who, move, concern, referral):
        label = MOVES[move].label.lower()
        raise NotAllowed(f"You may not do this with this referral: {label}.")


def may_finish(who: Principal, ask: Ask, concern: Concern) -> bool:
    """Whether this principal is the one who was asked. For a named person anybody of the service
    can act, so that nothing waits for somebody who is away."""
    played = parts(who, concern, concern.referral(ask.referral))
    if ask.owner is Taker.PERSON:
        return who.reference == ask.person or bool({Part.SERVICE, Part.COORDINATOR} & played)
    mine = Part.REFERRER if ask.owner is Taker.REFERRER else Part.FAMILY
    return mine in played or Part.COORDINATOR in played


def check_raise(who: Principal) -> None:
    """Settings and professionals raise concerns; a family account cannot yet."""
    if who.role not in (Role.SETTING, Role.PROFESSIONAL, Role.COORDINATOR):
        raise NotAllowed("Your account cannot raise a concern. A nursery or a professional can.")


def check_change(who: Principal, type: str, origin: str | None) -> None:
    """Who a child is may be put right by all who work with them; anything else by who brought it.

    Where a part came from is evidence, and nobody changes it.
    """
    if type == "Provenance":
        raise NotAllowed("Where a part of the record came from stays as it was written.")
    if who.role is Role.FAMILY:
        raise NotAllowed("Tell the setting or the service what is wrong, and they put it right.")
    if type in ("Patient", "RelatedPerson") or who.role is Role.COORDINATOR:
        return
    if who.role is Role.JOB or (origin and origin == who.organisation):
        return
    raise NotAllowed("Only the organisation that brought this may change it.")
