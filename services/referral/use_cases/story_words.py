"""Values of FHIR resources as people read them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from services.referral.records.resource import Json


def value_in_words(element: Json) -> str:
    """The `value[x]` of an answer or an Observation; “not said” when there is none."""
    name = next((key for key in element if key.startswith("value")), "")
    return _READERS.get(name, str)(element[name]) if name else "not said"


def concept_in_words(concept: Json) -> str:
    """Its own text, else what its first code that has words means."""
    displays = (one["display"] for one in concept.get("coding", []) if "display" in one)
    return str(concept.get("text") or next(displays, ""))


def date_in_words(written: str) -> str:
    """“19 November 2026”; a date that names only a month or a year as it is written."""
    if len(written) < len("2026-11-19"):
        return written
    return date.fromisoformat(written[:10]).strftime("%-d %B %Y")


def _quantity(quantity: Json) -> str:
    value, unit = quantity.get("value", ""), quantity.get("unit", "")
    return f"{value} {unit}" if unit and unit != "score" else str(value)


def _coding(coding: Json) -> str:
    return str(coding.get("display") or coding.get("code", "").replace("-", " "))


def _boolean(value: Any) -> str:
    return "Yes" if value else "No"


_READERS: dict[str, Callable[[Any], str]] = {
    "valueBoolean": _boolean,
    "valueCoding": _coding,
    "valueCodeableConcept": concept_in_words,
    "valueQuantity": _quantity,
    "valueDate": date_in_words,
    "valueDateTime": date_in_words,
}
