"""Who acts for somebody who is away or has left, so that nothing stays with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody at work, by the id of their account; `coordinates` says that they take what nobody
    else can."""

    id: str
    organisation: str | None = None
    services: frozenset[str] = frozenset()
    coordinates: bool = False


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """Everybody whose account is in use, and for each who is away, who covers."""

    workers: tuple[Worker, ...]
    covers: Mapping[str, str] = field(default_factory=dict)

    @property
    def here(self) -> list[Worker]:
        return [one for one in self.workers if one.id not in self.covers]


def cover_of(id: str, staffing: Staffing) -> str | None:
    """The person who is here at the end of the line of cover; None when it ends with nobody."""
    here = {one.id for one in staffing.here}
    seen: set[str] = set()
    while id not in here:
        seen.add(id)
        following = staffing.covers.get(id)
        if following is None or following in seen:
            return None
        id = following
    return id


def who_acts(named: str | None, service: str | None, staffing: Staffing) -> str | None:
    """Whoever is named, or their cover; else a colleague of the service; else a coordinator.

    A coordinator who is away goes before nobody. None only where no coordinator is left at all.
    """
    found = cover_of(named, staffing) if named else None
    colleagues = (one.id for one in staffing.here if service in one.services)
    desk = (one.id for one in staffing.here if one.coordinates)
    away = (one.id for one in staffing.workers if one.coordinates)
    return found or next(colleagues, None) or next(desk, None) or next(away, None)


def check_cover(away: Worker, cover: Worker, covered: Iterable[str]) -> None:
    """A colleague of the same service, or of the same organisation where there is no service, who
    is not away in those days. Raises Invalid; `covered` are the ids of those who are."""
    same_service = away.services & cover.services
    same_place = away.organisation is not None and away.organisation == cover.organisation
    if away.id == cover.id:
        raise Invalid("Somebody else covers for you.")
    if not (same_service or (same_place and not away.services)):
        raise Invalid("Choose a colleague of the same service.")
    if cover.id in covered:
        raise Invalid("This colleague is away in those days too. Choose another.")
