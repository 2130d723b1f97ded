"""Browsers of people who are signed in, without JavaScript."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from services.referral.demo.people import person
from services.referral.records.accounts import add_account, add_session
from services.referral.records.form_resources_family import PARENTAL_RESPONSIBILITY
from services.referral.records.resource import Json, Place
from services.referral.use_cases.workplace import Workplace
from shared.identity import Role, job
from shared.passwords import hash_secret, new_secret

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Browser:
    """One person's browser; it follows no redirect by itself."""

    http: TestClient

    def get(self, path: str) -> Response:
        return self.http.get(path)

    def post(self, path: str, **fields: str) -> Response:
        return self.http.post(path, data=fields)

    def read(self, path: str) -> str:
        """The words of a page that must be there, without its markup."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, words(answer.text))
        return words(answer.text)

    def send(self, path: str, fields: Fields | None = None) -> Response:
        """Open a form and post it with what the page hides in it."""
        page = self.get(path)
        assert page.status_code == 200, (path, page.status_code, words(page.text))
        hidden = re.search(r'name="version" value="(\d+)"', page.text)
        version: Fields = {"version": hidden[1]} if hidden else {}
        return self.http.post(path, data={**version, **(fields or {})})

    def move(self, task: str, move: str, **fields: str) -> Response:
        return self.send(f"/referrals/{task}/{move}", fields)


class Browsers:
    """One for each person; a session is made without the slow check of a password."""

    def __init__(self, app: FastAPI, at: Workplace) -> None:
        self.app = app
        self.at = at

    def anybody(self) -> Browser:
        """Nobody is signed in."""
        return Browser(TestClient(self.app, follow_redirects=False, raise_server_exceptions=False))

    def of(self, key: str) -> Browser:
        return self._signed_in(person(key).id)

    def of_family(self, *children: str) -> Browser:
        account: dict[str, Any] = {
            "id": "carer", "email": "family@example.org", "name": "Laila Rahimi",
            "password_hash": "none", "role": Role.FAMILY, "organisation_id": None,
            "services": [], "areas": [], "children": list(children), "active": True,
        }  # fmt: skip
        with self.at.records.database.write() as session:
            add_account(session, account)
        with self.at.records.writing(job("registrar"), now=self.at.clock()) as record:
            for child in children[:1]:
                place = Place(tags=frozenset({f"fam:{child}"}), child=child)
                record.create(a_mother(child), place, id="carer")
        return self._signed_in("carer")

    def _signed_in(self, account: str) -> Browser:
        secret, browser = new_secret(), self.anybody()
        with self.at.records.database.write() as session:
            add_session(session, hash_secret(secret), account, self.at.clock())
        browser.http.cookies.set("sooner", secret)
        return browser


def a_mother(child: str) -> Json:
    """Holds parental responsibility, which lets her see everything and speak for the child."""
    held = {"url": "held", "valueCode": "yes"}
    return {
        "resourceType": "RelatedPerson",
        "extension": [{"url": PARENTAL_RESPONSIBILITY, "extension": [held]}],
        "patient": {"reference": f"Patient/{child}"},
        "name": [{"text": "Laila Rahimi"}],
        "telecom": [{"system": "email", "value": "laila@example.org"}],
    }


def words(page: str) -> str:
    """What stands in the main part of a page, with single spaces."""
    main = page.partition('id="maincontent">')[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main))).strip()


def links(page: str, pattern: str) -> list[str]:
    """The addresses in a page that match, each once, in order."""
    found = re.findall(rf'href="({pattern})"', html.unescape(page))
    return list(dict.fromkeys(found))
