"""Every route of the service, one real request for it, and the audit lines that this leaves.

A new route needs a line here: what it leaves, or why it shows nothing of anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.referral.fhir_api.systems import EXAMPLE

FORM = "form"
JSON = "application/fhir+json"


@dataclass(frozen=True)
class Step:
    """`who` is a demo person, or for the API a demo system; "" is nobody. `leaves` is in order."""

    route: str
    who: str
    path: str
    leaves: tuple[str, ...]
    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.route


def page(
    route: str, who: str, *leaves: str, path: str = "", status: int = 200, **fields: str
) -> Step:
    path = path or route.partition(" ")[2]
    return Step(route, who, path, leaves, status, {k.rstrip("_"): v for k, v in fields.items()})


def api(
    route: str, *leaves: str, path: str = "", status: int = 200, body: Any = None, **headers: str
) -> Step:
    path = path or route.partition(" ")[2]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Step(route, "demo-speech", path, leaves, status, body=body, headers=named)


#: Asked for in this order; {task}, {child}, … stand for ids of the one concern that is there.
STEPS = (
    page(
        "POST /sign-in", "", "sign-in", status=303, email="speech@example.org", password="demo-only"
    ),
    page(
        "POST /sign-in",
        "",
        "sign-in-refused",
        status=422,
        email="speech@example.org",
        password="no",
    ),
    page(
        "POST /oauth/token",
        "",
        "token-refused",
        status=401,
        grant_type="client_credentials",
        client_id="demo-speech",
        client_secret="no",
    ),
    page(
        "POST /oauth/token",
        "",
        "token",
        grant_type="client_credentials",
        client_id="demo-speech",
        client_secret="demo-only",
    ),
    page(
        "POST /oauth/revoke",
        "",
        "token-returned",
        token="any",
        client_id="demo-speech",
        client_secret="demo-only",
    ),
    page("POST /events", "", "events-refused", status=401),
    page("POST /recipients", "", "recipients-refused", status=401),
    api("GET /fhir/{type}/{id}", "read", path="/fhir/Task/{task}"),
    api("GET /fhir/{type}/{id}/_history", "history", path="/fhir/Task/{task}/_history"),
    api("GET /fhir/{type}/{id}/_history/{version}", "vread", path="/fhir/Task/{task}/_history/1"),
    api("GET /fhir/{type}", "search", path="/fhir/Task"),
    api(
        "PATCH /fhir/{type}/{id}",
        "annotate",
        path="/fhir/Task/{task}",
        body=[{"op": "add", "path": "/note", "value": [{"text": "One"}]}],
        Content_Type="application/json-patch+json",
        If_Match='W/"1"',
    ),
    api(
        "PUT /fhir/{type}/{id}",
        "refuse",
        path="/fhir/Task/none",
        status=404,
        body={"resourceType": "Task", "id": "none", "status": "requested", "intent": "order"},
        If_Match='W/"1"',
    ),
    Step(
        "POST /fhir",
        "demo-nursery",
        "/fhir",
        ("raise",),
        body=EXAMPLE.read_text()
        .replace("9990000018", "9990000026")
        .replace("Rahimi-Okafor", "Other"),
    ),
    Step("GET /fhir/AuditEvent", "demo-coordinator", "/fhir/AuditEvent", ("search",)),
    Step("GET /fhir/AuditEvent/{id}", "demo-coordinator", "/fhir/AuditEvent/{line}", ("read",)),
    page("GET /concerns", "nursery", "list"),
    page("GET /concerns/{concern}", "nursery", path="/concerns/{concern}", status=303),
    page("GET /queue", "speech", "queue"),
    page("POST /queue", "speech", "queue", q="Vesper"),
    page("GET /referrals/{task}", "speech", "read", path="/referrals/{task}"),
    page("GET /referrals/{task}", "camhs", "refuse", path="/referrals/{task}", status=404),
    page("GET /referrals/{task}/looked", "nursery", "looked", path="/referrals/{task}/looked"),
    page("GET /referrals/{task}/seen", "speech", "form"),
    page("POST /referrals/{task}/seen", "speech", status=409),
    page("GET /referrals/{task}/exception", "coordinator", "form"),
    page("POST /referrals/{task}/exception", "coordinator", "form", status=422),
    page("GET /referrals/{task}/changed", "nursery", "form"),
    page(
        "POST /referrals/{task}/changed",
        "nursery",
        "things-changed",
        status=303,
        what="worse",
        text="Worse",
    ),
    page("GET /referrals/{task}/{move}", "speech", "form", path="/referrals/{task}/accept"),
    page(
        "POST /referrals/{task}/{move}",
        "speech",
        "form",
        "accept",
        path="/referrals/{task}/accept",
        status=303,
        version="2",
    ),
    page("GET /messages", "nursery", "messages"),
    page("POST /messages", "nursery", "messages-read", status=303),
    page("GET /messages/{message}", "nursery", "refuse", path="/messages/none", status=404),
    page("GET /directory", "admin", "directory"),
    page("GET /audit", "auditor", "unusual"),
    page("GET /audit/unusual", "auditor", "unusual"),
    page("POST /raise", "nursery", "draft-start", status=303, safe="safe"),
    page("GET /raise/{draft}", "nursery", "draft-read", path="/raise/{draft}"),
    page("GET /raise/{draft}/check", "nursery", "draft-read", path="/raise/{draft}/check"),
    page("GET /raise/{draft}/{step}", "nursery", "draft-read", path="/raise/{draft}/child"),
    page(
        "POST /raise/{draft}/{step}",
        "nursery",
        "draft-read",
        "draft-save",
        path="/raise/{draft}/child",
        status=422,
    ),
    page(
        "POST /raise/{draft}/send", "nursery", "draft-read", path="/raise/{draft}/send", status=422
    ),
    page("POST /sign-out", "speech", "sign-out", status=303),
)

#: Nothing of anybody is shown or kept.
SHOWS_NOTHING = {
    "GET /openapi.json": "describes the API",
    "GET /fhir-docs": "describes the API",
    "GET /docs/oauth2-redirect": "describes the API",
    "GET /healthz": "says that the process lives",
    "GET /runs": "counts of what the service did by itself",
    "GET /metrics": "the same counts",
    "GET /readyz": "says that the database answers",
    "GET /fhir/.well-known/smart-configuration": "says how systems sign in",
    "GET /.well-known/smart-configuration": "says how systems sign in",
    "GET /.well-known/oauth-authorization-server": "says how systems sign in",
    "GET /fhir/metadata": "describes the API",
    "GET /fhir/CodeSystem": "published codes",
    "GET /fhir/CodeSystem/{name}": "published codes",
    "GET /fhir/ValueSet/{name}": "published codes",
    "GET /": "leads on to one's first page",
    "GET /sign-in": "an empty form",
    "GET /raise": "an empty form",
    "GET /raise/stop/{why}": "telephone numbers that are for everybody",
    "GET /static": "styles and scripts",
}

#: Routes that do what another step does, by the same use case; each has tests of its own.
LIKE_ANOTHER = {
    "POST /fhir/": "POST /fhir",
    "POST /fhir/{type}": "POST /fhir",
    "GET /family": "GET /concerns",
    "GET /asks/{task}": "GET /referrals/{task}/{move}",
    "POST /asks/{task}": "POST /referrals/{task}/{move}",
    "GET /raise/{draft}/sent": "GET /raise/{draft}",
    "GET /raise/{draft}/{step}/{number:int}": "GET /raise/{draft}/{step}",
    "POST /raise/{draft}/{step}/{number:int}": "POST /raise/{draft}/{step}",
    "POST /raise/{draft}/{step}/{number:int}/remove": "POST /raise/{draft}/{step}",
}
