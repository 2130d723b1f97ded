"""People at their pages, as a browser without JavaScript would send them."""

import re
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import httpx

from services.referral.demo.people import PASSWORD
from tests.journeys.processes import Running
from tests.referral.web.whole_forms import ZOYAS_POSTS

CHILD = "Zoya Rahimi-Okafor"
MOTHER = "laila.rahimi@example.org"


def zoyas_pages() -> dict[str, dict[str, str | list[str]]]:
    """The whole form, with an address that her mother can be written to."""
    pages = {page: dict(fields) for page, fields in ZOYAS_POSTS.items()}
    pages["carers/1"]["email"] = MOTHER
    return pages


class Town:
    """Everyone who uses the running services; each keeps a connection until the end."""

    def __init__(self, running: Running, opened: ExitStack) -> None:
        self.running = running
        self._opened = opened

    def visitor(self, who: str) -> "Visitor":
        """That person, signed in at the pages."""
        http = httpx.Client(base_url=self.running.referral, follow_redirects=True, timeout=30)
        return Visitor(self._opened.enter_context(http), who)

    def system(self, who: str) -> httpx.Client:
        """The system that acts for that person's organisation, with its token."""
        token = f"{self.running.referral}/oauth/token"
        form = {"grant_type": "client_credentials"}
        answer = httpx.post(token, data=form, auth=(f"demo-{who}", PASSWORD))
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        http = httpx.Client(base_url=f"{self.running.referral}/fhir", headers=headers, timeout=30)
        return self._opened.enter_context(http)

    def mail(self) -> str:
        """The page of the mail that was caught."""
        return httpx.get(f"{self.running.notify}/mail").text


class Visitor:
    """Somebody who has signed in."""

    def __init__(self, http: httpx.Client, who: str) -> None:
        self.http = http
        form = {"email": f"{who}@example.org", "password": PASSWORD}
        self.sees(self.http.post("/sign-in", data=form), "Sign out")

    def sees(self, answer: httpx.Response, *words: str) -> str:
        """The page; every one of the words must stand on it."""
        assert answer.status_code == 200, answer.text[:2000]
        for word in words:
            assert word in answer.text, f"“{word}” is not on {answer.url}"
        return answer.text

    def opens(self, path: str, *words: str) -> str:
        return self.sees(self.http.get(path), *words)

    def link(self, path: str, pattern: str) -> str:
        """The first link of that page that matches."""
        return link_on(self.opens(path), pattern)

    def looks_for(self, name: str) -> str:
        """The queue, filtered; by POST, because a child's name does not belong in an address."""
        return self.sees(self.http.post("/queue", data={"q": name}))

    def sends(self, path: str, **fields: Any) -> str:
        """The form of that page with these fields, and those that it holds hidden."""
        page = self.opens(path)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        return self.sees(self.http.post(path, data={**hidden, **fields}))

    def raises_zoyas_concern(self) -> str:
        """The confirmation page."""
        return self.raises(zoyas_pages())

    def raises(self, pages: Mapping[str, Mapping[str, str | list[str]]]) -> str:
        """A concern that is told page by page; the confirmation page."""
        started = self.http.post("/raise", data={"safe": "safe"})
        draft = str(started.url.path)
        for page, fields in pages.items():
            self.sees(self.http.post(f"{draft}/{page}", data=fields))
        return self.sees(self.http.post(f"{draft}/send"))


def link_on(page: str, pattern: str) -> str:
    """The first link of a page that matches."""
    found = re.search(rf'href="({pattern})"', page)
    assert found, f"no link {pattern}"
    return found[1]


def timeline(page: str) -> list[str]:
    """What has happened, as the page tells it, newest first.

    Who heard of it is left out: messages arrive while two people look one after the other.
    """
    listed = re.search(r'<ol class="app-timeline.*?</ol>', page, re.DOTALL)
    assert listed, "there is no timeline"
    items = re.findall(r"<li.*?</li>", listed[0], re.DOTALL)
    told = re.compile(r'<p class="app-source">.*?</p>', re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", told.sub("", item)).split()) for item in items]
