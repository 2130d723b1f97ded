"""The directory: every service of the area, with who runs it and how to reach it."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.referral.domain.service_directory import ServiceEntry
from services.referral.records.directory import to_entry
from services.referral.records.look_up import look_up
from services.referral.records.resource import Json, Resource
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal


@dataclass(frozen=True, kw_only=True)
class ListedService:
    entry: ServiceEntry
    run_by: str
    phone: str


def list_services(*, who: Principal, at: Workplace) -> list[ListedService]:
    """By name."""
    with at.records.reading(who, now=at.clock()) as record:
        found = record.of_type("HealthcareService")
        record.note("directory")
        providers = look_up(record, [_provider(one.json) for one in found])
    listed = [_listed(one, entry, providers) for one in found if (entry := to_entry(one))]
    return sorted(listed, key=lambda one: one.entry.name)


def _provider(service: Json) -> str:
    return str(service.get("providedBy", {}).get("reference", ""))


def _listed(
    service: Resource, entry: ServiceEntry, providers: Mapping[str, Resource]
) -> ListedService:
    provider = providers.get(_provider(service.json))
    telecom = service.json.get("telecom", [])
    phones = (one["value"] for one in telecom if one.get("system") == "phone")
    return ListedService(
        entry=entry,
        run_by=provider.json["name"] if provider else "",
        phone=next(phones, ""),
    )
