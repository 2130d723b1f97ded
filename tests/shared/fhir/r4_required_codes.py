"""Reads the required codes out of HL7's own definitions, for `r4_required_codes.json`.

    python -m tests.shared.fhir.r4_required_codes FOLDER > tests/shared/fhir/r4_required_codes.json

FOLDER is what https://hl7.org/fhir/R4/definitions.json.zip (4.0.1, CC0) holds.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.shared.fhir.every_shape import shapes

Json = dict[str, Any]
FILES = ("profiles-resources", "profiles-types", "valuesets", "v3-codesystems", "v2-tables")


def main(folder: Path) -> None:
    """By the path of each element with a required binding: its codes; null where they cannot be
    listed (MIME types, currencies)."""
    files = [json.loads((folder / f"{name}.json").read_text()) for name in FILES]
    entries = [entry for file in files for entry in file["entry"]]
    by_url = {one["resource"]["url"]: one["resource"] for one in entries}
    reached = shapes()
    found = {path: codes for path, codes in _bound(by_url) if path.rpartition(".")[0] in reached}
    lines = (f"{json.dumps(path)}: {json.dumps(codes)}" for path, codes in sorted(found.items()))
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


def _bound(by_url: Mapping[str, Json]) -> Iterator[tuple[str, list[str] | None]]:
    for one in by_url.values():
        if one["resourceType"] != "StructureDefinition" or one.get("derivation") == "constraint":
            continue
        for element in one.get("snapshot", {}).get("element", []):
            binding = element.get("binding", {})
            if binding.get("strength") == "required":
                codes = _codes(binding["valueSet"].partition("|")[0], by_url)
                yield element["path"], sorted(codes) if codes else None


def _codes(value_set: str, by_url: Mapping[str, Json]) -> set[str]:
    """The codes of a value set; none where a part of it cannot be listed."""
    found: set[str] = set()
    for included in by_url.get(value_set, {}).get("compose", {}).get("include", []):
        if "concept" in included:
            codes = {one["code"] for one in included["concept"]}
        elif "valueSet" in included:
            codes = set().union(*(_codes(url, by_url) for url in included["valueSet"]))
        else:
            codes = set(_flat(by_url.get(included["system"], {}).get("concept", [])))
        if not codes or "filter" in included:
            return set()
        found |= codes
    return found


def _flat(concepts: list[Json]) -> Iterator[str]:
    for one in concepts:
        yield one["code"]
        yield from _flat(one.get("concept", []))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
