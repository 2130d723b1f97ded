"""What a transaction does, step by step in FHIR's order; what cannot be done is gathered.

https://hl7.org/fhir/R4/http.html#trules
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.asking import check_scope
from services.referral.fhir_api.changed import says_changed
from services.referral.fhir_api.conditional import the_match
from services.referral.fhir_api.entries import Entry, Method
from services.referral.fhir_api.keeping import (
    changed,
    other_id,
    patch_one,
    to_change,
)
from services.referral.fhir_api.patch_entries import read_patch
from services.referral.fhir_api.transaction_parts import keep_together
from services.referral.fhir_api.transaction_state import CREATED, DELETED, OK, Work
from services.referral.records.holding import hold_matching
from services.referral.records.resource import Json
from services.referral.use_cases.delete_resource import delete_resource
from services.referral.use_cases.raise_concern import raise_concern
from services.referral.use_cases.sent_concern import Part, SentConcern
from shared.errors import Invalid, Issue, NotFound
from shared.fhir.references import references, rewrite_references
from shared.fhir.types import STORED_TYPES


def do_all(work: Work) -> None:
    """Everything but the reading."""
    _each(work, work.of(Method.DELETE), _delete)
    if work.of(Method.DELETE):
        work.settle()
    _find_matches(work)
    _link(work)
    _create(work)
    for entry in work.of(Method.PUT, Method.PATCH):
        if entry.place not in work.done:
            work.settle()
            _each(work, [entry], _change)


def _each(work: Work, entries: Sequence[Entry], act: Callable[[Entry, Work], None]) -> None:
    for entry in entries:
        work.attempt(entry.place, partial(act, entry, work))


def _delete(entry: Entry, work: Work) -> None:
    id, version = entry.id or "", entry.if_match
    made = delete_resource(entry.type, id, record=work.record, version=version)
    work.done[entry.place] = made, DELETED


def _find_matches(work: Work) -> None:
    """Which resources the queries mean: of entries, and of conditional references in them."""
    asking = [one for one in work.entries if one.condition]
    pointing = {reference for one in work.entries for _, reference in _conditional(one)}
    types = {one.type for one in asking} | {one.partition("?")[0] for one in pointing}
    for type in sorted(types):  # in one order, so that no two wait for each other
        hold_matching(work.record, type)
    _each(work, asking, _match)
    _each(work, [one for one in work.entries if any(_conditional(one))], _match_references)
    _check_each_alone(work)


def _conditional(entry: Entry) -> Iterator[tuple[str, str]]:
    """The references that are queries, `Patient?identifier=…`, with their places."""
    for path, reference in references(entry.resource):
        if reference.partition("?")[0] in STORED_TYPES and "?" in reference:
            yield path, reference


def _match(entry: Entry, work: Work) -> None:
    found = the_match(entry.type, entry.condition or "", work.record)
    if found is None:
        if entry.method is Method.PATCH:
            raise NotFound("None that you may see fits this query.")
        if entry.method is Method.PUT and "id" in entry.resource:
            raise Invalid(other_id(entry.type))
        return
    work.matches[entry.place] = found
    if entry.method is Method.POST:
        work.record.note("read", found)
        work.done[entry.place] = found, OK


def _match_references(entry: Entry, work: Work) -> None:
    for path, reference in _conditional(entry):
        type, _, query = reference.partition("?")
        check_scope(work.record.who, type, Interaction.SEARCH)
        found = work.links.get(reference) or the_match(type, query, work.record)
        if found is None:
            text = "This reference fits nothing that is kept here and that you may see."
            raise Invalid(Issue(text, f"{entry.resource_place}.{path}", "not-found"))
        work.links[reference] = found if isinstance(found, str) else found.reference


def _check_each_alone(work: Work) -> None:
    """https://hl7.org/fhir/R4/http.html#trules: no two entries are about the same resource."""
    seen: dict[tuple[str, str], str] = {}
    for entry in work.entries:
        target = _target(entry, work)
        if target and target in seen:
            text = f"{seen[target]} is about the same {entry.type}: each may be named once."
            wrong = Issue(text, f"{entry.place}.request.url", "duplicate")
            work.failed.append((entry.place, Invalid(wrong)))
        if target:
            seen.setdefault(target, entry.place)


def _target(entry: Entry, work: Work) -> tuple[str, str] | None:
    """What an entry changes or makes, as far as that can be told; None otherwise."""
    found = work.matches.get(entry.place)
    if entry.method is Method.GET or (found and entry.method is Method.POST):
        return None
    id = found.id if found else entry.id or entry.condition
    return (entry.type, id) if id else None


def _link(work: Work) -> None:
    """Where references to what is kept already lead."""
    for entry in work.entries:
        found = work.matches.get(entry.place)
        id = found.id if found else entry.id
        if entry.full_url and id:
            work.links[entry.full_url] = f"{entry.type}/{id}"


def _create(work: Work) -> None:
    """A concern as a whole; anything else in the order in which one needs the other."""
    new = [one for one in work.of(Method.POST, Method.PUT) if _is_new(one, work)]
    parts = [
        Part(
            place=one.resource_place,
            resource=rewrite_references(one.resource, work.links),
            full_url=one.full_url,
        )
        for one in new
    ]
    if any(part.type == "ServiceRequest" for part in parts):
        work.attempt("", partial(_raise, new, parts, work))
    elif parts:
        keep_together(new, parts, work)


def _is_new(entry: Entry, work: Work) -> bool:
    return entry.place not in work.matches and entry.id is None


def _raise(new: Sequence[Entry], parts: Sequence[Part], work: Work) -> None:
    _check_tells_nobody(parts)
    sent = SentConcern(parts=tuple(parts))
    work.raised = raise_concern(sent, record=work.record, rules=work.at.rules)
    for entry, kept in zip(new, work.raised.kept, strict=True):
        known = entry.type == "Patient" and work.raised.child_was_known
        work.done[entry.place] = kept, OK if known else CREATED
        if entry.full_url:
            work.links[entry.full_url] = kept.reference


def _check_tells_nobody(parts: Sequence[Part]) -> None:
    """What asks somebody to act is about a referral, and there is none before the concern is."""
    issues = [
        Issue("Send this when the concern has its Tasks.", part.place, "business-rule")
        for part in parts
        if part.type == "CommunicationRequest" or says_changed(part.resource)
    ]
    if issues:
        raise Invalid(*issues)


def _change(entry: Entry, work: Work) -> None:
    found, record = work.matches.get(entry.place), work.record
    old = to_change(entry.type, found.id if found else entry.id or "", record)
    resource: Json = rewrite_references(entry.resource, work.links)
    if entry.method is Method.PATCH:
        patch, kind = read_patch(resource)
        made, _ = patch_one(old, patch, kind, entry.if_match, record, work.at)
    else:
        if resource.get("id", old.id) != old.id:
            raise Invalid(other_id(old.type))
        made = changed(old, {**resource, "id": old.id}, entry.if_match, record, work.at)
    work.done[entry.place] = made, OK
