"""Searches: in the address, in a form, or within what is kept of one child."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.fhir_api.answers import json_answer
from services.referral.fhir_api.asking import At, Body, Id, NotTaken, Searching, Unreadable
from services.referral.fhir_api.audit_event import to_audit_event
from services.referral.fhir_api.result_shape import Shape, Summary, is_shaping, shape_of
from services.referral.fhir_api.searching import MOST_VALUES, check_chains, query_of, searchset
from services.referral.records.included import MOST_INCLUDED, Include, Included
from services.referral.records.resource import Json
from services.referral.records.search_params import find_param
from services.referral.records.search_query import Page, Query
from services.referral.use_cases.read_audit import search_audit
from services.referral.use_cases.read_records import Searched, search_resources
from shared.errors import Issue, NotFound
from shared.fhir.json import write_json
from shared.fhir.outcome import outcome
from shared.identity import Principal

FORM = "application/x-www-form-urlencoded"
_MORE = Issue(
    f"More than {MOST_INCLUDED} resources come along with this page; the rest was left out.",
    code="incomplete",
    severity="warning",
)

router = APIRouter(prefix="/fhir")

Pairs = Sequence[tuple[str, str]]


@router.get("/{type}")
def search(type: str, request: Request, who: Searching, at: At) -> Response:
    """https://hl7.org/fhir/R4/search.html"""
    return _answer(type, request.query_params.multi_items(), request, who, at)


@router.post("/{type}/_search")
def search_by_form(type: str, request: Request, body: Body, who: Searching, at: At) -> Response:
    """The same, with parameters that no log of addresses may hold in a form."""
    given = [*request.query_params.multi_items(), *_form(request, body)]
    return _answer(type, given, request, who, at)


@router.get("/Patient/{id}/{type}")
def search_of_child(type: str, id: Id, request: Request, who: Searching, at: At) -> Response:
    """What of a type is about one child: as a search by `patient`."""
    if find_param(type, "patient") is None:
        raise NotFound(f"{type} is not kept by child.")
    given = [("patient", f"Patient/{id}"), *request.query_params.multi_items()]
    return _answer(type, given, request, who, at)


def _form(request: Request, body: bytes) -> Pairs:
    kind = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if kind != FORM:
        raise NotTaken(Issue(f"Send the parameters as {FORM}.", code="not-supported"))
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_VALUES)
    except ValueError:
        raise Unreadable(Issue("This form cannot be read.", code="structure")) from None


def _answer(type: str, given: Pairs, request: Request, who: Principal, at: At) -> Response:
    prefer = request.headers.get("prefer", "")
    shape = shape_of(type, given, lenient="handling=lenient" in prefer)
    asked = query_of(type, [one for one in given if not is_shaping(one[0])], prefer)
    check_chains(asked.query, who)
    query, includes = asked.query, shape.includes
    if shape.summary is Summary.COUNT:
        query, includes = replace(query, size=0, counted=True), ()
    found = _found(query, includes, who, at)
    base = str(request.base_url).rstrip("/")
    page = searchset(found.page, replace(asked, used=(*asked.used, *shape.used)), base)
    return json_answer(write_json(_shaped(page, found.along, shape, base)))


def _found(query: Query, includes: Sequence[Include], who: Principal, at: At) -> Searched:
    """By patient, date and agent, newest first, where it is the audit that is searched."""
    if query.type != "AuditEvent":
        return search_resources(query, who=who, at=at, includes=includes)
    lines = search_audit(query, who=who, at=at)
    events = tuple(to_audit_event(line) for line in lines.rows)
    behind = (events[-1].id,) if lines.has_more else None
    return Searched(page=Page(resources=events, next=behind), along=Included())


def _shaped(page: Json, along: Included, shape: Shape, base: str) -> Json:
    """The page with as much of each resource as was asked for, then what comes along."""
    matches = [
        {**one, "resource": shape.of_match(one["resource"])} for one in page.get("entry", [])
    ]
    entries = [*matches, *_included(along, shape, base)]
    return {**page, "entry": entries} if entries else page


def _included(along: Included, shape: Shape, base: str) -> list[Json]:
    entries: list[Json] = [
        {
            "fullUrl": f"{base}/fhir/{one.reference}",
            "resource": shape.of_included(one.json),
            "search": {"mode": "include"},
        }
        for one in along.resources
    ]
    if along.is_cut_short:
        entries.append({"resource": outcome([_MORE]), "search": {"mode": "outcome"}})
    return entries
