"""Parameters resources as operations answer them: https://hl7.org/fhir/R4/parameters.html"""

from typing import Any

from services.referral.records.resource import Json


def parameters(*given: Json) -> Json:
    return {"resourceType": "Parameters", "parameter": list(given)}


def value(name: str, type: str, given: Any) -> Json:
    """`type` as it stands in the name of the element: `Code` of `valueCode`."""
    return {"name": name, f"value{type}": given}


def group(name: str, *parts: Json) -> Json:
    return {"name": name, "part": list(parts)}
