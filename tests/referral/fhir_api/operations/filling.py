"""A client that knows no move beforehand: it fills in what `$moves` says that a move takes."""

import re
from collections.abc import Iterator
from typing import Any

from tests.referral.builders import service_id
from tests.referral.fhir_api.systems import System

Json = dict[str, Any]

#: A value of each type, for whatever field.
VALUES: dict[str, Any] = {
    "string": "Something in words.",
    "markdown": "Something in words.",
    "date": "2026-11-21",
    "later date": "2027-01-05",
    "instant": "2026-11-21T10:00:00Z",
    "Period": {"start": "2026-12-04T10:00:00Z"},
    "Reference": {"reference": f"HealthcareService/{service_id('camhs')}"},
    "CodeableConcept": {"text": "A plan for home."},
}


def moves_of(system: System, task: str) -> tuple[str, dict[str, Json]]:
    """The version of the Task, and each move by its code: `status`, `businessStatus`, `fields`."""
    answer = system.get(f"/Task/{task}/$moves")
    assert answer.status_code == 200, answer.text
    version, *rest = answer.json()["parameter"]
    moves = [_parts(one) for one in rest if one["name"] == "move"]
    return version["valueString"], {one["code"]["code"]: one for one in moves}


def _parts(parameter: Json) -> Json:
    """A group as an object; `field` and `allowed`, which may stand there often, as lists."""
    found: Json = {"field": [], "allowed": []}
    for part in parameter["part"]:
        if part["name"] == "field":
            found["field"].append(_parts(part))
        elif part["name"] == "allowed":
            found["allowed"].append(part["valueCode"])
        else:
            found[part["name"]] = next(v for k, v in part.items() if k.startswith("value"))
    return found


def filled(task: Json, move: Json, *, optional: bool = False) -> Json:
    """The Task as it is sent for that move, with the required fields, or with all of them."""
    body = {**task, "status": move["status"]}
    body.pop("statusReason", None)  # that was why it came to where it is
    if "businessStatus" in move:
        body["businessStatus"] = {"coding": [move["businessStatus"]]}
    outputs: dict[str | None, Json] = {}
    for field in move["field"]:
        if field["required"] or optional:
            _fill(body, field, outputs)
    if outputs:
        body["output"] = [*task.get("output", []), *outputs.values()]
    return body


def _fill(body: Json, field: Json, outputs: dict[str | None, Json]) -> None:
    path, value = field["path"].removeprefix("Task."), _value(field)
    if path.startswith("output."):
        named = field.get("output")
        output = outputs.setdefault(named, {"type": {"text": named}} if named else {})
        _put(output, path.removeprefix("output."), value)
    elif path.startswith("extension("):
        body["extension"] = list(_extended(body["extension"], path, value))
    elif path == "note.text":
        body["note"] = [{"text": value}]
    elif path.startswith("statusReason."):
        _put(body.setdefault("statusReason", {}), path.removeprefix("statusReason."), value)
    else:
        body[path] = value


def _put(into: Json, path: str, value: Any) -> None:
    first, _, rest = path.partition(".")
    if rest:
        _put(into.setdefault(first, {}), rest, value)
    else:
        into[first] = [value] if first == "coding" else value


def _value(field: Json) -> Any:
    if field["type"] == "Coding":
        system = field["valueSet"].replace("/ValueSet/", "/CodeSystem/")
        code = field["allowed"][-1] if field["allowed"] else "other"
        return {"system": system, "code": code}
    type = "later date" if "extension('to')" in field["path"] else field["type"]
    return field["allowed"][-1] if field["allowed"] else VALUES[type]


def _extended(extensions: list[Json], path: str, value: Any) -> Iterator[Json]:
    """With the part in the newest extension of that url; one more where the last is complete."""
    found = re.fullmatch(r"extension\('(.+?)'\)\.extension\('(.+?)'\)\.(\w+)", path)
    assert found
    url, part, element = found.groups()
    added = {"url": part, element: value}
    own = [one for one in extensions if one["url"] == url]
    is_new = url.endswith("clock-exception") and (part == "code" or not own)
    last = None if is_new else own[-1]
    for one in extensions:
        yield {**one, "extension": [*one["extension"], added]} if one is last else one
    if is_new:
        yield {"url": url, "extension": [added]}
