"""The FHIR REST API: each route asks a use case and answers with the stored bytes."""

from typing import Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from services.referral.fhir_api.answers import (
    bundle,
    json_answer,
    location,
    resource_answer,
)
from services.referral.fhir_api.asking import (
    At,
    Body,
    Changing,
    Creating,
    Id,
    IfMatch,
    Looking,
    Searching,
    Sent,
    Version,
    Who,
)
from services.referral.fhir_api.capability import capability_statement
from services.referral.fhir_api.changed import keep_changed, says_changed
from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.oauth import WayIn
from services.referral.fhir_api.patching import patched
from services.referral.fhir_api.searching import query_of, searchset
from services.referral.fhir_api.tasks import change_task
from services.referral.fhir_api.transactions import take_transaction
from services.referral.records.resource import Json, Resource, instant
from services.referral.records.writing import Writing
from services.referral.use_cases.ask_for_message import ask_for_message
from services.referral.use_cases.change_consent import change_consent, create_consent
from services.referral.use_cases.change_request import change_request
from services.referral.use_cases.check_resource import refuse_with_all
from services.referral.use_cases.keep_resource import NOT_SENT, create_resource, update_resource
from services.referral.use_cases.leaving import as_changed, leaving
from services.referral.use_cases.new_risks import take_new_risks
from services.referral.use_cases.raise_concern import raise_concern
from services.referral.use_cases.read_records import (
    read_history,
    read_resource,
    search_resources,
)
from services.referral.use_cases.sent_concern import Part, SentConcern
from services.referral.use_cases.sent_documents import check_documents
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue, NotFound
from shared.fhir.check import check, is_refused
from shared.fhir.codes import OWN_CODE_SYSTEMS, code_system_resource, value_set_resource
from shared.fhir.json import write_json
from shared.identity import Principal

#: Longer ones do not fit into an index of the database.
LONGEST_KEY = 255

router = APIRouter(prefix="/fhir")


@router.get("/metadata")
def metadata(gate: WayIn) -> Response:
    return json_answer(write_json(capability_statement(gate.base)))


@router.get("/CodeSystem")
def code_systems() -> Response:
    entries = [{"resource": code_system_resource(url, codes)} for url, codes in OWN.items()]
    return json_answer(write_json(bundle("searchset", entries, total=len(entries))))


@router.get("/CodeSystem/{name}")
def code_system(name: str) -> Response:
    url = f"{OWN_CODE_SYSTEMS}{name}"
    if url not in OWN:
        raise NotFound("There is no such code system here.")
    return json_answer(write_json(code_system_resource(url, OWN[url])))


@router.get("/ValueSet/{name}")
def value_set(name: str) -> Response:
    url = f"{OWN_CODE_SYSTEMS}{name}"
    if url not in OWN:
        raise NotFound("There is no such value set here.")
    return json_answer(write_json(value_set_resource(url)))


@router.post("")
@router.post("/", include_in_schema=False)
def transaction(
    sent: Sent,
    body: Body,
    who: Who,
    at: At,
    idempotency_key: str | None = Header(None, max_length=LONGEST_KEY),
) -> Response:
    """A concern, or resources that belong together, as a transaction Bundle."""
    return json_answer(take_transaction(sent, body, key=idempotency_key, who=who, at=at))


@router.get("/{type}")
def search(type: str, request: Request, who: Searching, at: At) -> Response:
    query = query_of(type, request.query_params.multi_items(), request.headers.get("prefer"))
    page = search_resources(query.query, who=who, at=at)
    return json_answer(write_json(searchset(page, query, str(request.base_url).rstrip("/"))))


@router.post("/{type}")
def create(type: str, sent: Sent, who: Creating, at: At) -> Response:
    now = at.clock()
    _check_body(type, None, sent, at, who)
    with at.records.writing(who, now=now) as record:
        made = leaving(_created(sent, record, at), record)
    return resource_answer(made, 201)


@router.get("/{type}/{id}")
def read(type: str, id: Id, request: Request, who: Looking, at: At) -> Response:
    found = read_resource(type, id, who=who, at=at)
    seen = request.headers.get("if-none-match", "").removeprefix("W/").strip('"')
    if seen == str(found.version):
        return Response(status_code=304, headers={"ETag": f'W/"{found.version}"'})
    return resource_answer(found)


@router.get("/{type}/{id}/_history")
def history(type: str, id: Id, who: Looking, at: At) -> Response:
    versions = read_history(type, id, who=who, at=at)
    entries = [_history_entry(one) for one in versions]
    return json_answer(write_json(bundle("history", entries, total=len(entries))))


@router.get("/{type}/{id}/_history/{version}")
def read_version(type: str, id: Id, version: Version, who: Looking, at: At) -> Response:
    return resource_answer(read_resource(type, id, who=who, at=at, version=version))


@router.put("/{type}/{id}")
def update(type: str, id: Id, sent: Sent, who: Changing, at: At, version: IfMatch) -> Response:
    _check_changes(type)
    now = at.clock()
    _check_body(type, id, sent, at, who)
    with at.records.writing(who, now=now) as record:
        old = record.resource(type, id)
        made = leaving(_changed(old, sent, version, record, at), record)
    return resource_answer(made)


@router.patch("/{type}/{id}")
def patch(
    type: str, id: Id, request: Request, sent: Sent, who: Changing, at: At, version: IfMatch
) -> Response:
    _check_changes(type)
    now = at.clock()
    with at.records.writing(who, now=now) as record:
        old = record.resource(type, id)
        changed = patched(leaving(old, record).json, sent, request.headers.get("content-type", ""))
        _check_body(type, id, changed, at, who, kept=old.json)
        made = leaving(_changed(old, changed, version, record, at), record)
    return resource_answer(made)


def _created(sent: Json, record: Writing, at: Workplace) -> Resource:
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


def _changed(
    old: Resource, sent: Json, version: int | None, record: Writing, at: Workplace
) -> Resource:
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


def _check_changes(type: str) -> None:
    if type == "AuditEvent":
        raise Invalid(Issue(NOT_SENT[type], type, "business-rule"))


def _check_body(
    type: str,
    id: str | None,
    sent: Any,
    at: Workplace,
    who: Principal,
    *,
    kept: Json | None = None,
) -> None:
    issues = check(sent, now=at.clock(), code_systems=OWN)
    if not is_refused(issues) and sent["resourceType"] != type:
        text = f"This is a {sent['resourceType']}, and {type} was addressed."
        issues.append(Issue(text, "resourceType", "value"))
    if not is_refused(issues) and id is not None and sent.get("id") != id:
        issues.append(
            Issue("The id of the body is not that of the address.", f"{type}.id", "value")
        )
    if is_refused(issues):
        refuse_with_all(issues, {type: sent}, who=who, at=at)
    check_documents(sent, scan=at.scan, kept=kept)


def _history_entry(one: Resource) -> Json:
    made = one.version == 1
    return {
        "fullUrl": f"/fhir/{one.reference}",
        "resource": one.json,
        "request": {
            "method": "POST" if made else "PUT",
            "url": one.type if made else one.reference,
        },
        "response": {
            "status": "201" if made else "200",
            "location": location(one),
            "etag": f'W/"{one.version}"',
            "lastModified": instant(one.last_updated),
        },
    }
