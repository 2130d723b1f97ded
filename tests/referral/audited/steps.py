"""Every route of the service, one real request for it, and the audit lines that this leaves.

A new route needs a line here: what it leaves, or why it shows nothing of anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.referral.demo.people import person
from services.referral.fhir_api.own_definitions import DEFINING
from tests.referral.fhir_api.systems import EXAMPLE

FORM = "form"
JSON = "application/fhir+json"
APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


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
    page("POST /totals", "", "totals-refused", status=401),
    page("POST /sight", "", "sight-refused", status=401),
    api("GET /fhir/{type}/{id}", "read", path="/fhir/Task/{task}"),
    api("GET /fhir/{type}/{id}/_history", "history", path="/fhir/Task/{task}/_history"),
    api("GET /fhir/{type}/{id}/_history/{version}", "vread", path="/fhir/Task/{task}/_history/1"),
    api("GET /fhir/{type}/_history", "history", path="/fhir/Task/_history"),
    api("GET /fhir/{type}", "search", path="/fhir/Task"),
    api("GET /fhir/Patient/{id}/{type}", "search", path="/fhir/Patient/none/Task"),
    Step("GET /fhir/{type}", "demo-coordinator", "/fhir/AuditEvent", ("search",)),
    api("GET /fhir/{type}/{id}/${operation}", "moves", path="/fhir/Task/{task}/$moves"),
    api(
        "POST /fhir/{type}/${operation}",
        "match",
        path="/fhir/Patient/$match",
        body={"resourceType": "Patient", "birthDate": "2023-07-19", "name": [{"family": "Other"}]},
    ),
    api("GET /fhir/${operation}", path="/fhir/$process-message", status=405),
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
    api("DELETE /fhir/{type}/{id}", "refuse", path="/fhir/Flag/none", status=404),
    Step(
        "POST /fhir",
        "demo-nursery",
        "/fhir",
        ("raise",),
        body=EXAMPLE.read_text()
        .replace("9990000018", "9990000026")
        .replace("Rahimi-Okafor", "Other"),
    ),
    Step("GET /fhir/AuditEvent/{id}", "demo-coordinator", "/fhir/AuditEvent/{line}", ("read",)),
    page("GET /concerns", "nursery", "list"),
    page("GET /concerns/{concern}", "nursery", path="/concerns/{concern}", status=303),
    page("GET /queue", "speech", "queue"),
    page("POST /queue", "speech", "queue", q="Vesper"),
    page("GET /referrals/{task}", "speech", "read", path="/referrals/{task}"),
    page("GET /referrals/{task}", "camhs", "refuse", path="/referrals/{task}", status=404),
    page("GET /referrals/{task}/looked", "nursery", "looked", path="/referrals/{task}/looked"),
    page("GET /referrals/{task}/messages", "coordinator", "read"),
    page("GET /referrals/{task}/messages/journal", "coordinator", "read", status=303),
    page("GET /referrals/{task}/changed", "nursery", "form"),
    page(
        "POST /referrals/{task}/changed",
        "nursery",
        "things-changed",
        status=303,
        what="worse",
        text="Worse",
    ),
    page("GET /referrals/{task}/tell", "speech", "form"),
    page(
        "POST /referrals/{task}/tell",
        "speech",
        "form",
        "create",
        status=303,
        to=f"Practitioner/{person('nursery').id}",
        text="Please look",
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
    page("POST /account/password", "speech", "password-refused", status=422, old="no", new="x"),
    page("POST /account/app", "speech", "password-refused", status=422, secret=APP, password="no"),
    page("POST /account/recovery-codes", "speech", "password-refused", status=422, password="no"),
    page("POST /account/recovery-codes", "speech", "recovery-codes", password="demo-only"),
    page("POST /account/sessions/end", "speech", status=303, session="of somebody else"),
    page("POST /account/sessions/end-all", "speech", "session-ended", status=303),
    page("GET /admin/people", "nursery", "admin-refused", status=404),
    page("GET /admin/people", "admin", "people"),
    page("GET /admin/people/{id}", "admin", "person", path="/admin/people/{person}"),
    page("GET /admin/people/{id}/away", "admin", "absences", path="/admin/people/{person}/away"),
    page("GET /away", "speech", "absences"),
    page("GET /admin/people/{id}/leave", "admin", "person", path="/admin/people/{person}/leave"),
    page(
        "POST /admin/people/{id}/recover",
        "admin",
        "person",
        "account-recovered",
        path="/admin/people/{person}/recover",
        known="in-person",
    ),
    page(
        "POST /admin/people/{id}/leave",
        "admin",
        "person-left",
        path="/admin/people/{person}/leave",
        status=303,
    ),
    page(
        "GET /set-password/{secret}",
        "",
        "password-link-refused",
        path="/set-password/none",
        status=404,
    ),
    page("GET /sign-in/back", "", "sign-in-refused", status=403),
    page("POST /family/ask", "", "way-in-refused", status=303, email="nobody@example.org"),
    page("POST /family/link/{token}", "", "way-in-refused", path="/family/link/none", status=403),
    page("GET /referrals/{task}/carers", "nursery", "carers", path="/referrals/{task}/carers"),
    page("GET /referrals/{task}/sharing", "nursery", "sharing", path="/referrals/{task}/sharing"),
    page(
        "GET /referrals/{task}/sharing/{choice}",
        "nursery",
        "sharing",
        path="/referrals/{task}/sharing/stop-all",
    ),
    page(
        "POST /referrals/{task}/sharing/{choice}",
        "nursery",
        "sharing",
        path="/referrals/{task}/sharing/stop-all",
        status=422,
    ),
    page("GET /emergency", "coordinator", "emergency-list"),
    page(
        "POST /emergency/ask",
        "camhs",
        "opened-in-emergency",
        status=303,
        reason="danger",
        words="He fell.",
        nhs_number="9990000018",
    ),
    page("POST /sign-out", "speech", "sign-out", status=303),
)

#: Nothing of anybody else is shown, and nothing of anybody is kept.
SHOWS_NOTHING = {
    "DELETE /fhir/{type}": "refuses, whatever is asked for",
    "GET /account": "one's own account",
    "GET /account/app": "an empty form with a random secret",
    "GET /account/passkey": "an empty form",
    "POST /account/passkey/options": "a random challenge",
    "GET /account/password": "an empty form",
    "GET /account/recovery-codes": "an empty form",
    "GET /account/steps/{id}/remove": "the name of one's own second step",
    "GET /admin/people/new": "an empty form",
    "GET /emergency/ask": "an empty form",
    "GET /emergency/{id}/longer": "an empty form",
    "GET /accessibility": "words that are for everybody",
    "GET /privacy": "words that are for everybody",
    "GET /family/ask": "an empty form",
    "GET /family/asked": "a code that is made from the browser's own cookie",
    "GET /family/link/{token}": "a button, which a mail scanner may see and does not press",
    "GET /family/not-me": "thanks",
    "GET /sign-in/code": "an empty form",
    "GET /sign-in/set-up": "a random secret for the app of whoever has shown the password",
    "POST /sign-in/passkey/options": "a random challenge",
    "GET /sign-in/with/{provider}": "leads on to the provider; noted when that fails",
    "GET /sign-in/with/{provider}/out": "leads on to the provider",
    "GET /openapi.json": "describes the API",
    "GET /docs": "describes the API",
    "GET /healthz": "says that the process lives",
    "GET /runs": "counts of what the service did by itself",
    "GET /preferences": "one's own wishes, which notify keeps",
    "POST /preferences": "noted once notify has them; there is none here",
    "GET /sending": "names of pages",
    "GET /sending/{part}": "leads on to notify",
    "GET /metrics": "the same counts",
    "GET /readyz": "says that the database answers",
    "GET /fhir/.well-known/smart-configuration": "says how systems sign in",
    "GET /.well-known/smart-configuration": "says how systems sign in",
    "GET /.well-known/oauth-authorization-server": "says how systems sign in",
    "GET /fhir/metadata": "describes the API",
    **{
        f"GET /fhir/{type}{rest}": "published definitions"
        for type in DEFINING
        for rest in ("", "/{id}")
    },
    "GET /": "leads on to one's first page",
    "GET /sign-in": "an empty form",
    "GET /raise": "an empty form",
    "GET /raise/stop/{why}": "telephone numbers that are for everybody",
    "GET /static": "styles and scripts",
    "GET /static/brand.css": "the partnership's colour",
    "GET /static/brand/{number:int}": "the partnership's logo",
}

#: What each of these leaves needs a device, a mail, a provider or an hour that is not here: by
#: route, the tests that walk it. The names of its lines stand behind.
ELSEWHERE = {
    "GET /carry-on": "web/test_account_pages.py: form-read",
    "POST /carry-on": "web/test_account_pages.py: form-read, form-dropped",
    "POST /carry-on/forget": "web/test_account_pages.py: form-read, form-dropped",
    "POST /account/passkey": "second-factor-added or password-refused",
    "POST /account/steps/{id}/remove": "second-factor-removed or password-refused",
    "POST /sign-in/code": "sign-in or sign-in-refused",
    "POST /sign-in/passkey": "sign-in or sign-in-refused",
    "POST /sign-in/set-up": "second-factor-added and sign-in, or sign-in-refused",
    "POST /set-password/{secret}": "password-changed or password-link-refused",
    "POST /sign-in/with/{provider}/ended": "oidc/test_leaving.py: sign-out",
    "GET /referrals/{task}/times": "web/test_times_pages.py: form",
    "POST /referrals/{task}/times": "web/test_times_pages.py: things-changed",
    "GET /family": "web/test_child_pages.py: read",
    "GET /family/children/{child}": "web/test_child_pages.py: read, refuse",
    "GET /family/children/{child}/everything": "web/test_copy_pages.py: copy",
    "GET /family/children/{child}/everything.json": "web/test_copy_pages.py: copy",
    "POST /family/link/{token}/not-me": "use_cases/test_way_in.py: way-in-unasked",
    "GET /referrals/{task}/missed": "web/test_missed_pages.py: form",
    "POST /referrals/{task}/missed": "web/test_missed_pages.py: form, appointment-missed",
    "POST /referrals/{task}/carers/{carer}": "web/test_family_pages.py: invited",
    "POST /admin/people/new": "person-joined",
    "POST /admin/people/{id}": "person, person-changed",
    "POST /away/new": "absences, person-away",
    "POST /admin/people/{id}/away/new": "absences, person-away",
    "POST /away/{absence}/back": "person-back",
    "POST /admin/people/{id}/away/{absence}/back": "person-back",
    "POST /emergency/{id}/longer": "emergency-extended",
    "POST /emergency/{id}/close": "emergency-ended",
    "GET /emergency/{id}/review": "emergency-read",
    "POST /emergency/{id}/review": "emergency-read, emergency-reviewed",
    **dict.fromkeys(
        (
            "POST /fhir/Subscription",
            "GET /fhir/Subscription",
            "GET /fhir/Subscription/$status",
            "GET /fhir/Subscription/{id}",
            "PUT /fhir/Subscription/{id}",
            "DELETE /fhir/Subscription/{id}",
            "GET /fhir/Subscription/{id}/$status",
            "GET /fhir/Subscription/{id}/$events",
        ),
        "fhir_api/test_subscriptions.py: subscribe, subscriptions, subscription-status, …",
    ),
}

#: Routes that do what another step does, by the same use case; each has tests of its own.
LIKE_ANOTHER = {
    "GET /admin/people/{id}/recover": "GET /admin/people/{id}",
    "GET /admin/people/{id}/away/new": "GET /admin/people/{id}/away",
    "GET /away/new": "GET /away",
    "GET /referrals/{task}/sharing/{choice}/{service}": "GET /referrals/{task}/sharing/{choice}",
    "POST /referrals/{task}/sharing/{choice}/{service}": "POST /referrals/{task}/sharing/{choice}",
    "POST /fhir/{type}/{id}/${operation}": "GET /fhir/{type}/{id}/${operation}",
    "GET /fhir/{type}/${operation}": "POST /fhir/{type}/${operation}",
    "POST /fhir/${operation}": "POST /fhir",
    "POST /fhir/": "POST /fhir",
    "POST /fhir/{type}": "POST /fhir",
    "POST /fhir/{type}/_search": "GET /fhir/{type}",
    "PUT /fhir/{type}": "PUT /fhir/{type}/{id}",
    "PATCH /fhir/{type}": "PATCH /fhir/{type}/{id}",
    "GET /asks/{task}": "GET /referrals/{task}/{move}",
    "POST /asks/{task}": "POST /referrals/{task}/{move}",
    "GET /raise/{draft}/sent": "GET /raise/{draft}",
    "GET /raise/{draft}/{step}/{number:int}": "GET /raise/{draft}/{step}",
    "POST /raise/{draft}/{step}/{number:int}": "POST /raise/{draft}/{step}",
    "POST /raise/{draft}/{step}/{number:int}/remove": "POST /raise/{draft}/{step}",
}
