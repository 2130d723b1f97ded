"""What a family agreed to share with whom, and where the law says otherwise.

One function decides from it which services, and whether the family, may see a concern. Nobody
gets a child's record back by being asked again: only a new agreement, or a decision under the law
with its reason and its decider, opens it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.referral.domain.access import Tags, parts
from services.referral.domain.concern import Concern
from services.referral.domain.moves import Kind, Part
from shared.errors import NotAllowed
from shared.identity import Principal

#: The reason of a referral that ended because the family no longer shares with the service.
WITHDRAWN_REASON = "agreement-withdrawn"


class Standing(StrEnum):
    """How one agreement stands. VOID ones (drafts, mistakes) count for nothing."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    WITHOUT = "shared-without-agreement"
    VOID = "void"


class Law(StrEnum):
    """Why the law lets a service see a record although the family has not agreed."""

    SAFEGUARDING = "safeguarding"
    VITAL_INTERESTS = "vital-interests"
    LEGAL_DUTY = "legal-duty"


#: In words. Sources: Working Together 2023; UK GDPR art. 6(1)(c), 6(1)(d), 6(1)(e).
LAW: dict[Law, str] = {
    Law.SAFEGUARDING: "A child may be at risk of harm",
    Law.VITAL_INTERESTS: "Somebody's life may depend on it",
    Law.LEGAL_DUTY: "A law or a court says that it must be shared",
}


class Decider(StrEnum):
    """Who may decide that a service sees a record without agreement."""

    COORDINATOR = "coordinator"
    SAFEGUARDING_LEAD = "safeguarding-lead"


DECIDERS: dict[Decider, str] = {
    Decider.COORDINATOR: "I did, as the coordinator",
    Decider.SAFEGUARDING_LEAD: "The service's safeguarding lead",
}


@dataclass(frozen=True, kw_only=True)
class ByLaw:
    """A decision to share without agreement; `service` None means the whole concern."""

    service: str | None
    is_safe_to_tell: bool


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One agreement: `told` are the services that the family was told about, none meaning whoever
    can help; `stopped` those that it no longer shares with."""

    standing: Standing
    told: frozenset[str] = frozenset()
    stopped: frozenset[str] = frozenset()
    by_law: tuple[ByLaw, ...] = ()


class Choice(StrEnum):
    """What can be decided about sharing a concern."""

    STOP = "stop"
    STOP_ALL = "stop-all"
    AGREE = "agree"
    BY_LAW = "by-law"


#: Who may decide it, or write down that the family did.
MAY_DECIDE: dict[Choice, frozenset[Part]] = {
    Choice.STOP: frozenset({Part.FAMILY, Part.REFERRER, Part.COORDINATOR, Part.SERVICE}),
    Choice.STOP_ALL: frozenset({Part.FAMILY, Part.REFERRER, Part.COORDINATOR}),
    Choice.AGREE: frozenset({Part.FAMILY, Part.REFERRER, Part.COORDINATOR, Part.SERVICE}),
    Choice.BY_LAW: frozenset({Part.COORDINATOR}),
}
#: What must be recorded of a carer's parental responsibility for them to decide by themselves.
#: Stopping is refused only to those who are known not to hold it: doubt protects the child's data.
HELD: dict[Choice, frozenset[str]] = {
    Choice.STOP: frozenset({"yes", "not-known"}),
    Choice.STOP_ALL: frozenset({"yes", "not-known"}),
    Choice.AGREE: frozenset({"yes"}),
}


def check_choice(who: Principal, choice: Choice, concern: Concern, held: str) -> None:
    """`held` says whether a carer holds parental responsibility: yes, no or not-known."""
    played = {part for one in concern.referrals for part in parts(who, concern, one)}
    if not played & MAY_DECIDE[choice]:
        raise NotAllowed("You may not decide this about the sharing of this record.")
    if played == {Part.FAMILY} and held not in HELD[choice]:
        raise NotAllowed(
            "Only someone with parental responsibility can decide this. "
            "Ask the nursery or the coordinator."
        )


def may_see(service: str, agreements: Sequence[Agreement]) -> bool:
    """Whether a service that was asked may see the concern. Where nothing is recorded it may."""
    if any(one.service in (None, service) for one in _by_law(agreements)):
        return True
    standings = {one.standing for one in agreements}
    if Standing.WITHDRAWN in standings and Standing.GIVEN not in standings:
        return False
    return not any(service in one.stopped for one in _in_force(agreements))


def is_secret_from_family(agreements: Iterable[Agreement]) -> bool:
    """Whether the concern as a whole is shared without agreement, and telling is not safe."""
    return any(one.service is None and not one.is_safe_to_tell for one in _by_law(agreements))


def may_tell_family(agreements: Sequence[Agreement]) -> bool:
    """Whether messages about the concern may go to the family at all."""
    if is_secret_from_family(agreements):
        return False
    standings = {one.standing for one in agreements}
    return not agreements or bool(standings & {Standing.GIVEN, Standing.WITHOUT})


def why_not_ask(service: str, agreements: Sequence[Agreement]) -> str | None:
    """Why no referral may be made to a service, in words; None when one may."""
    if not may_see(service, agreements):
        return (
            "The family has stopped sharing with this service. "
            "Ask them, and record that they agree, before it is asked again."
        )
    if any(one.service in (None, service) for one in _by_law(agreements)):
        return None
    given = [one for one in agreements if one.standing is Standing.GIVEN]
    if given and all(one.told and service not in one.told for one in given):
        return (
            "The family was not told that this service would see the record. "
            "Ask them, and record that they agree, before it is asked."
        )
    return None


def shared_tags(tags: Tags, concern: Concern, agreements: Sequence[Agreement]) -> Tags:
    """The tags of everything of a concern: `tags` as they are, those of every service asked, and
    those of the family, without the ones that the agreement takes away."""
    asked = {one.service: one.kind for one in concern.referrals}
    hidden = {f"svc:{service}" for service, kind in asked.items()
              if kind is Kind.SERVICE and not may_see(service, agreements)}  # fmt: skip
    hidden |= {f"svc:{service}" for one in _in_force(agreements) for service in one.stopped
               if not may_see(service, agreements)}  # fmt: skip
    family = f"fam:{concern.child}"
    if is_secret_from_family(agreements):
        hidden.add(family)
    return (tags | {f"svc:{service}" for service in asked} | {family}) - hidden


def _in_force(agreements: Iterable[Agreement]) -> list[Agreement]:
    return [one for one in agreements if one.standing is not Standing.VOID]


def _by_law(agreements: Iterable[Agreement]) -> list[ByLaw]:
    return [law for one in _in_force(agreements) for law in one.by_law]
