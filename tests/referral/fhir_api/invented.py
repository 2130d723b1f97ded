"""Resources as other systems may send them, made up from the shapes of FHIR with a seed.

They have extensions, profiles that nobody here knows, primitives with siblings, decimals whose
digits count, zones, and text that is awkward to keep.
"""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from services.referral.fhir_api.code_systems import OWN
from shared.fhir.check import check, is_refused
from shared.fhir.shapes import ANY_RESOURCE, Element, Shape, element_shape, resource_shape

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
TEXTS = (
    "words", "Zoë O\u2019Brien-Ŝmith", "مرحبا", "👩‍👧 family", "e\u0301 and é",
    "a\tb\nc", "\\\"'</p>&amp;",
    "{{ 7 * 7 }}", "\u202eabc", "ﬀ", "\U0001d4b3", "null", "  two  ", "%00", "x" * 300,
)  # fmt: skip
VALUES: dict[str, tuple[Any, ...]] = {
    "boolean": (True, False),
    "decimal": tuple(map(Decimal, ("1.00", "0.10", "-0.0", "1E+3", "12345678.90123456789", "0"))),
    "integer": (0, -1, 2**31 - 1),
    "unsignedInt": (0, 7),
    "positiveInt": (1, 7),
    "id": ("a-1", "B.2"),
    "code": ("a", "en-GB", "two words"),
    "oid": ("urn:oid:1.2.3",),
    "uuid": ("urn:uuid:0b8d2c1e-5f4e-4f2e-9d7e-000000000001",),
    "uri": ("https://x.example/a?b=c#d", "urn:x:y"),
    "url": ("https://x.example/%C3%A9",),
    "canonical": ("https://x.example/StructureDefinition/a|1.0",),
    "date": ("2023-07-19", "2023-07", "2023"),
    "dateTime": ("2023", "2023-07-19T10:00:00+00:00", "2023-07-19T10:00:00.120Z",
                 "2023-07-19T10:00:00-05:30"),
    "instant": ("2023-07-19T10:00:00.000+00:00", "2023-07-19T10:00:00Z"),
    "time": ("10:00:00", "23:59:59.5"),
    "base64Binary": (None,),
    "xhtml": ('<div xmlns="http://www.w3.org/1999/xhtml"><p>Ünï <b>ok</b></p></div>',),
}  # fmt: skip
#: Left out: what the server owns, documents, and what would have to lead somewhere.
_LEFT_OUT = {"resourceType", "id", "versionId", "lastUpdated", "data", "contained", "implicitRules"}
DEEPEST = 4


class Inventor:
    """The same seed gives the same resources."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def resource(self, type: str) -> dict[str, Any]:
        """One that FHIR, and so the check, allows."""
        shape = resource_shape(type)
        assert shape
        for _ in range(200):
            made = {"resourceType": type, **self.object(shape, 0)}
            made["meta"] = {"profile": ["https://x.example/StructureDefinition/unknown|9"]}
            made["extension"] = [self.extension(1) for _ in range(2)]
            if not is_refused(check(made, now=NOW, code_systems=OWN)):
                return made
        raise AssertionError(f"No {type} came of it: {check(made, now=NOW, code_systems=OWN)}")

    def object(self, shape: Shape, depth: int) -> dict[str, Any]:
        chance = (0.35, 0.25, 0.12, 0.05)[min(depth, 3)]
        chosen = {name for one in shape.choices for name in one.names}
        wanted = [
            name
            for name in shape.elements
            if name in shape.required or (name not in chosen and self.random.random() < chance)
        ]
        for choice in shape.choices:
            if choice.required or self.random.random() < chance:
                wanted.append(self.random.choice(sorted(choice.names)))
        made: dict[str, Any] = {}
        for name in wanted:
            if name not in _LEFT_OUT and not name.startswith("_"):
                made |= self.element(shape, name, depth)
        return made or {"extension": [self.extension(DEEPEST)]}

    def element(self, shape: Shape, name: str, depth: int) -> dict[str, Any]:
        element = shape.elements[name]
        needed = name in shape.required
        if element.read is None and depth >= DEEPEST and not needed:
            return {}
        count = self.random.randint(1, 2) if element.many else 1
        values = [self.value(element, depth) for _ in range(count)]
        if any(value is None for value in values):
            return {}
        made: dict[str, Any] = {name: values if element.many else values[0]}
        if element.read is not None and f"_{name}" in shape.elements and self.random.random() < 0.2:
            aside = {"extension": [self.extension(DEEPEST)]}
            made[f"_{name}"] = [None] * (count - 1) + [aside] if element.many else aside
        return made

    def value(self, element: Element, depth: int) -> Any:
        if element.codes:
            return self.random.choice(sorted(element.codes))
        if element.read is not None:
            return self.primitive(element)
        if element.type_name == ANY_RESOURCE:
            return None
        if element.type_name == "Reference":
            return {"reference": "https://x.example/fhir/Elsewhere", "display": self.text()}
        if element.type_name == "Extension":
            return self.extension(depth + 1)
        if element.type_name == "Period":
            return {"start": "2020-01-01T10:00:00+00:00", "end": "2020-01-02"}
        return self.object(element_shape(element), depth + 1)

    def primitive(self, element: Element) -> Any:
        options = VALUES.get(element.type_name) or TEXTS
        fitting = [one for one in options if element.read and element.read(one) is None]
        return self.random.choice(fitting) if fitting else None

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def extension(self, depth: int) -> dict[str, Any]:
        url = f"https://x.example/{self.random.choice('abcdef')}"
        if depth < 3 and self.random.random() < 0.3:
            return {"url": url, "extension": [self.extension(depth + 1)]}
        value = self.random.choice(
            [
                {"valueString": self.text()},
                {"valueDecimal": self.random.choice(VALUES["decimal"])},
                {"valueDateTime": self.random.choice(VALUES["dateTime"])},
                {"valueQuantity": {"value": Decimal("1.50"), "unit": self.text()}},
                {"valueBoolean": False},
            ]
        )
        return {"url": url, **value}
