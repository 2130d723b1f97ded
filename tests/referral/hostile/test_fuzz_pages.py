"""Every form on every page that a person can reach, filled in with nonsense."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random

import pytest
from fastapi import FastAPI

from services.referral.use_cases.workplace import Workplace
from tests.referral.hostile.nonsense import TEXTS
from tests.referral.hostile.targets import MARKER, Target
from tests.referral.web.browsers import Browser, Browsers

PEOPLE = ("nursery2", "nursery", "speech", "coordinator", "admin", "auditor")
#: These may see the one child there is.
MAY_SEE = frozenset({"nursery", "speech", "coordinator"})
MOST_PAGES = 25


@dataclass
class Form:
    action: str
    method: str
    names: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """The forms and the links of a page."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.address = address
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = found.get("action") or self.address
            self.forms.append(Form(action, found.get("method", "get").lower()))
        elif tag in ("input", "select", "textarea", "button") and self.forms and "name" in found:
            self.forms[-1].names.append(found["name"])
        elif tag == "a" and found.get("href", "").startswith("/"):
            self.links.append(found["href"])


def forms_of(browser: Browser) -> list[Form]:
    """What a person finds who follows every link, a bounded number of pages deep."""
    waiting, seen, forms = ["/"], set[str](), dict[str, Form]()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if address in seen or address.startswith("/static"):
            continue
        seen.add(address)
        answer = browser.get(address)
        if answer.status_code == 303:
            waiting.append(answer.headers["location"])
        page = Reader(answer.text, address)
        forms |= {f"{one.method} {one.action}": one for one in page.forms}
        waiting += page.links
    return [form for form in forms.values() if form.action != "/sign-out"]


def filled(form: Form, chance: Random) -> dict[str, str]:
    names = sorted({*form.names, "nothing"})
    return {
        name: chance.choice(TEXTS) for name in chance.sample(names, chance.randint(0, len(names)))
    }


@pytest.mark.parametrize("key", PEOPLE)
def test_no_form_breaks_leaks_or_half_writes(
    target: Target, site: FastAPI, place: Workplace, key: str
) -> None:
    browser = Browsers(site, place).of(key)
    forms = forms_of(browser)
    assert forms or key in ("admin", "auditor")
    chance = Random(key)
    for form in forms:
        for _ in range(6):
            _attack(target, browser, form, filled(form, chance), may_see=key in MAY_SEE)


def _attack(
    target: Target, browser: Browser, form: Form, fields: dict[str, str], *, may_see: bool
) -> None:
    before = target.rows
    if form.method == "post":
        answer = browser.http.post(form.action, data=fields)
    else:
        answer = browser.http.get(form.action, params=fields)
    assert answer.status_code < 500, (form.action, answer.status_code, answer.text[-800:])
    assert may_see or MARKER not in answer.text
    assert "<script>alert(1)" not in answer.text
    if answer.status_code >= 400:
        assert target.rows == before, form.action
