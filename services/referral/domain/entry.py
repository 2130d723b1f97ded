"""What the claims of another sign-in service let somebody be here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.identity import Role

Claims = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class EntryRule:
    """Whoever has all of `when` (path of a claim: the value it must hold) may come in as `role`.

    With `within`, the path of a list, all of it must hold in one and the same entry of that list:
    a role at one organisation is none at another. `organisation` is an ODS code, `services` are ids
    of HealthcareServices, `areas` names of areas.
    """

    id: str
    when: dict[str, str]
    role: Role
    within: str = ""
    organisation: str = ""
    services: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody may be here, until they sign in the next time."""

    role: Role
    organisation: str
    services: frozenset[str]
    areas: frozenset[str]


def entry_for(rules: Sequence[EntryRule], claims: Claims) -> Entry | None:
    """The first rule that fits says role and organisation; further ones for the same two add their
    services and areas. None when no rule fits: such a person may not come in."""
    fitting = [rule for rule in rules if _fits(rule, claims)]
    if not fitting:
        return None
    role, organisation = fitting[0].role, fitting[0].organisation
    held = [rule for rule in fitting if (rule.role, rule.organisation) == (role, organisation)]
    return Entry(
        role=role,
        organisation=organisation,
        services=frozenset().union(*(rule.services for rule in held)),
        areas=frozenset().union(*(rule.areas for rule in held)),
    )


def _fits(rule: EntryRule, claims: Claims) -> bool:
    entries = at_path(claims, rule.within) if rule.within else [claims]
    return any(
        all(value in at_path(entry, path) for path, value in rule.when.items()) for entry in entries
    )


def at_path(found: object, path: str) -> Iterator[object]:
    """What stands at the end of a path like `resource_access.sooner.roles`; of lists each entry.

    A key may itself have dots in it, as `https://example.org/roles` has.
    """
    if isinstance(found, list):
        for one in found:
            yield from at_path(one, path)
    elif not path:
        yield found
    elif isinstance(found, Mapping):
        for key, inner in found.items():
            if path == key:
                yield from at_path(inner, "")
            elif path.startswith(f"{key}."):
                yield from at_path(inner, path.removeprefix(f"{key}."))
