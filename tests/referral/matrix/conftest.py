"""One county for the matrix of a kind of database. Nothing that the matrix tries changes it."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from starlette.testclient import TestClient

from services.referral.domain.moves import Move
from services.referral.main import MIGRATIONS, assemble
from services.referral.policies.reader import read_policies
from services.referral.records.accounts import add_account, add_session
from services.referral.records.clients import NewClient, add_client, add_token
from services.referral.records.resource import Resource
from services.referral.records.store import Records
from services.referral.records.tables import metadata
from services.referral.settings import Settings
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.workplace import Workplace
from shared.bank_holidays import bank_holidays
from shared.database import Database, migrate
from shared.identity import Principal, Role, job
from shared.passwords import hash_secret
from tests.databases import BACKENDS, fresh_postgres
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_child, a_concern, as_, service_id, the_example
from tests.referral.conftest import Rows
from tests.referral.fakes import Clock
from tests.referral.matrix.cast import (
    COLLEAGUES,
    CONCERNS,
    FAMILY,
    MINE,
    OTHERS,
    PEOPLE,
    account_of,
    new_accounts,
)
from tests.referral.web.browsers import a_mother

NORTH_SPEECH, CAMHS = "north-speech-language-therapy", "camhs"
TYPES_OF_A_CHILD = (
    "Appointment", "Communication", "Consent", "Observation", "Patient", "Provenance",
    "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Task",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class County:
    """The live service, and what is kept of each of the three concerns."""

    app: FastAPI
    at: Workplace
    kept: Mapping[str, list[Resource]]

    def one(self, concern: str, type: str) -> Resource:
        return next(one for one in self.kept[concern] if one.type == type)

    def task(self, concern: str) -> str:
        return self.one(concern, "Task").id

    def service(self, concern: str) -> str:
        owner: str = self.one(concern, "Task").json["owner"]["reference"]
        return owner.rpartition("/")[2]

    def system_of(self, who: str) -> "Caller":
        """A system that acts as this person."""
        return Caller(self.anybody, {"Authorization": f"Bearer token-{who}"})

    def browser_of(self, who: str) -> "Caller":
        browser = self.anybody
        browser.cookies.set("sooner", f"secret-{who}")
        return Caller(browser, {})

    @property
    def anybody(self) -> TestClient:
        return TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)


@dataclass(frozen=True)
class Caller:
    """Somebody with what proves who they are."""

    http: TestClient
    headers: Mapping[str, str]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {**self.headers, **headers}
        if isinstance(body, dict) and "Content-Type" not in headers:
            return self.http.request(method, path, data=body, headers=sent)
        return self.http.request(method, path, content=body, headers=sent)

    def status(self, method: str, path: str, body: Any = None, **headers: str) -> int:
        answer = self.ask(method, path, body, **headers)
        assert answer.status_code < 500, (method, path, answer.text[:300])
        code: int = answer.status_code
        return code


@pytest.fixture(scope="package", params=BACKENDS)
def county(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, area_rows: Rows
) -> Iterator[County]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'referral.db'}"
        yield from _county(url, area_rows)
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        yield from _county(url, area_rows)


def _county(url: str, area_rows: Rows) -> Iterator[County]:
    migrate(url, MIGRATIONS)
    rules = Rulebook(policies=read_policies(), holidays=bank_holidays())
    with closing(Database(url)) as database:
        with database.write() as session:
            for table in metadata.sorted_tables:
                if area_rows[table.name]:
                    session.execute(insert(table), area_rows[table.name])
        at = Workplace(records=Records(database), rules=rules, clock=Clock())
        kept = _raise_all(at)
        _let_everybody_in(at, {name: _child(kept[name]) for name in CONCERNS})
        app = assemble(Settings(demo=True, database_url=url), at)
        yield County(app=app, at=at, kept=kept)


def _raise_all(at: Workplace) -> dict[str, list[Resource]]:
    assert isinstance(at.clock, Clock)
    anyshire = Anyshire(records=at.records, rules=at.rules, clock=at.clock)
    colleague = Principal(
        id=account_of("nursery.colleague"),
        name="A colleague",
        role=Role.SETTING,
        organisation=as_("nursery").organisation,
    )
    speech, camhs = (frozenset({service_id(key)}) for key in (NORTH_SPEECH, CAMHS))
    other = a_child(identifier=None, birthDate="2022-03-04")
    third = a_child(identifier=None, birthDate="2022-03-05")
    raised = {
        MINE: anyshire.raise_(the_example()),
        COLLEAGUES: anyshire.raise_(a_concern(child=other, services=speech), by=colleague),
        OTHERS: anyshire.raise_(a_concern(child=third, services=camhs), by="nursery2"),
    }
    task = anyshire.referral_at(NORTH_SPEECH, raised[MINE])
    anyshire.move(task, Move.RECEIVE)
    anyshire.move(task, Move.ASK, text="Does she turn when you whisper?")
    anyshire.answer(anyshire.open_ask(raised[MINE].concern), "Yes, each time.")
    anyshire.move(task, Move.ACCEPT)
    starts = at.clock() + timedelta(days=9)
    anyshire.move(task, Move.OFFER, starts_at=starts)
    with at.records.writing(job("matrix"), now=at.clock()) as record:
        children = {name: record.concern(one.concern).concern.child for name, one in raised.items()}
        for mother, (concern,) in FAMILY.items():
            child = record.resource("Patient", children[concern])
            record.create(a_mother(child.id), child.place, id=account_of(mother))
    with at.records.reading(job("matrix"), now=at.clock()) as record:
        return {name: record.of_child(child) for name, child in children.items()}


def _child(kept: list[Resource]) -> str:
    return next(one.id for one in kept if one.type == "Patient")


def _let_everybody_in(at: Workplace, children: dict[str, str]) -> None:
    now = at.clock()
    with at.records.database.write() as session:
        for account in new_accounts(children):
            add_account(session, account)
        for who in PEOPLE:
            id = account_of(who)
            client = NewClient(id=f"matrix-{who}", account=id, scope="system/*.cruds")
            add_client(session, client)
            add_token(
                session, hash_secret(f"token-{who}"), client.id, client.scope,
                now + timedelta(days=1),
            )  # fmt: skip
            add_session(session, hash_secret(f"secret-{who}"), id, now)
