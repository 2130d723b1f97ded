"""What a client wants back of what it wrote: `Prefer: return=…`.

https://hl7.org/fhir/R4/http.html#ops
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from services.referral.fhir_api.answers import location, outcome_answer, resource_answer
from services.referral.records.resource import Resource
from shared.errors import Issue


class Wanted(StrEnum):
    """What comes back beside the headers."""

    NOTHING = "minimal"
    RESOURCE = "representation"
    OUTCOME = "OperationOutcome"


_RETURN = re.compile(r"(?:^|[;,\s])return=\"?(minimal|representation|OperationOutcome)\b")


async def preferred(request: Request) -> Wanted | None:
    """None where the client does not say, or says something that we do not know."""
    found = _RETURN.search(request.headers.get("prefer", ""))
    return Wanted(found[1]) if found else None


Prefer = Annotated[Wanted | None, Depends(preferred)]


def written_answer(
    made: Resource, status: int, wanted: Wanted | None, warnings: Sequence[Issue] = ()
) -> Response:
    """The resource unless something else is wanted; version, time and place in any case."""
    whole = resource_answer(made, status)
    if wanted in (None, Wanted.RESOURCE):
        return whole
    named = ("etag", "last-modified", "location")
    headers = {name: whole.headers[name] for name in named if name in whole.headers}
    if wanted is Wanted.NOTHING:
        return Response(status_code=status, headers=headers)
    said = Issue(f"Kept as {location(made)}.", code="informational", severity="information")
    return outcome_answer([*warnings, said], status, headers)
