"""Answers of the FHIR API: resources with their headers, and failures as OperationOutcomes."""

import math
from collections.abc import Sequence
from dataclasses import replace

from fastapi.responses import Response

from services.referral.domain.moves import MOVES
from services.referral.domain.referral import MoveRefused
from services.referral.fhir_api.asking import NotSignedIn, NotTaken, Unreadable
from services.referral.fhir_api.task_moves import statuses_of
from services.referral.records.resource import Json, Resource
from services.referral.use_cases.ask_notify import NotReached
from services.referral.use_cases.delete_resource import Stays
from services.referral.use_cases.refer_concern import AlreadyOpen, Stopped
from shared.documents.scanner import NotScanned
from shared.errors import Conflict, Failure, Gone, Invalid, Issue, NotAllowed, NotFound, Stale
from shared.fhir.json import write_json
from shared.fhir.outcome import outcome
from shared.pace import TooFast

MEDIA_TYPE = "application/fhir+json"


class NoVersion(Failure):
    """A Task is changed only by someone who says which version they have seen."""


class SeveralFit(Failure):
    """More than one fits a query by which one was meant."""


class SeveralWrong(Failure):
    """Several entries of a transaction cannot be done, each with its place; nothing was done."""

    def __init__(self, failed: Sequence[tuple[str, Failure]]) -> None:
        super().__init__("Nothing of this was done.")
        self.failed = tuple(failed)


#: Each failure's status and issue code; the first that fits counts.
_ANSWERS: tuple[tuple[type[Failure], int, str], ...] = (
    (NotSignedIn, 401, "login"),
    (NotAllowed, 403, "forbidden"),
    (Gone, 410, "deleted"),
    (NotFound, 404, "not-found"),
    (NoVersion, 428, "required"),
    (SeveralFit, 412, "multiple-matches"),
    (Stays, 405, "not-supported"),
    (Stale, 412, "conflict"),
    (MoveRefused, 422, "business-rule"),
    (Stopped, 422, "business-rule"),
    (AlreadyOpen, 409, "duplicate"),
    (Conflict, 409, "conflict"),
    (NotTaken, 415, "not-supported"),
    (Unreadable, 400, "structure"),
    (NotScanned, 503, "transient"),
    (NotReached, 503, "transient"),
    (TooFast, 429, "throttled"),
    (Invalid, 422, "invalid"),
)
#: Issue codes that say: this is no FHIR of the kind that is taken, or too much of it.
_UNREADABLE = frozenset({"structure", "too-costly"})
_HTTP_CODES = {
    400: "invalid",
    404: "not-found",
    408: "timeout",
    413: "too-long",
    421: "invalid",
    500: "exception",
    503: "transient",
}


def json_answer(
    body: bytes | str, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    return Response(body, status, headers, media_type=MEDIA_TYPE)


def resource_answer(one: Resource, status: int = 200) -> Response:
    """The stored bytes, with version, time and place in the headers."""
    headers = version_headers(one)
    if status == 201:
        headers["Location"] = location(one)
    return json_answer(one.body, status, headers)


def version_headers(one: Resource) -> dict[str, str]:
    return {"ETag": f'W/"{one.version}"', "Last-Modified": http_date(one)}


def location(one: Resource) -> str:
    return f"/fhir/{one.reference}/_history/{one.version}"


def http_date(one: Resource) -> str:
    return one.last_updated.strftime("%a, %d %b %Y %H:%M:%S GMT")


def outcome_answer(
    issues: Sequence[Issue], status: int, headers: dict[str, str] | None = None
) -> Response:
    return json_answer(write_json(outcome(issues)), status, headers)


def failure_answer(failure: Failure) -> Response:
    """The OperationOutcome of a failure, with every issue and its place."""
    status, issues = _told(failure)
    return outcome_answer(issues, status, _headers(failure))


def _told(failure: Failure) -> tuple[int, list[Issue]]:
    """The status, and each issue."""
    if isinstance(failure, SeveralWrong):
        return _all_told(failure)
    status, code = next((s, c) for kind, s, c in _ANSWERS if isinstance(failure, kind))
    if isinstance(failure, Invalid):
        unreadable = status == 422 and all(one.code in _UNREADABLE for one in failure.issues)
        return 400 if unreadable else status, failure.issues
    if isinstance(failure, MoveRefused):
        return status, [Issue(_moves_left(failure), "Task.status", code)]
    if isinstance(failure, AlreadyOpen):
        return status, _open_ones(failure)
    return status, [Issue(str(failure), code=code)]


def _all_told(several: SeveralWrong) -> tuple[int, list[Issue]]:
    """Of the first entry the status, of all of them the issues, each where it stood."""
    told = [(place, _told(failure)) for place, failure in several.failed]
    issues = [
        replace(issue, expression=_in_entry(issue.expression, place))
        for place, (_, found) in told
        for issue in found
    ]
    return told[0][1][0], issues


def _in_entry(expression: str, place: str) -> str:
    """Of an element the place within the Bundle."""
    if not place or expression.startswith("Bundle."):
        return expression
    element = expression.partition(".")[2]
    return f"{place}.resource.{element}" if element else place


def _moves_left(failure: MoveRefused) -> str:
    statuses = ", ".join(statuses_of(failure.allowed)) or "none"
    staying = ", ".join(move for move in failure.allowed if MOVES[move].stays)
    same = f" With the same status: {staying}." if staying else ""
    return f"{failure} As Task.status: {statuses}.{same}"


def _headers(failure: Failure) -> dict[str, str]:
    if isinstance(failure, NotSignedIn):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(failure, Stays):
        return {"Allow": "GET, PUT, PATCH"}
    if isinstance(failure, AlreadyOpen):
        return {"Location": f"/fhir/Task/{failure.tasks[0]}"}
    if isinstance(failure, TooFast):
        return {"Retry-After": str(math.ceil(failure.wait))}
    return {}


def _open_ones(failure: AlreadyOpen) -> list[Issue]:
    return [
        Issue(f"{failure} It is Task/{task}.", "Bundle.entry", "duplicate")
        for task in failure.tasks
    ]


def http_answer(status: int, detail: str) -> Response:
    """What the web framework itself refuses: no such path, no such method."""
    code = _HTTP_CODES.get(status, "not-supported")
    return outcome_answer([Issue(detail, code=code)], status)


def bundle(type: str, entries: list[Json], **parts: object) -> Json:
    """Without entries it says so by having none: FHIR's JSON knows no empty list."""
    shown: Json = {"entry": entries} if entries else {}
    return {"resourceType": "Bundle", "type": type, **parts, **shown}
