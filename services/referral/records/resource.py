"""A FHIR resource as it is kept: the JSON that was sent, with what the server owns."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from services.referral.domain.minimum import is_kept_close
from services.referral.records.tables import HistoryRow, ResourceRow
from shared.fhir.json import write_json

Json = dict[str, Any]

#: The parts that hold a concern together. They are not hidden: what they say is left out instead.
SPINE = frozenset({"Patient", "ServiceRequest", "Task"})


def is_restricted(resource: Json) -> bool:
    """Marked as close, and no part that holds a concern together."""
    return resource["resourceType"] not in SPINE and is_kept_close(resource)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a resource belongs: its child, its concern, who brought it and who may see it."""

    tags: frozenset[str]
    child: str | None = None
    concern: str | None = None
    origin: str | None = None


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One version of one resource; `body` is its JSON text, ready to be sent."""

    type: str
    id: str
    version: int
    last_updated: datetime
    body: str
    place: Place
    deleted: bool = False
    by: str | None = None

    @cached_property
    def json(self) -> Json:
        parsed: Json = json.loads(self.body, parse_float=Decimal)
        return parsed

    @property
    def reference(self) -> str:
        return f"{self.type}/{self.id}"


def with_server_parts(sent: Json, *, id: str, version: int, now: datetime) -> Json:
    """The resource as sent, with id and meta as the server owns them; all else untouched."""
    meta = {**sent.get("meta", {}), "versionId": str(version), "lastUpdated": instant(now)}
    rest = {key: value for key, value in sent.items() if key not in ("resourceType", "id", "meta")}
    return {"resourceType": sent["resourceType"], "id": id, "meta": meta, **rest}


def instant(at: datetime) -> str:
    """A FHIR instant in UTC with milliseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def to_text(resource: Json) -> str:
    return write_json(resource).decode()


def to_resource(row: ResourceRow) -> Resource:
    place = Place(
        tags=frozenset(row.tags), child=row.child_id, concern=row.concern_id, origin=row.origin_id
    )
    return Resource(
        type=row.type,
        id=row.id,
        version=row.version,
        last_updated=row.last_updated,
        body=row.body,
        place=place,
        deleted=row.deleted,
    )


def to_version(row: HistoryRow, place: Place) -> Resource:
    return Resource(
        type=row.type,
        id=row.id,
        version=row.version,
        last_updated=row.last_updated,
        body=row.body,
        place=place,
        deleted=row.deleted,
        by=row.by,
    )
