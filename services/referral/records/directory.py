"""The services of the directory: HealthcareService resources as routing sees them.

Read again only when one of them has changed, because every concern asks for all of them.
"""

import threading
from typing import Any

from sqlalchemy import Text, bindparam, func, select

from services.referral.domain.access import DIRECTORY
from services.referral.domain.referral import ServiceId
from services.referral.domain.service_directory import Referrer, ServiceEntry, ServiceKind
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Resource
from services.referral.records.tables import ResourceRow
from services.referral.records.tags import Overlap, spelt
from services.referral.records.tasks import code_in
from shared.fhir.codes import EXTENSION_BASE, SERVICE_KIND
from shared.identity import job

AGE_FROM = f"{EXTENSION_BASE}/age-from-months"
AGE_TO = f"{EXTENSION_BASE}/age-to-months"
ACCEPTS_FROM = f"{EXTENSION_BASE}/accepts-from"

DIRECTORY_READER = job("directory")

_RESOURCE = ResourceRow.metadata.tables["resource"]
#: Of those that are in the directory, and so seen by whoever asks.
_NEWEST = select(func.max(_RESOURCE.c.last_updated), func.count()).where(
    _RESOURCE.c.type == "HealthcareService",
    Overlap(_RESOURCE.c.tags, bindparam("directory", type_=Text)),
)


class Directory:
    """All services, from a copy that is as new as the database's newest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: Any = None
        self._entries: tuple[ServiceEntry, ...] = ()

    def entries(self, record: Reading) -> tuple[ServiceEntry, ...]:
        return record.once("directory", lambda: self._read(record))

    def _read(self, record: Reading) -> tuple[ServiceEntry, ...]:
        directory = spelt(frozenset({DIRECTORY}), record.session.get_bind().dialect.name)
        with self._lock:
            seen = tuple(
                record.session.connection().execute(_NEWEST, {"directory": directory}).one()
            )
            if seen != self._seen:
                found = record.of_type("HealthcareService")
                public = [one for one in found if DIRECTORY in one.place.tags]
                self._entries = tuple(entry for one in public if (entry := to_entry(one)))
                self._seen = seen
            return self._entries

    def entry(self, record: Reading, id: str) -> ServiceEntry | None:
        return next((entry for entry in self.entries(record) if entry.id == id), None)


def to_entry(service: Resource) -> ServiceEntry | None:
    """None for a service whose kind is not one that Sooner routes to."""
    json = service.json
    kinds = (code_in(type, SERVICE_KIND) for type in json.get("type", []))
    kind = next((kind for kind in kinds if kind), None)
    if kind is None:
        return None
    extensions = json.get("extension", [])
    return ServiceEntry(
        id=ServiceId(service.id),
        kind=ServiceKind(kind),
        name=json["name"],
        areas=frozenset(area["display"] for area in json.get("coverageArea", [])),
        age_from_months=_value(extensions, AGE_FROM) or 0,
        age_to_months=_value(extensions, AGE_TO),
        accepts_from=frozenset(
            Referrer(one["valueCode"]) for one in extensions if one["url"] == ACCEPTS_FROM
        ),
        is_desk=kind == ServiceKind.COORDINATION,
        accepting=json.get("active", True),
    )


def _value(extensions: list[Json], url: str) -> int | None:
    return next((one["valueInteger"] for one in extensions if one["url"] == url), None)


def to_service(entry: ServiceEntry, *, organisation: str, telecom: list[Json]) -> Json:
    """The HealthcareService resource of a directory entry; `organisation` provides it."""
    ages = [(AGE_FROM, entry.age_from_months or None), (AGE_TO, entry.age_to_months)]
    extensions: list[Json] = [
        {"url": url, "valueInteger": months} for url, months in ages if months is not None
    ]
    extensions += [
        {"url": ACCEPTS_FROM, "valueCode": referrer} for referrer in sorted(entry.accepts_from)
    ]
    service: Json = {
        "resourceType": "HealthcareService",
        "extension": extensions,
        "active": entry.accepting,
        "providedBy": {"reference": f"Organization/{organisation}"},
        "type": [{"coding": [{"system": SERVICE_KIND, "code": entry.kind}]}],
        "name": entry.name,
        "telecom": telecom,
        "coverageArea": [{"display": area} for area in sorted(entry.areas)],
    }
    return {key: value for key, value in service.items() if value not in ([], None)}
