"""The entries of a transaction as requests: what each wants done, and to which resource.

https://hl7.org/fhir/R4/http.html#transaction
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.asking import read_version
from services.referral.records.resource import Json
from services.referral.use_cases.keep_resource import NOT_SENT
from shared.errors import Issue
from shared.fhir.types import STORED_TYPES


class Method(StrEnum):
    """What is done with a resource, in the order in which a transaction does it."""

    DELETE = "DELETE"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    GET = "GET"


#: The parts that an address must have, and may have, for each method.
_FORMS = {
    Method.DELETE: ("Type/id", re.compile(r"[^/?]+/[^/?]+")),
    Method.POST: ("Type", re.compile(r"[^/?]+")),
    Method.PUT: ("Type/id or Type?query", re.compile(r"[^/?]+(/[^/?]+|\?.+)")),
    Method.PATCH: ("Type/id or Type?query", re.compile(r"[^/?]+(/[^/?]+|\?.+)")),
    Method.GET: (
        "Type/id, Type/id/_history/version or Type?query",
        re.compile(r"[^/?]+(/[^/?]+(/_history/[0-9]{1,9})?|\?.*)?"),
    ),
}
_ADDRESS = re.compile(
    r"(?P<type>[A-Za-z]{1,64})(?:/(?P<id>[A-Za-z0-9.-]{1,64}))?"
    r"(?:/_history/(?P<version>[0-9]{1,9}))?(?:\?(?P<query>.*))?"
)
_NEEDED = {
    Method.DELETE: Interaction.DELETE,
    Method.POST: Interaction.CREATE,
    Method.PUT: Interaction.UPDATE,
    Method.PATCH: Interaction.UPDATE,
    Method.GET: Interaction.READ,
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One request of a transaction; `place` is `Bundle.entry[3]`, `unless` its ifNoneExist."""

    place: str
    method: Method
    type: str
    id: str | None = None
    version: int | None = None
    query: str | None = None
    if_match: int | None = None
    if_none_match: str | None = None
    unless: str | None = None
    resource: Any = None
    full_url: str | None = None

    @property
    def resource_place(self) -> str:
        return f"{self.place}.resource"

    @property
    def condition(self) -> str | None:
        """The query that says which resource is meant, or that there must be none."""
        if self.method is Method.POST:
            return self.unless
        return self.query if self.method in (Method.PUT, Method.PATCH) else None

    @property
    def needs(self) -> tuple[Interaction, ...]:
        """What the sender's token must allow with this type."""
        if self.method is Method.GET and self.id is None:
            return (Interaction.SEARCH,)
        needed = {_NEEDED[self.method]}
        if self.method is Method.PUT and self.query:
            needed.add(Interaction.CREATE)
        if self.query:
            needed |= {Interaction.READ, Interaction.SEARCH}
        return tuple(needed)


def read_entry(entry: Json, place: str, base: str) -> Entry | list[Issue]:
    """The request, or what is wrong with it. `base` is our own address, which a URL may have."""
    request = entry["request"]
    wrong = list(_request_issues(request, f"{place}.request", base))
    if wrong:
        return wrong
    found = _ADDRESS.fullmatch(_relative(request["url"], base))
    if found is None or found["type"] not in STORED_TYPES:
        text = "This address leads to nothing that is kept here."
        return [Issue(text, f"{place}.request.url", "not-found")]
    try:
        if_match = read_version(request.get("ifMatch"))
    except ValueError:
        text = 'ifMatch holds a version, as W/"3".'
        return [Issue(text, f"{place}.request.ifMatch", "value")]
    return Entry(
        place=place,
        method=Method(request["method"]),
        type=found["type"],
        id=found["id"],
        version=int(found["version"]) if found["version"] else None,
        query=found["query"],
        if_match=if_match,
        if_none_match=request.get("ifNoneMatch"),
        unless=request.get("ifNoneExist"),
        resource=entry.get("resource"),
        full_url=entry.get("fullUrl"),
    )


def _request_issues(request: Json, place: str, base: str) -> Iterator[Issue]:
    method = request.get("method")
    if method not in set(Method):
        yield Issue(f"{method} is not taken in a transaction.", f"{place}.method", "not-supported")
        return
    words, form = _FORMS[Method(method)]
    if not form.fullmatch(_relative(request.get("url", ""), base)):
        yield Issue(f"The url of a {method} is {words}.", f"{place}.url", "value")
    if request.get("ifNoneExist") and method != Method.POST:
        yield Issue("ifNoneExist is for a POST.", f"{place}.ifNoneExist", "value")


def _relative(url: str, base: str) -> str:
    return url.removeprefix(base).strip("/")


def body_issues(entry: Entry) -> Iterator[Issue]:
    """What is wrong with the resource of an entry for the address that it is sent to."""
    resource = entry.resource
    if entry.method in (Method.POST, Method.PUT) and resource["resourceType"] != entry.type:
        text = f"The url of a {entry.method} names the type of its resource."
        yield Issue(text, f"{entry.place}.request.url", "value")
    if entry.method is Method.PUT and entry.id and resource.get("id") != entry.id:
        text = "The id of the resource is not that of the address."
        yield Issue(text, f"{entry.resource_place}.id", "value")
    reason = NOT_SENT.get(entry.type) if entry.method is Method.POST else None
    if reason:
        yield Issue(reason, entry.resource_place, "business-rule")
