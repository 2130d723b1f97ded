"""Each way of writing one resource: however it comes in, the same use case takes it."""

from typing import Any

from services.referral.fhir_api.changed import keep_changed, says_changed
from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.conditional import the_match
from services.referral.fhir_api.patching import patched
from services.referral.fhir_api.tasks import change_task
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.ask_for_message import ask_for_message
from services.referral.use_cases.change_consent import change_consent, create_consent
from services.referral.use_cases.change_request import change_request
from services.referral.use_cases.check_resource import refuse_with_all
from services.referral.use_cases.keep_resource import (
    NOT_SENT,
    check_update,
    create_resource,
    is_as_kept,
    unchanged,
    update_resource,
)
from services.referral.use_cases.leaving import as_changed, leaving
from services.referral.use_cases.miss_appointment import is_missed_now, keep_missed
from services.referral.use_cases.new_risks import take_new_risks
from services.referral.use_cases.raise_concern import raise_concern
from services.referral.use_cases.requested_messages import change_requested
from services.referral.use_cases.sent_concern import Part, SentConcern
from services.referral.use_cases.sent_documents import check_documents
from services.referral.use_cases.workplace import Workplace
from shared.errors import Gone, Invalid, Issue, NotFound
from shared.fhir.check import check, is_refused
from shared.identity import Principal

#: https://terminology.hl7.org/CodeSystem/v3-ObservationValue: not all of the resource.
SUBSETTED = "SUBSETTED"
_POST_MAKES = "A new one is made by POST: the server gives the ids."


def checked_body(
    type: str,
    id: str | None,
    sent: Any,
    at: Workplace,
    who: Principal,
    *,
    kept: Json | None = None,
) -> list[Issue]:
    """The warnings. Invalid with everything that is wrong with what was sent to this address."""
    issues = check(sent, now=at.clock(), code_systems=OWN)
    if not is_refused(issues) and sent["resourceType"] != type:
        text = f"This is a {sent['resourceType']}, and {type} was addressed."
        issues.append(Issue(text, "resourceType", "value"))
    if not is_refused(issues) and id is not None and sent.get("id") != id:
        issues.append(other_id(type))
    if is_refused(issues):
        refuse_with_all(issues, {type: sent}, who=who, at=at)
    check_documents(sent, scan=at.scan, kept=kept)
    return issues


def other_id(type: str) -> Issue:
    return Issue("The id of the body is not that of the address.", f"{type}.id", "value")


def created(sent: Json, record: Writing, at: Workplace) -> Resource:
    """A ServiceRequest about a child who is kept here is a concern, however it comes in."""
    subject = sent.get("subject", {}).get("reference", "")
    if sent["resourceType"] == "ServiceRequest" and subject.startswith("Patient/"):
        alone = SentConcern(parts=(Part(place="ServiceRequest", resource=sent),))
        return raise_concern(alone, record=record, rules=at.rules).kept[0]
    made = created_part(sent, record, at)
    take_new_risks([made], record=record, rules=at.rules)
    return made


def created_part(sent: Json, record: Writing, at: Workplace) -> Resource:
    """One of several that are sent together: whoever sends them takes their risks together."""
    if sent["resourceType"] == "Consent":
        return create_consent(sent, record=record, rules=at.rules)
    if sent["resourceType"] == "CommunicationRequest":
        return ask_for_message(sent, record=record, rules=at.rules)
    if says_changed(sent):
        return keep_changed(sent, record=record, rules=at.rules)
    return create_resource(sent, record=record, rules=at.rules)


def create_unless(
    sent: Json, query: str | None, record: Writing, at: Workplace
) -> tuple[Resource, bool]:
    """The resource, and whether it is new: the one that fits the query is left as it is."""
    found = the_match(sent["resourceType"], query, record) if query else None
    if found is None:
        return created(sent, record, at), True
    record.note("read", found)
    return found, False


def update_one(
    type: str, id: str, sent: Json, version: int | None, record: Writing, at: Workplace
) -> Resource:
    """The next version. NotFound where there is none: nobody chooses the id of a new one."""
    return changed(to_change(type, id, record), sent, version, record, at)


def update_match(
    type: str, query: str, sent: Json, version: int | None, record: Writing, at: Workplace
) -> tuple[Resource, bool]:
    """The next version of the only one that fits, or a new one where none does.

    Invalid where the body has an id that is not that one's.
    """
    _check_changes(type)
    found = the_match(type, query, record)
    if found is None and "id" in sent:
        raise Invalid(Issue(f"None fits this query. {_POST_MAKES}", f"{type}.id", "value"))
    if found is None:
        return created(sent, record, at), True
    if sent.get("id", found.id) != found.id:
        raise Invalid(other_id(type))
    return changed(found, {**sent, "id": found.id}, version, record, at), False


def patch_one(
    old: Resource, sent: Any, kind: str, version: int | None, record: Writing, at: Workplace
) -> tuple[Resource, list[Issue]]:
    """The next version after a patch of this content type, with what to heed."""
    after = patched(leaving(old, record).json, sent, kind)
    warnings = checked_body(old.type, old.id, after, at, record.who, kept=old.json)
    return changed(old, after, version, record, at), warnings


def match_to_patch(type: str, query: str, record: Writing) -> Resource:
    """The only one that fits; NotFound without one."""
    _check_changes(type)
    found = the_match(type, query, record)
    if found is None:
        raise NotFound("None that you may see fits this query.")
    return found


def to_change(type: str, id: str, record: Writing) -> Resource:
    """As it is now; NotFound, Gone, and Invalid for a type that nobody changes."""
    _check_changes(type)
    try:
        return record.resource(type, id)
    except Gone:
        raise
    except NotFound as none:
        raise NotFound(f"{none} {_POST_MAKES}") from none


def changed(
    old: Resource, sent: Json, version: int | None, record: Writing, at: Workplace
) -> Resource:
    """The next version; the same one where nothing is changed, so that a repeat is harmless."""
    _check_whole(sent)
    sent = as_changed(old, sent, record)
    if old.type == "Task":
        return change_task(old, sent, version, record=record, at=at)
    if is_as_kept(old, sent):
        check_update(old, record=record, version=version)
        return unchanged(old, record=record)
    if old.type == "ServiceRequest" and sent["status"] != old.json["status"]:
        return change_request(old, sent, version, record=record, rules=at.rules)
    if old.type == "Consent":
        return change_consent(old, sent, version, record=record, rules=at.rules)
    if old.type == "CommunicationRequest":
        return change_requested(old, sent, version, record=record)
    if is_missed_now(old, sent):
        return keep_missed(old, sent, version, record=record, rules=at.rules)
    made = update_resource(old.type, old.id, sent, record=record, version=version)
    take_new_risks([made], record=record, rules=at.rules)
    return made


def _check_whole(sent: Json) -> None:
    """What a search gave in part would lose the rest."""
    if any(tag.get("code") == SUBSETTED for tag in sent.get("meta", {}).get("tag", [])):
        text = "This is a part of the resource, as its tag says. Read it whole and change that."
        raise Invalid(Issue(text, f"{sent['resourceType']}.meta.tag", "business-rule"))


def _check_changes(type: str) -> None:
    if type == "AuditEvent":
        raise Invalid(Issue(NOT_SENT[type], type, "business-rule"))
