"""Take a concern: find the child, keep the story, and ask every service that can help."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.referral.domain import access
from services.referral.domain.agreement import shared_tags
from services.referral.domain.changes import Change
from services.referral.domain.concern import Concern, ConcernStatus
from services.referral.domain.referral import ChildId, ConcernId, OrganisationId
from services.referral.domain.routing import Routing
from services.referral.records.agreements import consent_issues
from services.referral.records.holding import hold_child
from services.referral.records.ids import new_id
from services.referral.records.matching import same_child
from services.referral.records.provenance import provenance
from services.referral.records.resource import Json, Place, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.refer_concern import (
    CHILD_INDEX,
    Referred,
    agreements_in,
    refer,
    suggest,
    tags_of,
    write_referrals,
)
from services.referral.use_cases.sent_concern import (
    Part,
    SentConcern,
    reference_issues,
    requester_issues,
    subject_issues,
)
from services.referral.use_cases.telling import tell
from shared.errors import Invalid, Issue, NotAllowed
from shared.fhir.references import rewrite_references


@dataclass(frozen=True, kw_only=True)
class Raised:
    """What became of a concern: each part as it is kept, the referrals made, and the routing."""

    concern: str
    child_was_known: bool
    kept: tuple[Resource, ...]
    referrals: tuple[Resource, ...]
    routing: Routing


def raise_concern(sent: SentConcern, *, record: Writing, rules: Rulebook) -> Raised:
    """Keep what was sent and ask every service that can help, or refuse with all that is wrong.

    Raises Invalid, NotAllowed, Stopped (danger now: nothing is stored) and AlreadyOpen.
    """
    access.check_raise(record.who)
    _check(sent, record)
    known = _known_child(sent, record)
    child = known.json if known else _sent_child(sent)
    routing = suggest(sent, child, record=record, rules=rules)
    concern = _concern(sent, known, record)
    referred = _refer(concern, sent, child, routing, record, rules, known is not None)
    place = Place(
        tags=referred.tags, child=concern.child, concern=concern.id, origin=concern.setting
    )
    kept = _keep(sent, concern, known, place, record)
    tasks = [] if sent.is_draft else _write(referred, sent, kept, place, record)
    _trace("draft" if sent.is_draft else "raise", [*kept.values(), *tasks], place, record)
    tell(record, referred.change, "raise")
    return Raised(
        concern=concern.id,
        child_was_known=known is not None,
        kept=tuple(kept[part.place] for part in sent.parts),
        referrals=tuple(tasks),
        routing=routing,
    )


def submit_concern(
    draft: Resource, request: Json, *, record: Writing, rules: Rulebook
) -> list[Resource]:
    """Send a concern that was kept as a draft: from now on its clocks run. Answers the Tasks."""
    access.check_raise(record.who)
    access.check_change(record.who, draft.type, draft.place.origin)
    kept = [one for one in record.of_concern(draft.id) if one.type != "Provenance"]
    sent = SentConcern(
        parts=tuple(
            Part(place=one.type, resource=request if one.id == draft.id else one.json)
            for one in kept
        )
    )
    child = record.resource("Patient", draft.place.child or "")
    concern = Concern(
        id=ConcernId(draft.id),
        child=ChildId(child.id),
        setting=OrganisationId(draft.place.origin or ""),
    )
    routing = suggest(sent, child.json, record=record, rules=rules)
    referred = refer(concern, sent, child.json, routing, record=record, rules=rules)
    place = replace(draft.place, tags=referred.tags)
    record.retag(draft.id, place.tags)
    record.let_see(child, place.tags)
    submitted = record.update(draft, request, place)
    tasks = write_referrals(referred.concern, child, request, place, record=record)
    _trace("raise", [submitted, *tasks], place, record)
    tell(record, referred.change, "raise")
    return tasks


def _check(sent: SentConcern, record: Writing) -> None:
    forbidden = list(requester_issues(record, sent, record.who))
    if forbidden:
        raise NotAllowed(f"{forbidden[0].text} ({forbidden[0].expression})")
    issues = [*reference_issues(record, sent), *subject_issues(sent)]
    for part in sent.parts:
        if part.type == "Consent":
            issues += consent_issues(part.resource, part.place)
    if issues:
        raise Invalid(*issues)


def _known_child(sent: SentConcern, record: Writing) -> Resource | None:
    """The child as kept already. The index sees every child, so that nobody is made twice."""
    if sent.patient is None:
        subject = sent.request.resource["subject"].get("reference", "")
        found = record.find("Patient", subject.removeprefix("Patient/"))
        hold_child(record, found.json if found else {})
        return found
    hold_child(record, sent.patient.resource)
    with record.seeing_as(CHILD_INDEX):
        return same_child(record, sent.patient.resource)


def _sent_child(sent: SentConcern) -> Json:
    if sent.patient is None:
        text = "The ServiceRequest must say about which child it is."
        raise Invalid(Issue(text, f"{sent.request.place}.subject", "required"))
    return sent.patient.resource


def _concern(sent: SentConcern, known: Resource | None, record: Writing) -> Concern:
    return Concern(
        id=ConcernId(new_id()),
        child=ChildId(known.id if known else new_id()),
        setting=OrganisationId(record.who.organisation or ""),
        status=ConcernStatus.DRAFT if sent.is_draft else ConcernStatus.ACTIVE,
    )


def _refer(
    concern: Concern,
    sent: SentConcern,
    child: Json,
    routing: Routing,
    record: Writing,
    rules: Rulebook,
    is_known: bool,
) -> Referred:
    """A draft asks nobody yet."""
    if sent.is_draft:
        nothing = Change(concern=concern, happened=())
        tags = shared_tags(tags_of(concern, child, record.who, rules), concern, agreements_in(sent))
        return Referred(change=nothing, tags=tags)
    return refer(concern, sent, child, routing, record=record, rules=rules, is_known=is_known)


def _keep(
    sent: SentConcern, concern: Concern, known: Resource | None, place: Place, record: Writing
) -> dict[str, Resource]:
    """Every part by its place, each reference leading to what is kept."""
    ids = {part.place: _id_of(part, concern) for part in sent.parts}
    links = {
        part.full_url: f"{part.type}/{ids[part.place]}" for part in sent.parts if part.full_url
    }
    if known:
        record.let_see(known, place.tags)
    return {
        part.place: known
        if known and part.type == "Patient"
        else _keep_part(part, ids[part.place], links, place, record)
        for part in sent.parts
    }


def _id_of(part: Part, concern: Concern) -> str:
    return {"Patient": concern.child, "ServiceRequest": concern.id}.get(part.type) or new_id()


def _keep_part(
    part: Part, id: str, links: Mapping[str, str], place: Place, record: Writing
) -> Resource:
    """A child belongs to no one concern: whoever helps with any of them sees who it is."""
    where = replace(place, concern=None) if part.type == "Patient" else place
    return record.create(rewrite_references(part.resource, links), where, id=id)


def _write(
    referred: Referred,
    sent: SentConcern,
    kept: Mapping[str, Resource],
    place: Place,
    record: Writing,
) -> list[Resource]:
    patients = [one for one in kept.values() if one.type == "Patient"]
    child = patients[0] if patients else record.resource("Patient", referred.concern.child)
    request = sent.request.resource
    return write_referrals(referred.concern, child, request, place, record=record)


def _trace(move: str, made: list[Resource], place: Place, record: Writing) -> None:
    """Who brought it and when, in the record and in the audit."""
    record.create(provenance(move, made, record.who, record.now), place)
    record.note(move, made[0], " ".join(one.reference for one in made))
