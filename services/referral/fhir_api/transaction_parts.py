"""Resources of a transaction that point at each other, kept in the order in which they need it."""

from collections.abc import Sequence
from functools import partial

from services.referral.fhir_api.entries import Entry
from services.referral.fhir_api.keeping import created_part
from services.referral.fhir_api.transaction_state import CREATED, Work
from services.referral.records.ids import new_id
from services.referral.use_cases.keep_resource import create_resource
from services.referral.use_cases.new_risks import take_new_risks
from services.referral.use_cases.sent_concern import Part
from shared.errors import Invalid, Issue
from shared.fhir.references import references, rewrite_references

#: Kept by use cases of their own, and read again by what follows in the same transaction.
_FOLLOWED = frozenset({"Consent", "Communication", "CommunicationRequest"})


def keep_together(entries: Sequence[Entry], parts: Sequence[Part], work: Work) -> None:
    """Version 1 of each; those that lead to each other know each other's ids beforehand."""
    places = {part.place: entry.place for part, entry in zip(parts, entries, strict=True)}
    ids = {part.place: new_id() for part in parts if part.type not in _FOLLOWED}
    work.links |= {
        part.full_url: f"{part.type}/{ids[part.place]}"
        for part in parts
        if part.full_url and part.place in ids
    }
    waiting = list(parts)
    while waiting:
        ready = [part for part in waiting if not _waits_for(part, waiting)] or waiting
        for part in ready:
            make = partial(_make, part, places[part.place], ids.get(part.place), work)
            work.attempt(places[part.place], make)
        waiting = [part for part in waiting if part not in ready]
    made = [work.done[place][0] for place in places.values() if place in work.done]
    work.attempt("", lambda: take_new_risks(made, record=work.record, rules=work.at.rules))


def _waits_for(part: Part, waiting: Sequence[Part]) -> bool:
    others = {one.full_url for one in waiting if one is not part}
    return any(reference in others for _, reference in references(part.resource))


def _make(part: Part, place: str, id: str | None, work: Work) -> None:
    sent = rewrite_references(part.resource, work.links)
    _check_links(sent, part)
    if id is None:
        made = created_part(sent, work.record, work.at)
        work.settle()
    else:
        along = frozenset(work.links.values())
        made = create_resource(
            sent, record=work.record, rules=work.at.rules, id=id, sent_along=along
        )
    work.done[place] = made, CREATED
    if part.full_url:
        work.links[part.full_url] = made.reference


def _check_links(sent: dict[str, object], part: Part) -> None:
    """Nothing is kept that leads to the inside of a Bundle which nobody has any more."""
    text = "This leads to no entry of the Bundle that can be kept before this one."
    issues = [
        Issue(text, f"{part.place}.{path}", "not-found")
        for path, reference in references(sent)
        if reference.startswith("urn:uuid:")
    ]
    if issues:
        raise Invalid(*issues)
