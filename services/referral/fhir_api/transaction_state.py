"""A transaction as far as it has come."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.referral.fhir_api.entries import Entry, Method
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from shared.errors import Failure

CREATED, OK, DELETED = "201 Created", "200 OK", "204 No Content"


@dataclass(kw_only=True)
class Work:
    """A transaction as far as it has come: what is done and what failed, by the entry's place."""

    entries: tuple[Entry, ...]
    record: Writing
    at: Workplace
    links: dict[str, str] = field(default_factory=dict)
    matches: dict[str, Resource] = field(default_factory=dict)
    done: dict[str, tuple[Resource, str]] = field(default_factory=dict)
    failed: list[tuple[str, Failure]] = field(default_factory=list)
    read: dict[str, Json] = field(default_factory=dict)
    raised: Raised | None = None

    def of(self, *methods: Method) -> list[Entry]:
        return [one for one in self.entries if one.method in methods]

    def attempt(self, place: str, act: Callable[[], None]) -> None:
        """Do it, or keep why it cannot be done: whoever sent it is told of all at once."""
        self.record.sought = None
        try:
            act()
        except Failure as failure:
            self.record.refuse(failure)
            self.failed.append((place, failure))

    def settle(self) -> None:
        """For what follows to find what was done; once something failed, nothing is kept."""
        if not self.failed:
            self.record.settle()
