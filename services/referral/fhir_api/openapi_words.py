"""What the description of the API says in words: of all of it, of each route, of each failure."""

ABOUT = """
FHIR R4 (4.0.1). Get a token at /oauth/token and send it as Authorization: Bearer ….
/fhir/metadata lists what works for each type. What you may not see is not found.
Everything that is wrong with a request is said at once in an OperationOutcome.
"""

#: Each failure in words; its body is an OperationOutcome.
FAILURES: dict[int, str] = {
    400: "This is no FHIR, or too much of it.",
    401: "There is no token, or it has ended.",
    403: "Your token lacks the scope that is named, or these are not yours to change.",
    404: "There is no such record, or none that you may see.",
    405: "This cannot be done here.",
    406: "You accept nothing that is answered here: JSON alone.",
    408: "This came too slowly.",
    409: "This cannot be done as things are now, or it is here already: see Location.",
    410: "It was deleted; its older versions can still be read.",
    412: "Somebody else was quicker, or more than one fits: read again.",
    413: "This is too long.",
    415: "Send application/fhir+json.",
    421: "This service does not go by that name.",
    422: "It was understood and is wrong: each issue names its place.",
    428: "Say which version you have seen: If-Match.",
    429: "You ask too much at once: wait as long as Retry-After says.",
    431: "The headers are too long.",
    503: "Not now, and nothing was kept: try again.",
}

_ASKED = (
    "Ask by an operation",
    "Of those that change nothing, with its parameters in the address. 404 names those there are.",
)
_CALLED = (
    "Call an operation",
    "With a Parameters resource, or the one resource that it takes. 404 names those there are.",
)
#: By path and method: its name, and what to know. For others the route's own words stand.
DEEDS: dict[tuple[str, str], tuple[str, str]] = {
    ("/oauth/token", "post"): (
        "Get a token",
        "With grant_type=client_credentials, and a secret by HTTP Basic or form, or a signed "
        "client_assertion. It lasts as long as expires_in says.",
    ),
    ("/oauth/revoke", "post"): ("End a token", "The form field token says which."),
    ("/fhir", "post"): (
        "Raise a concern, or keep what belongs together",
        "A transaction Bundle, all or nothing, or a batch, each entry by itself. A transaction "
        "with a ServiceRequest is a concern: routing makes the Tasks, and the answer holds them "
        "with the reasons in words. Idempotency-Key makes a repeat harmless.",
    ),
    ("/fhir/metadata", "get"): (
        "What works here",
        "The CapabilityStatement, from the tables that the code runs on.",
    ),
    ("/fhir/{type}", "get"): (
        "Search",
        "Of what you may see; AuditEvents are for coordinators and auditors. An unknown parameter "
        "is refused, or ignored with Prefer: handling=lenient; the self link says what was used.",
    ),
    ("/fhir/{type}", "post"): (
        "Create",
        "Keeps it as it was sent; the server gives the id. A ServiceRequest about a child who is "
        "kept here raises a concern. Tasks and AuditEvents are made by the server alone.",
    ),
    ("/fhir/{type}/{id}", "get"): (
        "Read",
        "The newest version as it was sent; 304 where If-None-Match names it.",
    ),
    ("/fhir/{type}/{id}", "put"): (
        "Update",
        "A next version. Of a Task its new status is a move: 422 names those that are allowed now.",
    ),
    ("/fhir/{type}/{id}", "patch"): (
        "Patch",
        "A JSON Patch, a merge patch or a FHIRPath Patch; what comes out is looked at as in an "
        "update.",
    ),
    ("/fhir/{type}/{id}/_history", "get"): ("History", "Every version, newest first."),
    ("/fhir/{type}/{id}/_history/{version}", "get"): ("Read a version", "As it was then."),
    ("/fhir/AuditEvent/{id}", "get"): ("Read one look", "By whom, at what, when."),
    ("/fhir/CodeSystem", "get"): ("Our code systems", "All of them, whole."),
    ("/fhir/Subscription", "post"): (
        "Subscribe",
        "Be told by a post to your address when a referral is made, moves or climbs.",
    ),
    ("/fhir/.well-known/smart-configuration", "get"): (
        "How to sign in",
        "The addresses and algorithms, as SMART App Launch has them.",
    ),
    ("/fhir/CodeSystem/{id}", "get"): ("One of our code systems", "With every code."),
    ("/fhir/ValueSet/{id}", "get"): ("One of our value sets", "All codes of the code system."),
    ("/fhir/StructureDefinition/{id}", "get"): ("One of our extensions", "What may stand in it."),
    ("/fhir/SearchParameter/{id}", "get"): ("One of our search parameters", "What it looks at."),
    ("/fhir/OperationDefinition/{id}", "get"): ("One of our operations", "What goes in and out."),
    ("/fhir/${operation}", "get"): _ASKED,
    ("/fhir/${operation}", "post"): _CALLED,
    ("/fhir/{type}/${operation}", "get"): _ASKED,
    ("/fhir/{type}/${operation}", "post"): _CALLED,
    ("/fhir/{type}/{id}/${operation}", "get"): _ASKED,
    ("/fhir/{type}/{id}/${operation}", "post"): _CALLED,
    ("/fhir/Subscription", "get"): ("Find your subscriptions", "Yours alone, by status or url."),
    ("/fhir/Subscription/{id}", "get"): ("Read a subscription", "One of yours."),
    ("/fhir/Subscription/{id}", "delete"): ("Unsubscribe", "Nothing more is posted."),
    ("/fhir/Subscription/{id}/$status", "get"): (
        "How a subscription does",
        "Whether it is active, and how many events there were.",
    ),
}
