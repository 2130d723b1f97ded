"""The search parameters that work, by resource type, each with its kind and where it looks.

The index, the search and the CapabilityStatement run on this table.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from services.referral.records.search_table import COMMON, OF_QUEUE, OWN, STANDARD
from shared.fhir.codes import OWN_SEARCH_PARAMETERS
from shared.fhir.types import STORED_TYPES

_R4 = "http://hl7.org/fhir/SearchParameter"


class Kind(StrEnum):
    TOKEN = "token"  # noqa: S105 - a kind of search parameter, no secret
    REFERENCE = "reference"
    STRING = "string"
    DATE = "date"
    NUMBER = "number"
    URI = "uri"


#: What can stand behind a parameter's name; a reference's may also be a type.
MODIFIERS: dict[Kind, frozenset[str]] = {
    Kind.TOKEN: frozenset({"missing", "not"}),
    Kind.REFERENCE: frozenset({"missing", "identifier"}),
    Kind.STRING: frozenset({"missing", "exact", "contains"}),
    Kind.DATE: frozenset({"missing"}),
    Kind.NUMBER: frozenset({"missing"}),
    Kind.URI: frozenset({"missing"}),
}


@dataclass(frozen=True)
class Param:
    """`targets` are the types that a reference may lead to (none: any); `url` its definition."""

    name: str
    kind: Kind
    paths: tuple[str, ...]
    targets: tuple[str, ...] = ()
    url: str = ""

    @property
    def stored_targets(self) -> tuple[str, ...]:
        """Those of the targets that are kept here."""
        return tuple(one for one in self.targets or sorted(STORED_TYPES) if one in STORED_TYPES)

    @property
    def modifiers(self) -> frozenset[str]:
        """Those that work, besides the types that a reference may lead to."""
        if self.name in ("_id", "_lastUpdated"):
            return frozenset()
        return MODIFIERS[self.kind]


_LINE = re.compile(r"(\S+) (\w+)(?: ([\w.|\[\]-]+))?(?: -> ([\w ]+?))?(?: @ (\S+))?")
_CONTINUED = re.compile(r"\n\s+(?=->|@)")


def _params(type: str, table: str, definitions: str = _R4) -> tuple[Param, ...]:
    lines = _CONTINUED.sub(" ", table).splitlines()
    return tuple(_param(type, line.strip(), definitions) for line in lines if line.strip())


def _param(type: str, line: str, definitions: str) -> Param:
    read = _LINE.fullmatch(line)
    if read is None:
        raise ValueError(f"This is no line of the table of search parameters: {line}")
    name, kind, paths, targets, definition = read.groups()
    return Param(
        name=name,
        kind=Kind(kind),
        paths=tuple((paths or "").split("|")) if paths else (),
        targets=tuple((targets or "").split()),
        url=f"{definitions}/{definition or f'{type}-{name}'}",
    )


_OURS = frozenset({"due", "next-escalation", "level", "concern", "area"})


def _own(type: str, table: str) -> tuple[Param, ...]:
    return _params(type, table, OWN_SEARCH_PARAMETERS)


#: Parameters of Task that the queue table answers from its own typed columns.
QUEUE_PARAMS: tuple[Param, ...] = tuple(
    ours if ours.name in _OURS else standard
    for standard, ours in zip(_params("Task", OF_QUEUE), _own("Task", OF_QUEUE), strict=True)
)
COMMON_PARAMS: tuple[Param, ...] = _params("Resource", COMMON)
#: What the index answers of each type, besides what all have in common.
PARAMS: dict[str, tuple[Param, ...]] = {
    type: (*_params(type, table), *_own(type, OWN.get(type, "")))
    for type, table in STANDARD.items()
}


@cache
def params_of(type: str) -> tuple[Param, ...]:
    """All that works for a type, in the order of their names."""
    if type == "AuditEvent":
        return (*COMMON_PARAMS[:2], *PARAMS[type])
    known = (*COMMON_PARAMS, *PARAMS[type], *(QUEUE_PARAMS if type == "Task" else ()))
    return tuple(sorted(known, key=lambda param: param.name))


@cache
def find_param(type: str, name: str) -> Param | None:
    """The parameter of that type with this name, if it works."""
    return next((param for param in params_of(type) if param.name == name), None)
