"""Sooner's own extensions: where each stands and what it holds, as FHIR StructureDefinitions.

https://hl7.org/fhir/R4/extensibility.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.referral.records.resource import Json
from shared.fhir.codes import EXTENSION_BASE


@dataclass(frozen=True, kw_only=True)
class Extension:
    """`on` are the elements it stands on; `value` its type of FHIR, or else it has `parts`.
    `max` is a number or `*`."""

    name: str
    on: tuple[str, ...] = ()
    value: str = ""
    words: str
    min: int = 0
    max: str = "1"
    parts: tuple["Extension", ...] = ()

    @property
    def url(self) -> str:
        return f"{EXTENSION_BASE}/{self.name}"


def _of(on: str, name: str, value: str, words: str, *, max: str = "1") -> Extension:
    return Extension(name=name, on=tuple(on.split()), value=value, words=words, max=max)


def _group(
    on: str, name: str, words: str, *parts: Extension, max: str = "1", min: int = 0
) -> Extension:
    place = tuple(on.split())
    return Extension(name=name, on=place, words=words, parts=parts, max=max, min=min)


def _part(name: str, value: str, words: str, *, min: int = 0, max: str = "1") -> Extension:
    return Extension(name=name, value=value, words=words, min=min, max=max)


_ON_TASK = (
    _of("Task", "escalation-level", "integer", "How often it has climbed; the server's"),
    _of("Task", "next-escalation", "instant", "When it climbs next; the server's"),
    _of("Task", "first-received", "dateTime", "When its first clock began; the server's"),
    _of("Task", "first-contact", "instant", "When the child was first seen"),
    _of("Task", "last-contact", "instant", "When the family last heard from the service"),
    _of("Task", "resumes-to", "code", "The state that a pause or a question goes back to"),
    _of("Task", "assigned-to", "Reference", "The person at the service who looks after it"),
    _of("Task", "replaces", "Reference", "The Task in whose place this one stands"),
    _of("Task", "of-clock", "code", "The clock because of which a person has to act"),
    _of("Task", "escalation-risk", "code", "Why it climbs by the swift ladder", max="*"),
    _group(
        "Task",
        "clock",
        "One limit that runs on a referral",
        _part("id", "string", "Which clock of the policy", min=1),
        _part("version", "date", "The version of the policy", min=1),
        _part("started", "instant", "When it began", min=1),
        _part("due", "instant", "When it runs out", min=1),
        _part("stopped", "instant", "When it ended"),
        _part("rungs", "integer", "How often it has climbed", min=1),
        _part("acknowledged", "instant", "When somebody said that it was seen"),
        Extension(
            name="partial",
            words="A part of what ends it that is done",
            max="*",
            parts=(
                _part("part", "string", "A code of help-part", min=1),
                _part("at", "instant", "When it was recorded", min=1),
            ),
        ),
        max="*",
    ),
    _group(
        "Task",
        "clock-exception",
        "Why a limit need not be met",
        _part("code", "string", "Which exception of the policy", min=1),
        _part("clock", "string", "Of which clock", min=1),
        _part("from", "date", "Its first day", min=1),
        _part("to", "date", "Its last day", min=1),
        _part("evidence", "string", "What shows it"),
        _part("askedOn", "date", "When the family was asked"),
        _part("decidedBy", "string", "Who decided it; the server's"),
        _part("decidedAt", "instant", "When it was decided; the server's"),
        max="*",
    ),
)
_ON_CONSENT = (
    _of("Consent", "shared-with", "Reference", "A service that the family was told of", max="*"),
    _of("Consent", "lawful-basis", "code", "On which basis it is shared", max="*"),
    _of(
        "Consent.provision.provision",
        "denied-service",
        "Reference",
        "A service that may not see it",
        max="*",
    ),
    _group(
        "Consent",
        "sharing-without-agreement",
        "Why it is shared though the family has not agreed",
        _part("service", "Reference", "With which service alone"),
        _part("law", "code", "The law that says so"),
        _part("reason", "string", "Why, in words", min=1),
        _part("decided-by", "string", "Who decided it", min=1),
        _part("decided-as", "code", "As what they decided it"),
        _part("decided-at", "dateTime", "When"),
        _part("safe-to-tell", "boolean", "Whether it is safe to tell the family", min=1),
        max="*",
    ),
    _group(
        "Consent",
        "sharing-decision",
        "One choice about sharing, as it was made",
        _part("choice", "code", "What was chosen", min=1),
        _part("at", "dateTime", "When", min=1),
        _part("said-by", "string", "Who said so", min=1),
        _part("service", "Reference", "About which service"),
        _part("how", "string", "How that is known"),
        max="*",
    ),
)
_ON_CARERS = (
    _group(
        "RelatedPerson",
        "parental-responsibility",
        "Whether a carer has parental responsibility",
        _part("held", "code", "yes, no or not-known", min=1),
        _part("evidence", "string", "What shows it"),
    ),
    _group(
        "RelatedPerson",
        "safe-to-contact",
        "Whether it is safe to contact a carer",
        _part("answer", "code", "yes, limited or no", min=1),
        _part("ways", "string", "In which ways it is safe"),
        _part("contact", "ContactPoint", "A way to be used in these ways only", max="*"),
    ),
    _of("RelatedPerson", "lives-with-child", "code", "yes, some or no"),
    _of("RelatedPerson", "knows-about-concern", "boolean", "Whether a carer knows of the concern"),
    _of("RelatedPerson", "communication-needs", "string", "What helps when writing or speaking"),
    _of("Address", "private-address", "boolean", "Must not become known to everybody"),
)
_ELSEWHERE = (
    _of("ServiceRequest", "new-concern", "boolean", "Not the one that is open already"),
    _of("Communication", "words-hash", "string", "The hash of the words that were sent"),
    _of("HealthcareService", "age-from-months", "integer", "The youngest that it helps"),
    _of("HealthcareService", "age-to-months", "integer", "The oldest that it helps"),
    _of("HealthcareService", "accepts-from", "code", "Who may refer to it", max="*"),
)
EXTENSIONS: tuple[Extension, ...] = (*_ON_TASK, *_ON_CONSENT, *_ON_CARERS, *_ELSEWHERE)


def structure_definitions(published: str) -> Mapping[str, Json]:
    """The StructureDefinition of each, by its id; `published` is a day."""
    return {one.name: _definition(one, published) for one in EXTENSIONS}


def _definition(one: Extension, published: str) -> Json:
    return {
        "resourceType": "StructureDefinition",
        "id": one.name,
        "url": one.url,
        "name": "Sooner" + one.name.title().replace("-", ""),
        "title": one.name.replace("-", " ").capitalize(),
        "status": "active",
        "date": published,
        "publisher": "Sooner",
        "description": f"{one.words}.",
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": element} for element in one.on],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {"element": list(_elements(one, "Extension", "Extension", one.url))},
    }


def _elements(one: Extension, id: str, path: str, url: str) -> Iterator[Json]:
    """The extension, what stands inside of it, its url and its value."""
    sliced = {"sliceName": one.name} if id != "Extension" else {}
    yield {"id": id, "path": path, **sliced, "short": one.words, "min": one.min, "max": one.max}
    if one.parts:
        yield {"id": f"{id}.extension", "path": f"{path}.extension", "slicing": _BY_URL}
    else:
        yield {"id": f"{id}.extension", "path": f"{path}.extension", "max": "0"}
    for part in one.parts:
        inner = f"{id}.extension:{part.name}"
        yield from _elements(part, inner, f"{path}.extension", part.name)
    yield {"id": f"{id}.url", "path": f"{path}.url", "fixedUri": url}
    value: Json = {"id": f"{id}.value[x]", "path": f"{path}.value[x]"}
    if one.parts:
        yield {**value, "max": "0"}
    else:
        yield {**value, "min": 1, "type": [{"code": one.value}]}


_BY_URL: Json = {"discriminator": [{"type": "value", "path": "url"}], "rules": "closed"}
