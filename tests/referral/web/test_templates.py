"""Each page with an example of what it shows, and with hostile text in its place."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from services.referral.web.error_pages import error_page, failure_page
from services.referral.web.rendering import Look, render
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.referral.web.desks import NURSERY, TODAY
from tests.referral.web.pages import PAGES

HOSTILE = "<script>alert(1)</script>\"' onload=x {{7*7}}"


def asking() -> Request:
    app = FastAPI()
    app.state.look = Look(demo=True)
    scope = {"type": "http", "app": app, "path": "/queue", "headers": [], "query_string": b""}
    request = Request({**scope, "method": "GET", "server": ("127.0.0.1", 80), "scheme": "http"})
    request.state.signed_in = NURSERY
    return request


def shown(name: str, context: dict[str, Any] | None = None) -> str:
    template, example = PAGES[name]
    page = render(asking(), template, today=TODAY, **(context or example))
    return bytes(page.body).decode()


class Outline(HTMLParser):
    """The ids, headings, labels and open elements of a page."""

    EMPTY = frozenset({"meta", "link", "input", "br", "img", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.fields: list[str] = []
        self.labelled: set[str] = set()
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        if tag == "label":
            self.labelled.add(named.get("for") or "")
        if tag in ("input", "textarea", "select") and named.get("type") != "hidden":
            self.fields.append(named.get("id") or "")
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in self.open, f"</{tag}> closes nothing"
        if tag != self.open[-1] and tag in ("svg", "path"):
            return
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed(name: str) -> None:
    page = Outline(shown(name))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.headings.count(1) == 1
    assert set(page.fields) <= page.labelled
    steps = zip([1, *page.headings], page.headings, strict=False)
    assert all(after - before <= 1 for before, after in steps)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_unknown_is_printed(name: str) -> None:
    text = re.sub(r"<[^>]*>", " ", shown(name))
    assert not re.search(r"\bNone\b|Undefined|\{\{|\{%|%\(", text)


def hostile(example: Any) -> Any:
    """The example with every text replaced, but for states, addresses and dates."""
    if isinstance(example, dict):
        kept = ("href", "state", "kind", "nhs_number", "step", "asked", "problems", "next_href")
        return {k: v if k in kept else hostile(v) for k, v in example.items()}
    if isinstance(example, list | tuple):
        return [hostile(one) for one in example]
    return HOSTILE if isinstance(example, str) and example else example


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("not")])
def test_hostile_text_shows_as_text(name: str) -> None:
    page = shown(name, hostile(PAGES[name][1]))
    assert "<script>alert" not in page
    assert "\"' onload=x" not in page


UNKIND = ("rejected", "failed to engage", "did not attend", "DNA")


@pytest.mark.parametrize("name", PAGES)
def test_words_are_kind(name: str) -> None:
    assert not [word for word in UNKIND if word in shown(name)]


def test_late_is_said_in_words_and_never_by_colour_alone() -> None:
    assert "12 days late" in shown("queue")


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (NotFound("No referral 12 of Zoya."), 404, "Page not found"),
        (NotAllowed("Only the service may accept it."), 403, "Only the service may accept it."),
        (Conflict("Asha Rao accepted it."), 409, "Asha Rao accepted it."),
        (Invalid("The date is missing."), 422, "The date is missing."),
        (RuntimeError("secret"), 500, "there is a problem"),
    ],
)
def test_failures_become_pages_that_help(failure: Exception, status: int, words: str) -> None:
    page = failure_page(asking(), failure)
    text = bytes(page.body).decode()
    assert page.status_code == status
    assert words in text
    assert "secret" not in text
    assert not isinstance(failure, NotFound) or "Zoya" not in text


def test_a_status_without_words_of_its_own_still_gets_a_page() -> None:
    assert error_page(asking(), 405).status_code == 405
    assert error_page(asking(), 503).status_code == 503
