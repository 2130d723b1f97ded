"""Puts the referral service together: the one place that knows every part."""

import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.referral import jobs
from services.referral.events_api import events_router
from services.referral.fhir_api import audit_routes, discovery, oauth, routes
from services.referral.fhir_api.answers import failure_answer, http_answer
from services.referral.policies.bank_holidays import bank_holidays
from services.referral.policies.reader import ANYSHIRE, read_policies
from services.referral.records.store import Records
from services.referral.records.tables import outbox
from services.referral.records.waiting import chain_waiting
from services.referral.settings import Settings
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.client_keys import KeySets
from services.referral.use_cases.drafts import delete_old_drafts
from services.referral.use_cases.give_token import forget_expired
from services.referral.use_cases.hand_over import hand_over
from services.referral.use_cases.know_client import Gate
from services.referral.use_cases.verify_audit import verify_nightly
from services.referral.use_cases.workplace import Workplace, utc_now
from services.referral.web.error_pages import error_page, failure_page
from services.referral.web.rendering import Look
from services.referral.web.routes import add_pages
from services.referral.web.security import headers
from services.referral.web.surroundings import surround
from shared.careful_fetch import CarefulFetch
from shared.database import Database
from shared.errors import Failure
from shared.fhir.shapes import resource_shape
from shared.fhir.types import STORED_TYPES
from shared.health import health_router, is_database_ready
from shared.identity import job
from shared.relay import Passed, Relay

MIGRATIONS = Path(__file__).parent / "migrations"
TIMEOUT = 10.0  # seconds for notify to answer
#: More threads than this fight over the interpreter's lock: same rate, longer tails.
THREADS = 8
DRAFTS = job("drafts")

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def open_workplace(settings: Settings) -> Workplace:
    """The records, the policies and the clock. PolicyError when a policy is not right."""
    policies = read_policies(settings.policies or ANYSHIRE)
    return Workplace(
        records=Records(Database(settings.database_url)),
        rules=Rulebook(policies=policies, holidays=bank_holidays()),
        clock=utc_now,
    )


def create_app(settings: Settings) -> FastAPI:
    """The service, with its jobs running from start to stop."""
    at = open_workplace(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for type in STORED_TYPES:
            resource_shape(type)  # built once here, and not while the first sender waits
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        with (
            relaying(settings, at) as pass_on,
            jobs.running(pass_on, lambda: chain_waiting(at.records.database), lambda: _tidy(at)),
        ):
            yield
        chain_waiting(at.records.database)
        at.records.database.close()

    return assemble(settings, at, lifespan=lifespan)


def assemble(settings: Settings, at: Workplace, *, lifespan: Lifespan | None = None) -> FastAPI:
    """The service's HTTP side alone; `lifespan` says what runs beside it."""
    app = FastAPI(title="Sooner", lifespan=lifespan, docs_url="/fhir-docs", redoc_url=None)
    app.state.workplace = at
    app.state.gate = way_in(settings)
    database = at.records.database
    app.include_router(health_router(is_ready=lambda: is_database_ready(database, MIGRATIONS)))
    app.include_router(events_router(at=at, secrets=settings.events_secrets))
    app.include_router(oauth.router)
    app.include_router(discovery.router)
    app.include_router(audit_routes.router)
    app.include_router(routes.router)
    add_pages(app, at, secure=settings.cookies_need_https)
    look = Look(partnership=settings.partnership, demo=settings.demo)
    surround(app, look, secure=settings.cookies_need_https)
    _answer_failures(app, headers(settings.cookies_need_https))
    return app


def way_in(settings: Settings) -> Gate:
    """How other systems sign in."""
    return Gate(
        base=settings.own_url,
        key_sets=KeySets(CarefulFetch(allow_private=settings.private_key_sets)),
        lifetime=timedelta(minutes=settings.token_minutes),
        demo=settings.demo,
    )


@contextmanager
def relaying(settings: Settings, at: Workplace) -> Iterator[Callable[[], Passed]]:
    """One pass of the relay to notify, with a client kept open."""
    with httpx.Client(timeout=TIMEOUT) as client:
        relay = Relay(
            database=at.records.database,
            table=outbox,
            client=client,
            url=f"{settings.notify_url}/events",
            secrets=settings.events_secrets,
            chance=random.random,
        )
        yield lambda: hand_over(lambda: relay.pass_on(now=at.clock()), at=at)


def _tidy(at: Workplace) -> int:
    forget_expired(at=at)
    verify_nightly(at=at)
    with at.records.writing(DRAFTS, now=at.clock()) as record:
        return delete_old_drafts(record=record)


def _answer_failures(app: FastAPI, added: Mapping[str, str]) -> None:
    """To a program an OperationOutcome, to a person a page."""
    for kind in (Failure, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _answer)

    def crashed(request: Request, failure: Exception) -> Response:
        answer = _answer(request, failure)
        answer.headers.update(added)  # this one is made outside every middleware
        return answer

    app.add_exception_handler(Exception, crashed)


def _answer(request: Request, failure: Exception) -> Response:
    speaks_fhir = request.url.path.startswith("/fhir")
    if isinstance(failure, Failure):
        return failure_answer(failure) if speaks_fhir else failure_page(request, failure)
    more: Mapping[str, str] | None = None
    status, words = 500, "Something went wrong here. It is not your fault, and nothing was written."
    if isinstance(failure, HTTPException):
        status, words, more = failure.status_code, str(failure.detail), failure.headers
    if isinstance(failure, RequestValidationError):
        status, words = 400, "The request could not be understood."
    answer = http_answer(status, words) if speaks_fhir else error_page(request, status)
    answer.headers.update(more or {})
    return answer
