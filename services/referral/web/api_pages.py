"""What the API takes and answers, as a page for whoever writes to it: from its own description."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.web.rendering import render

pages = APIRouter(include_in_schema=False)

Described = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    status: str
    words: str
    example: str


@dataclass(frozen=True)
class Deed:
    """One thing that the API does: how to ask for it and what comes back."""

    method: str
    path: str
    title: str
    words: str
    is_open: bool
    parameters: tuple[Described, ...]
    sent: tuple[tuple[str, str], ...]
    answers: tuple[Answer, ...]
    refusals: tuple[Answer, ...]


@pages.get("/docs")
def api(request: Request) -> Response:
    """For everybody: it holds nothing that `/openapi.json` does not."""
    described = request.app.openapi()
    deeds = [
        _deed(path, method, one, described)
        for path, methods in described["paths"].items()
        for method, one in methods.items()
        if path.startswith(("/fhir", "/oauth"))
    ]
    return render(request, "api.html", deeds=deeds, about=described["info"]["description"])


def _deed(path: str, method: str, one: Described, described: Described) -> Deed:
    answers = [_answer(status, said, described) for status, said in one["responses"].items()]
    content = one.get("requestBody", {}).get("content", {})
    return Deed(
        method=method.upper(),
        path=path,
        title=one["summary"],
        words=one.get("description", ""),
        is_open="security" not in one,
        parameters=tuple(one.get("parameters", ())),
        sent=tuple((kind, _written(media)) for kind, media in content.items()),
        answers=tuple(answer for answer in answers if answer.status < "400"),
        refusals=tuple(answer for answer in answers if answer.status >= "400"),
    )


def _answer(status: str, said: Described, described: Described) -> Answer:
    if "$ref" in said:
        said = described["components"]["responses"][said["$ref"].rpartition("/")[2]]
    example = next((_written(media) for media in said.get("content", {}).values()), "")
    return Answer(status, said["description"], example)


def _written(media: Described) -> str:
    return json.dumps(media["example"], indent=2) if media.get("example") else ""
