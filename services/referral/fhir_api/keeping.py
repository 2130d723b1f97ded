"""Each way of writing one resource: however it comes in, the same use case takes it."""

from typing import Any

from services.referral.fhir_api.changed import keep_changed, says_changed
from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.tasks import change_task
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.ask_for_message import ask_for_message
from services.referral.use_cases.change_consent import change_consent, create_consent
from services.referral.use_cases.change_request import change_request
from services.referral.use_cases.keep_resource import create_resource, update_resource
from services.referral.use_cases.leaving import as_changed
from services.referral.use_cases.new_risks import take_new_risks
from services.referral.use_cases.raise_concern import raise_concern
from services.referral.use_cases.sent_concern import Part, SentConcern
from services.referral.use_cases.sent_documents import check_documents
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue
from shared.fhir.check import check, is_refused


def checked_body(
    type: str, id: str | None, sent: Any, at: Workplace, *, kept: Json | None = None
) -> list[Issue]:
    """The warnings. Invalid with everything that is wrong with what was sent to this address."""
    issues = check(sent, now=at.clock(), code_systems=OWN)
    if not is_refused(issues) and sent["resourceType"] != type:
        text = f"This is a {sent['resourceType']}, and {type} was addressed."
        issues.append(Issue(text, "resourceType", "value"))
    if not is_refused(issues) and id is not None and sent.get("id") != id:
        issues.append(
            Issue("The id of the body is not that of the address.", f"{type}.id", "value")
        )
    if is_refused(issues):
        raise Invalid(*issues)
    check_documents(sent, scan=at.scan, kept=kept)
    return issues


def created(sent: Json, record: Writing, at: Workplace) -> Resource:
    """A ServiceRequest about a child who is kept here is a concern, however it comes in."""
    subject = sent.get("subject", {}).get("reference", "")
    if sent["resourceType"] == "ServiceRequest" and subject.startswith("Patient/"):
        alone = SentConcern(parts=(Part(place="ServiceRequest", resource=sent),))
        return raise_concern(alone, record=record, rules=at.rules).kept[0]
    if sent["resourceType"] == "Consent":
        return create_consent(sent, record=record, rules=at.rules)
    if sent["resourceType"] == "CommunicationRequest":
        return ask_for_message(sent, record=record, rules=at.rules)
    if says_changed(sent):
        return keep_changed(sent, record=record, rules=at.rules)
    made = create_resource(sent, record=record, rules=at.rules)
    take_new_risks([made], record=record, rules=at.rules)
    return made


def changed(
    old: Resource, sent: Json, version: int | None, record: Writing, at: Workplace
) -> Resource:
    """The next version."""
    sent = as_changed(old, sent, record)
    if old.type == "Task":
        return change_task(old, sent, version, record=record, at=at)
    if old.type == "ServiceRequest" and sent["status"] != old.json["status"]:
        return change_request(old, sent, version, record=record, rules=at.rules)
    if old.type == "Consent":
        return change_consent(old, sent, version, record=record, rules=at.rules)
    made = update_resource(old.type, old.id, sent, record=record, version=version)
    take_new_risks([made], record=record, rules=at.rules)
    return made
