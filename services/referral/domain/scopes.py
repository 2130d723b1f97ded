"""What a system's token lets it do: SMART scopes, as `system/Task.rs`.

https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html; the spelling of version 1
(`.read`, `.write`, `.*`) is understood as well. A scope narrows what a client may do; whose records
it sees is decided in `access.py`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Interaction(StrEnum):
    CREATE = "c"
    READ = "r"
    UPDATE = "u"
    DELETE = "d"
    SEARCH = "s"


EVERYTHING = "system/*.cruds"
#: Of a directory that looks after the people of its organisation, and sees no record. It stands
#: alone: a token opens the one door or the other.
SCIM = "scim"
ANY = "*"
_FORM = re.compile(r"system/(\*|[A-Z][A-Za-z]{1,63})\.(c?r?u?d?s?|read|write|\*)")
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}


@dataclass(frozen=True)
class Scope:
    """Some interactions with one resource type, or with any."""

    type: str
    interactions: frozenset[Interaction]
    text: str

    def __and__(self, other: "Scope") -> "Scope | None":
        """What both allow; None when that is nothing."""
        both = self.interactions & other.interactions
        if not both or (ANY not in (self.type, other.type) and self.type != other.type):
            return None
        type = other.type if self.type == ANY else self.type
        if type == self.type and both == self.interactions:
            return self
        return Scope(type, both, spelled(type, both))


def spelled(type: str, interactions: Iterable[Interaction]) -> str:
    wanted = frozenset(interactions)
    return f"system/{type}.{''.join(one for one in Interaction if one in wanted)}"


def scopes(text: str) -> list[Scope]:
    """Those that can be understood: others grant nothing, a scope with a query in it included."""
    return [scope for word in text.split() if (scope := _scope(word))]


def _scope(word: str) -> Scope | None:
    found = _FORM.fullmatch(word)
    if found is None or not found[2]:
        return None
    letters = _VERSION_1.get(found[2], found[2])
    return Scope(found[1], frozenset(map(Interaction, letters)), word)


def granted(asked: str, allowed: str) -> str:
    """What is asked for as far as it is allowed; all that is allowed when nothing is asked for."""
    if not asked.strip() or asked.strip() == allowed == SCIM:
        return allowed
    overlaps = (one & other for one in scopes(asked) for other in scopes(allowed))
    return " ".join(dict.fromkeys(scope.text for scope in overlaps if scope))


def allows(text: str, type: str, interaction: Interaction) -> bool:
    return any(
        scope.type in (ANY, type) and interaction in scope.interactions for scope in scopes(text)
    )
