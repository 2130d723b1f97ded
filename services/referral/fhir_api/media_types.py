"""The media types that are taken and given: JSON of FHIR R4, under each name it goes by.

https://hl7.org/fhir/R4/http.html#mime-type
"""

from functools import lru_cache

FHIR_JSON = "application/fhir+json"
#: What a request's body may be called; the last two are patches.
_SENT = frozenset(
    {
        FHIR_JSON,
        "application/json",
        "application/json+fhir",
        "application/json-patch+json",
        "application/merge-patch+json",
    }
)
#: What `_format` may say; a plus in an address is read as a space.
FORMATS = ("json", FHIR_JSON, "application/json", "text/json")
_FORMATS = frozenset({*FORMATS, *(one.replace("+", " ") for one in FORMATS)})
_ACCEPTED = frozenset({*FORMATS, "application/json+fhir", "*/*", "application/*"})
_VERSIONS = frozenset({"4.0", "4.0.1"})


def is_taken(content_type: str) -> bool:
    """Whether a body that is called this is read."""
    kind, _, rest = content_type.lower().partition(";")
    return kind.strip() in _SENT and _is_our_version(rest)


@lru_cache(maxsize=256)
def is_acceptable(format: str | None, accept: str | None) -> bool:
    """Whether JSON of FHIR R4 is among what may be answered; `_format` goes before the header."""
    if format is not None:
        kind, _, rest = format.lower().partition(";")
        return kind.strip() in _FORMATS and _is_our_version(rest)
    return accept is None or not accept.strip() or any(map(_takes, accept.lower().split(",")))


def _takes(range: str) -> bool:
    kind, _, rest = range.partition(";")
    return kind.strip() in _ACCEPTED and _is_wanted(rest) and _is_our_version(rest)


def _is_our_version(parameters: str) -> bool:
    """Whether the parameters of a media type name FHIR 4.0, or no version."""
    said = _parameters(parameters).get("fhirversion")
    return said is None or said in _VERSIONS


def _is_wanted(parameters: str) -> bool:
    """Unless its weight is nothing."""
    weight = _parameters(parameters).get("q", "1")
    return weight.strip("0.") != ""


def _parameters(written: str) -> dict[str, str]:
    parts = (one.partition("=") for one in written.lower().split(";"))
    return {name.strip(): value.strip().strip('"') for name, _, value in parts}
