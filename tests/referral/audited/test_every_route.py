"""No route is forgotten by the audit, and each leaves the lines that its table says."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import Response

from services.referral.demo.people import person
from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.audited.directory import OF_A_DIRECTORY
from tests.referral.audited.steps import ELSEWHERE, LIKE_ANOTHER, SHOWS_NOTHING, STEPS, Step
from tests.referral.builders import the_example
from tests.referral.fhir_api.systems import System
from tests.referral.use_cases.reading import SPEECH, audits
from tests.referral.web.browsers import Browsers


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def app(at: Workplace) -> FastAPI:
    return assemble(Settings(demo=True, database_url=str(at.records.database.url)), at)


def _routes(app: FastAPI) -> Iterator[str]:
    for route in iter_route_contexts(app.routes):
        methods = set(getattr(route, "methods", None) or {"GET"}) - {"HEAD"}
        yield from (f"{method} {route.path}" for method in methods)


def test_every_route_says_what_it_leaves_in_the_audit(app: FastAPI) -> None:
    walked = {step.route for step in STEPS} | OF_A_DIRECTORY.keys()
    known = walked | SHOWS_NOTHING.keys() | LIKE_ANOTHER.keys() | ELSEWHERE.keys()
    assert set(_routes(app)) - known == set(), "say in steps.py what these leave in the audit"
    assert known - set(_routes(app)) == set(), "these are no routes any more"


def test_what_is_like_another_names_one_that_is_walked() -> None:
    assert set(LIKE_ANOTHER.values()) <= {step.route for step in STEPS}


def test_each_leaves_what_the_table_says(app: FastAPI, at: Workplace, anyshire: Anyshire) -> None:
    made = anyshire.raise_(the_example())
    ids = {
        "task": anyshire.referral_at(SPEECH, made),
        "concern": str(made.concern),
        "draft": "none",
        "person": person("speech.south").id,
    }
    ids["line"] = next(one.id for one in audits(at.records) if one.action == "raise")
    walker = Walker(app, at, ids)
    walked = [(walker.walk(step), (str(step), step.status, step.leaves)) for step in STEPS]
    wrong = [both for both in walked if both[0] != both[1]]
    assert not wrong, "\n".join(f"{was}, and not {wanted}" for was, wanted in wrong)


class Walker:
    """Asks as the person or the system of each step, and looks what the audit got from it."""

    def __init__(self, app: FastAPI, at: Workplace, ids: dict[str, str]) -> None:
        self.browsers = Browsers(app, at)
        self.records = at.records
        self.ids = ids
        self._systems: dict[str, System] = {}

    def walk(self, step: Step) -> tuple[str, int, tuple[str, ...]]:
        system = self._system(step.who) if step.who.startswith("demo-") else None
        before = len(audits(self.records))
        path = re.sub(r"\{(\w+)\}", lambda found: self.ids[found[1]], step.path)
        answer = self._ask(step, path, system)
        if found := re.fullmatch("/raise/([^/]+)", answer.headers.get("location", "")):
            self.ids["draft"] = found[1]
        left = [line.action for line in audits(self.records)[before:]]
        return str(step), answer.status_code, tuple(dict.fromkeys(left))

    def _ask(self, step: Step, path: str, system: System | None) -> Response:
        method = step.route.partition(" ")[0]
        if system:
            body = step.body if step.body is not None else ""
            return system.send(method, path.removeprefix("/fhir"), body, **step.headers)
        browser = self.browsers.of(step.who) if step.who else self.browsers.anybody()
        return browser.http.request(method, path, data=dict(step.fields) or None)

    def _system(self, id: str) -> System:
        """Signed in already, so that its token is not one of the step's lines."""
        if id not in self._systems:
            self._systems[id] = System(self.browsers.anybody().http, id)
            assert self._systems[id].headers
        return self._systems[id]
