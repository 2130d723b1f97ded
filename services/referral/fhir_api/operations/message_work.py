"""What a message does: raises a concern, changes it, or takes it back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from services.referral.domain.same_child import Grade, match
from services.referral.fhir_api.keeping import changed
from services.referral.fhir_api.operations.message import Message, Reason, words_of
from services.referral.records.ids import new_id
from services.referral.records.matching import particulars
from services.referral.records.resource import Json, Resource
from services.referral.records.search import Criterion, Query, search
from services.referral.records.writing import Writing
from services.referral.use_cases.leaving import as_changed
from services.referral.use_cases.message_memory import links_of, remember_links
from services.referral.use_cases.new_risks import take_new_risks
from services.referral.use_cases.raise_concern import Raised, raise_concern
from services.referral.use_cases.sent_concern import Part, SentConcern, reference_issues
from services.referral.use_cases.withdraw_concern import withdraw_concern
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, Invalid, Issue
from shared.fhir.references import reference_parts, rewrite_references

#: A ServiceRequest in one of these can still be changed by its sender.
_OPEN = frozenset({"draft", "active", "on-hold"})
#: As a sender sees it who does not know whether all of its referrals are paused.
_GOING_ON = frozenset({"active", "on-hold"})
_OURS = frozenset({"id", "meta"})


@dataclass(frozen=True, kw_only=True)
class Done:
    """The ServiceRequest as it is now, the Tasks that were made, and what to tell the sender."""

    request: Resource
    tasks: tuple[Resource, ...] = ()
    told: tuple[Issue, ...] = ()


def do(message: Message, record: Writing, at: Workplace) -> Done:
    """Raises what the same would raise that came otherwise."""
    return _WORK[message.reason](message, record, at)


def _raise(message: Message, record: Writing, at: Workplace) -> Done:
    besides = frozenset(url for _, url in message.besides if url)
    sent = SentConcern(parts=message.parts, besides=besides)
    raised = raise_concern(sent, record=record, rules=at.rules)
    pairs = zip(message.parts, raised.kept, strict=True)
    links = {part.full_url: one.reference for part, one in pairs if part.full_url}
    remember_links(record, message.request.full_url, links)
    request = next(one for one in raised.kept if one.type == "ServiceRequest")
    return Done(request=request, tasks=raised.referrals, told=tuple(_in_words(raised)))


def _in_words(raised: Raised) -> Iterator[Issue]:
    for task in raised.referrals:
        yield _information(f"{task.reference} {task.json['reasonCode']['text']}.")
    for words in raised.routing.meanwhile:
        yield _information(f"Meanwhile: {words}")
    for words in raised.routing.tell:
        yield _information(f"Tell: {words}")


def _information(text: str) -> Issue:
    return Issue(text, code="informational", severity="information")


def _update(message: Message, record: Writing, at: Workplace) -> Done:
    """Each part that came before is changed where it differs; what is new is added."""
    if message.request.resource["status"] == "revoked":
        return _cancel(message, record, at)
    request = _meant(message, record)
    if request.json["status"] not in _OPEN:
        raise Conflict(f"This concern is {request.json['status']}: nothing of it is changed now.")
    links = _links(message, request, record)
    _check_references(message, record)
    told: list[Issue] = []
    made = [_kept(part, links, request, told, record, at) for part in message.parts]
    take_new_risks([one for one in made if one.version == 1], record=record, rules=at.rules)
    remember_links(record, message.request.full_url, links)
    now = next(one for one in made if one.type == "ServiceRequest")
    return Done(request=now, told=tuple(told))


def _cancel(message: Message, record: Writing, at: Workplace) -> Done:
    request = _meant(message, record)
    notes = message.request.resource.get("note", [])
    why = (notes[-1].get("text") if notes else None) or words_of(message.header)
    withdraw_concern(request.id, why, record=record, rules=at.rules)
    return Done(request=record.written("ServiceRequest", request.id))


_WORK: Mapping[Reason, Callable[[Message, Writing, Workplace], Done]] = {
    Reason.NEW: _raise,
    Reason.UPDATE: _update,
    Reason.CANCELLED: _cancel,
}


def _meant(message: Message, record: Writing) -> Resource:
    """The ServiceRequest that is kept: by our id, by an identifier, or by how the sender called it
    when it was new. Invalid where none is known that the sender may see."""
    part = message.request
    named = [part.resource.get("id"), links_of(record, part.full_url).get(part.full_url or "")]
    if parts := reference_parts(part.full_url or ""):
        named.append(parts[1])
    for id in named:
        found = record.find("ServiceRequest", str(id).rpartition("/")[2]) if id else None
        if found:
            return found
    found = _identified(part.resource.get("identifier", []), record)
    if found is None:
        text = "This is about no concern that was sent before and that you may see."
        raise Invalid(Issue(text, part.place, "not-found"))
    return found


def _identified(identifiers: list[Json], record: Writing) -> Resource | None:
    """The only one with one of these."""
    values = tuple(
        f"{one.get('system', '')}|{one['value']}" for one in identifiers if "value" in one
    )
    if not values:
        return None
    criterion = Criterion(name="identifier", values=values)
    found = search(record, Query(type="ServiceRequest", criteria=(criterion,), size=2)).resources
    return found[0] if len(found) == 1 else None


def _links(message: Message, request: Resource, record: Writing) -> dict[str, str]:
    """What each part is here, or will be, by its `fullUrl`."""
    known = links_of(record, message.request.full_url)
    new = {part.full_url: f"{part.type}/{new_id()}" for part in message.parts if part.full_url}
    links = {**new, **known, message.request.full_url or "": request.reference}
    for part in message.parts:
        if part.full_url and part.type == "Patient":
            links[part.full_url] = f"Patient/{request.place.child}"
    return links


def _check_references(message: Message, record: Writing) -> None:
    besides = frozenset(url for _, url in message.besides if url)
    issues = list(reference_issues(record, SentConcern(parts=message.parts, besides=besides)))
    if issues:
        raise Invalid(*issues)


def _kept(
    part: Part,
    links: Mapping[str, str],
    request: Resource,
    told: list[Issue],
    record: Writing,
    at: Workplace,
) -> Resource:
    old = _kept_before(part, links, request, record)
    sent = rewrite_references(part.resource, links)
    if old is None:
        place = replace(request.place, origin=record.who.organisation)
        named = links.get(part.full_url or "", "").partition("/")[2]
        made = record.create(sent, place, id=named or None)
        record.note("create", made)
        return made
    sent = _as_next(old, sent, record)
    if _content(sent) == _content(old.json):
        return old
    if part.type == "Patient" and not _is_senders(old, sent, part, record):
        text = (
            f"The particulars of the child were changed by somebody else since, and stay as they "
            f"are: read {old.reference} and change that."
        )
        told.append(Issue(text, part.place, "conflict", "warning"))
        return old
    return changed(old, sent, old.version, record, at)


def _kept_before(
    part: Part, links: Mapping[str, str], request: Resource, record: Writing
) -> Resource | None:
    if part.type == "ServiceRequest":
        return request
    kind, _, id = links.get(part.full_url or "", "").partition("/")
    return record.find(kind, id) if kind == part.type else None


def _as_next(old: Resource, sent: Json, record: Writing) -> Json:
    """Under our id; and with our status where the sender says no more than that it goes on."""
    sent = as_changed(old, {**sent, "id": old.id}, record)
    if old.type == "ServiceRequest" and {sent["status"], old.json["status"]} <= _GOING_ON:
        return {**sent, "status": old.json["status"]}
    return sent


def _content(resource: Json) -> Json:
    """All but what the server owns."""
    meta = {
        key: value
        for key, value in resource.get("meta", {}).items()
        if key not in ("versionId", "lastUpdated")
    }
    rest = {key: value for key, value in resource.items() if key not in _OURS}
    return {**rest, "meta": meta} if meta else rest


def _is_senders(old: Resource, sent: Json, part: Part, record: Writing) -> bool:
    """Whether nobody else has written it since. Invalid where this is another child."""
    if match(particulars(old.json), particulars(sent)).grade in (Grade.NOT, Grade.POSSIBLE):
        text = "This is not the child of the concern. Take it back, and send a new one."
        raise Invalid(Issue(text, part.place, "business-rule"))
    return record.version(old.type, old.id, old.version).by == record.who.reference
