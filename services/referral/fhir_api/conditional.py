"""The one resource that a query means: conditional create, update and patch.

https://hl7.org/fhir/R4/http.html#ccreate
"""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request

from services.referral.fhir_api.answers import SeveralFit
from services.referral.fhir_api.searching import check_chains, query_of
from services.referral.records.holding import hold_matching
from services.referral.records.resource import Resource
from services.referral.records.search import Query, search
from services.referral.records.writing import Writing
from shared.errors import Invalid, Issue

#: Parameters of a URL that say nothing about which resource is meant.
_OF_THE_ANSWER = frozenset({"_format", "_pretty"})


def the_match(type: str, query: str, record: Writing) -> Resource | None:
    """The only one that fits and that the principal may see; None without one.

    Until the end of the transaction nobody else makes one by a query. Raises SeveralFit, and
    Invalid for a query that cannot be understood or leaves everything open.
    """
    asked = query_of(type, _parts(query), None).query
    check_chains(asked, record.who)
    criteria = asked.criteria
    if not criteria:
        raise Invalid(
            Issue(f"Say by a query which {type} is meant, as identifier=….", code="value")
        )
    hold_matching(record, type)
    found = search(record, Query(type=type, criteria=criteria, size=2)).resources
    if len(found) > 1:
        raise SeveralFit(f"More than one {type} fits this query. Nothing was written.")
    return found[0] if found else None


def _parts(query: str) -> list[tuple[str, str]]:
    """Of `identifier=…`, with or without the type and the question mark before it."""
    pairs = parse_qsl(query.rpartition("?")[2], keep_blank_values=True)
    return [(name, value) for name, value in pairs if name not in _OF_THE_ANSWER]


async def none_exists(request: Request) -> str | None:
    """The query of If-None-Exist; some clients send it as the query of the address."""
    return request.headers.get("if-none-exist") or await query_given(request)


async def query_given(request: Request) -> str | None:
    """The query of the address, as far as it says which resource is meant."""
    pairs = request.query_params.multi_items()
    meant = [(name, value) for name, value in pairs if name not in _OF_THE_ANSWER]
    return urlencode(meant) or None


NoneExists = Annotated[str | None, Depends(none_exists)]
Which = Annotated[str | None, Depends(query_given)]
