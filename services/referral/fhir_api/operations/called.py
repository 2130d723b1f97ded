"""A call of an operation: who asks what of what, with the parameters, however they came.

In the query of a GET or a POST, in a Parameters resource, or as one resource sent as it is.
https://hl7.org/fhir/R4/operations.html#executing
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.referral.fhir_api.operation_table import Level, Operation
from services.referral.records.resource import Json
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue
from shared.fhir.check import is_refused, walk_issues
from shared.fhir.codes import CODE_SYSTEMS
from shared.fhir.rules import Around
from shared.fhir.walk import Walk
from shared.identity import Principal

_BOOLEANS = {"true": True, "false": False, True: True, False: False}
#: What stands beside the parameters of any operation: how it is answered, and from where a page is.
_BESIDE = frozenset({"_format", "_pretty", "_after"})


@dataclass(frozen=True)
class Sent:
    """One value as it was sent; `place` is its FHIRPath, empty for what came in the query or is
    the body itself."""

    value: Any
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Call:
    """`base` is the address of the server, without `/fhir`; `query` the parameters as they stood in
    the address, for the links of an answer."""

    operation: Operation
    level: Level
    type: str | None
    id: str | None
    given: Mapping[str, tuple[Sent, ...]]
    query: tuple[tuple[str, str], ...]
    who: Principal
    at: Workplace
    base: str

    def texts(self, name: str) -> list[str]:
        """Every value, those parted by commas one by one."""
        values = (str(one.value) for one in self.given.get(name, ()))
        return [word for value in values for word in value.split(",") if word]

    def text(self, name: str) -> str | None:
        return next((str(one.value) for one in self.given.get(name, ())), None)

    def yes(self, name: str) -> bool:
        """Whether it is true; without it, it is not. Raises Invalid for anything else."""
        sent = next(iter(self.given.get(name, ())), Sent(False))
        if not isinstance(sent.value, str | bool) or sent.value not in _BOOLEANS:
            raise Invalid(Issue(f"{name} is true or false.", sent.place or name, "value"))
        return _BOOLEANS[sent.value]

    def number(self, name: str, *, most: int) -> int:
        """At least one and at most `most`, which it is when it was not given."""
        written = self.text(name)
        if written is None:
            return most
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            raise Invalid(Issue(f"{name} is a whole number.", name, "value"))
        return max(1, min(int(written), most))

    def resources(self, name: str) -> tuple[Sent, ...]:
        return self.given.get(name, ())

    def resource(self, name: str) -> Sent:
        """Raises Invalid when there is none."""
        found = next(iter(self.resources(name)), None)
        if found is None:
            text = f"Send {name}: in a Parameters resource, or by itself."
            raise Invalid(Issue(text, "Parameters.parameter", "required"))
        return found


def parameters_given(
    operation: Operation, query: Iterable[tuple[str, str]], body: Any, *, now: datetime
) -> Mapping[str, tuple[Sent, ...]]:
    """The values by name. Raises Invalid with each that the operation does not take, and for what
    is no Parameters resource though it says it is. `body` is None when there was none."""
    found: dict[str, tuple[Sent, ...]] = {}
    for name, value in _all(operation, query, body, now):
        found[name] = (*found.get(name, ()), value)
    taken = {one.name for one in operation.parameters if one.use == "in"}
    unknown = [name for name in found if name not in taken | _BESIDE]
    if unknown:
        raise Invalid(*(_unknown(operation, name, taken) for name in unknown))
    return found


def _all(
    operation: Operation, query: Iterable[tuple[str, str]], body: Any, now: datetime
) -> Iterator[tuple[str, Sent]]:
    yield from ((name, Sent(value, name)) for name, value in query)
    if not isinstance(body, dict):
        if body is not None:
            raise Invalid(Issue("A resource is a JSON object.", "", "structure"))
    elif body.get("resourceType") == "Parameters":
        yield from _in_parameters(body, now)
    else:
        yield _resource_parameter(operation), Sent(body)


def _resource_parameter(operation: Operation) -> str:
    """The one that a resource sent as it is stands for."""
    named = [one.name for one in operation.parameters if one.use == "in" and one.min]
    return next(iter(named), "resource")


def _in_parameters(body: Json, now: datetime) -> Iterator[tuple[str, Sent]]:
    around = Around(now.date(), {}, CODE_SYSTEMS)
    issues = walk_issues(body, "Parameters", Walk(around, into_resources=False))
    if is_refused(issues):
        raise Invalid(*issues)
    for index, parameter in enumerate(body.get("parameter", [])):
        place = f"Parameters.parameter[{index}]"
        value = next((key for key in parameter if key.startswith("value")), "resource")
        if value in parameter:
            yield parameter["name"], Sent(parameter[value], f"{place}.{value}")


def _unknown(operation: Operation, name: str, taken: Iterable[str]) -> Issue:
    known = ", ".join(sorted(taken)) or "no parameters"
    text = f"${operation.name} does not take “{name[:80]}”; it takes {known}."
    return Issue(text, name[:80], "value")
