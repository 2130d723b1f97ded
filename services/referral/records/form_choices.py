"""The nurseries, childminders and schools that a form lets one choose from.

Read again only when an organisation has changed, because every page of the form asks for them.
"""

import threading
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from services.referral.domain.access import DIRECTORY
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.records.tables import ResourceRow
from shared.identity import job

#: What the directory calls the organisations where children spend their day.
DAY_PLACES = frozenset({"setting", "school"})
READER = job("directory")


class Settings:
    """The settings of the directory, from a copy that is as new as the database's newest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: Any = None
        self._names: tuple[tuple[str, str], ...] = ()

    def names(self, record: Reading) -> tuple[tuple[str, str], ...]:
        """The id and the name of each, by name."""
        newest = select(func.max(ResourceRow.last_updated), func.count()).where(
            col(ResourceRow.type) == "Organization"
        )
        with self._lock, record.seeing_as(READER):
            seen = record.session.exec(newest).one()
            if seen != self._seen:
                found = [one for one in record.of_type("Organization") if _is_day_place(one)]
                named = ((one.id, str(one.json["name"])) for one in found)
                self._names = tuple(sorted(named, key=lambda pair: pair[1]))
                self._seen = seen
            return self._names


def _is_day_place(one: Resource) -> bool:
    types = {type.get("text") for type in one.json.get("type", [])}
    return DIRECTORY in one.place.tags and not types.isdisjoint(DAY_PLACES) and "name" in one.json
