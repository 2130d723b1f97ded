"""Everything that is wrong with what was sent, at once: its structure, and where it points to."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NoReturn

from services.referral.records.look_up import look_up
from services.referral.records.reading import Reading, child_of
from services.referral.records.resource import Json, Resource
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue
from shared.fhir.check import check
from shared.fhir.references import reference_parts, references
from shared.fhir.types import STORED_TYPES
from shared.identity import Principal

_LEADS_NOWHERE = "This reference leads to nothing that is kept here and that you may see."
#: Where a resource says whom it is about.
_ABOUT = ("subject", "patient", "for")
#: What belongs to one child's story, and to no other's.
_OF_A_STORY = {
    *("Appointment", "CareTeam", "Communication", "CommunicationRequest", "Consent"),
    *("DocumentReference", "Flag", "Observation", "QuestionnaireResponse"),
    *("ServiceRequest", "Task"),
}
#: Of what is refused already, no more references than this are said to lead nowhere.
_MOST_SAID = 100

Codes = Mapping[str, Mapping[str, str]]


def checked_resource(
    sent: Any,
    *,
    record: Reading,
    code_systems: Codes,
    prefix: str = "",
    known: frozenset[str] = frozenset(),
) -> list[Issue]:
    """Every error and warning of a resource that would be kept; raises nothing.

    `prefix` is its place in a Bundle; references in `known` may lead to what is not kept yet.
    """
    found = check(sent, now=record.now, prefix=prefix, code_systems=code_systems)
    if not isinstance(sent, dict):
        return found
    place = prefix or str(sent.get("resourceType", "Resource"))[:40]
    pointing = reference_issues(sent, record=record, place=place, known=known)
    return [*found, *pointing]


def refuse_with_all(
    issues: Sequence[Issue], sent: Mapping[str, Any], *, who: Principal, at: Workplace
) -> NoReturn:
    """Raise Invalid with the issues and with each reference that leads nowhere.

    `sent` are the resources by their places. Only what is refused anyway is looked at so long.
    """
    with at.records.reading(who, now=at.clock()) as record:
        pointing = (
            issue
            for place, one in sent.items()
            if isinstance(one, dict)
            for issue in reference_issues(one, record=record, place=place)
        )
        raise Invalid(*issues, *islice(pointing, _MOST_SAID))


def reference_issues(
    sent: Json, *, record: Reading, place: str, known: frozenset[str] = frozenset()
) -> Iterator[Issue]:
    """Each reference to what is not kept here, or that the caller may not see, or that is another
    child's. Those in `known` are not said to lead nowhere."""
    local = [(path, one) for path, one in references(sent) if _is_kept_here(one)]
    found = look_up(record, (one for _, one in local))
    kept: dict[str, Resource] = {}
    for path, reference in local:
        type, id = reference_parts(reference) or ("", "")
        # what this transaction is about to make is found by itself only
        if one := found.get(f"{type}/{id}") or record.find(type, id):
            kept[path] = one
        elif reference not in known:
            yield Issue(_LEADS_NOWHERE, f"{place}.{path}", "not-found")
    yield from _of_others(sent, kept, place)


def _is_kept_here(reference: str) -> bool:
    """Only what points here can lead nowhere; what another system keeps is its own business."""
    if reference.startswith(("#", "urn:", "http://", "https://")):
        return False
    parts = reference_parts(reference)
    return parts is not None and parts[0] in STORED_TYPES


def _of_others(sent: Json, kept: Mapping[str, Resource], place: str) -> Iterator[Issue]:
    about = next((kept[one] for one in _ABOUT if one in kept), None)
    if about is None or about.type != "Patient" or sent.get("resourceType") not in _OF_A_STORY:
        return
    for path, one in kept.items():
        if one.type in _OF_A_STORY and child_of(one) not in (None, about.id):
            text = "This belongs to another child than the one this is about."
            yield Issue(text, f"{place}.{path}", "business-rule")
