"""Whom each rung of the ladder reaches, as people; a rung never reaches nobody at work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.referral.domain.concern import Concern
from services.referral.domain.referral import Referral
from services.referral.records.accounts import Colleague, people_at
from services.referral.records.posts import Holder, at, holders
from services.referral.records.staff import covers
from services.referral.records.store import Reading
from shared.contract import Audience

#: Where nobody holds the first post, the next is told instead.
_POSTS: dict[Audience, tuple[str, ...]] = {
    Audience.COORDINATOR: ("", "area"),
    Audience.MANAGER: ("manager", "", "area"),
    Audience.AREA: ("area", "", "leaders"),
    Audience.LEADERS: ("leaders", "area", ""),
}
#: Who acts on a rung: of those it reaches, the one with the most power to.
_POWER = (
    Audience.LEADERS,
    Audience.AREA,
    Audience.MANAGER,
    Audience.COORDINATOR,
    Audience.SERVICE,
)

Told = Mapping[Audience, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """One referral with its concern, the carers and the areas that answer for it."""

    concern: Concern
    referral: Referral
    carers: tuple[str, ...]
    areas: frozenset[str]


def whom_to_tell(record: Reading, reach: Reach, audiences: Sequence[Audience]) -> Told:
    """The people of each audience, with whoever covers in place of those who are away."""
    away = record.once("covers", lambda: covers(record))
    found = {audience: _people(record, reach, audience) for audience in audiences}
    return {
        audience: tuple(dict.fromkeys(away.get(one, one) for one in people))
        for audience, people in found.items()
    }


def who_acts(record: Reading, reach: Reach, told: Told) -> str | None:
    """The one person who is asked to do something about it; None where nobody works at all."""
    named = next((told[one][0] for one in _POWER if told.get(one)), None)
    return named or next(iter(_of_service(record, reach)), None)


def _people(record: Reading, reach: Reach, audience: Audience) -> Sequence[str]:
    if audience in _POSTS:
        return _of_posts(record, reach, _POSTS[audience])
    return _OTHERS[audience](record, reach) if audience in _OTHERS else ()


def _of_posts(record: Reading, reach: Reach, posts: Sequence[str]) -> Sequence[str]:
    everybody: list[Holder] = record.once("holders", lambda: holders(record))
    service = reach.referral.service
    found = (at(everybody, post, service, reach.areas) for post in posts)
    return next((people for people in found if people), [])


def _of_service(record: Reading, reach: Reach) -> Sequence[str]:
    """Whoever has it by name; else everybody there; where nobody works there, a coordinator."""
    if reach.referral.assigned_to:
        return (reach.referral.assigned_to,)
    people = _colleagues(record, None, reach.referral.service)
    at_work = [one.reference for one in people]
    return at_work or _of_posts(record, reach, _POSTS[Audience.COORDINATOR])


def _of_setting(record: Reading, reach: Reach) -> Sequence[str]:
    people = _colleagues(record, reach.concern.setting, None)
    return [one.reference for one in people if one.organisation == reach.concern.setting]


def _colleagues(
    record: Reading, organisation: str | None, service: str | None
) -> Sequence[Colleague]:
    """Asked once a sweep's batch, however many referrals are theirs."""
    services = {service} if service else set()
    key = f"people at {organisation} {service}"
    return record.once(key, lambda: people_at(record, organisation, services))


_OTHERS: dict[Audience, Callable[[Reading, Reach], Sequence[str]]] = {
    Audience.SERVICE: _of_service,
    Audience.REFERRER: _of_setting,
    Audience.FAMILY: lambda _, reach: reach.carers,
}
