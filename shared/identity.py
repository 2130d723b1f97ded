"""Who is asking: a person, another system or one of the service's own jobs."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    SETTING = "setting"
    PROFESSIONAL = "professional"
    COORDINATOR = "coordinator"
    FAMILY = "family"
    ADMIN = "admin"
    AUDITOR = "auditor"
    JOB = "job"


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Someone, or something, that acts, with what they act for.

    `id` is the FHIR id of the Practitioner or RelatedPerson, or the name of a job. `client` is set
    when a system speaks for the organisation instead of a person at a page; `scope` is then what
    its token lets it do. `read_only` is set for a carer who may look and not speak for the child.
    `opened` are the children whose records this person sees for a short time because of an
    emergency, to read and never to change.
    """

    id: str
    name: str
    role: Role
    organisation: str | None = None
    services: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    client: str | None = None
    scope: str | None = None
    read_only: bool = False

    @property
    def reference(self) -> str:
        """The FHIR reference of whoever acts: their organisation for a system."""
        if self.client:
            return f"Organization/{self.organisation}"
        kind = {Role.FAMILY: "RelatedPerson", Role.JOB: "Device"}.get(self.role, "Practitioner")
        return f"{kind}/{self.id}"


def job(name: str) -> Principal:
    """A job of the service itself, which may see every record; its name stands in the audit."""
    return Principal(id=name, name=name, role=Role.JOB)
