"""Puts the referral service together: the one place that knows every part."""

import os
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

import httpx
import structlog
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from services.referral import jobs
from services.referral.events_api import LARGEST_BODY, events_router
from services.referral.fhir_api import (
    audit_routes,
    conformance_routes,
    discovery,
    history_routes,
    oauth,
    operation_routes,
    read_routes,
    search_routes,
    subscription_routes,
    write_routes,
)
from services.referral.fhir_api.answers import failure_answer, http_answer
from services.referral.fhir_api.asking import MAX_BYTES
from services.referral.fhir_api.negotiation import Negotiation
from services.referral.fhir_api.openapi import describe
from services.referral.policies.providers import read_providers
from services.referral.policies.reader import ANYSHIRE, read_policies
from services.referral.records.store import Records
from services.referral.records.tables import outbox
from services.referral.records.waiting import chain_waiting
from services.referral.scim_api import discovery as scim_discovery
from services.referral.scim_api import people as scim_people
from services.referral.scim_api.answers import scim_answer
from services.referral.scim_api.asking import LARGEST as LARGEST_OF_SCIM
from services.referral.settings import Settings
from services.referral.use_cases.ask_notify import AskNotify
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.client_keys import KeySets
from services.referral.use_cases.escalate_overdue import sweep_in_turn
from services.referral.use_cases.keep_in_touch import keep_in_touch_in_turn
from services.referral.use_cases.know_client import Gate
from services.referral.use_cases.oidc.way import Ways, ways_in
from services.referral.use_cases.pass_on import pass_on
from services.referral.use_cases.preferences import PreferencesAtNotify
from services.referral.use_cases.sign_in import Door, Lasting
from services.referral.use_cases.tidy_nightly import tidy_in_turn
from services.referral.use_cases.watch_turns import watch_sweeps
from services.referral.use_cases.workplace import Workplace, utc_now
from services.referral.web.brand import brand_router, read_brand
from services.referral.web.error_pages import error_page, failure_page
from services.referral.web.rendering import Look
from services.referral.web.routes import add_pages
from services.referral.web.sending_pages import Neighbour
from services.referral.web.surroundings import surround
from shared.bank_holidays import bank_holidays
from shared.careful_fetch import CarefulFetch
from shared.database import Database
from shared.documents.scanner import scanner
from shared.edge import Edge
from shared.errors import Failure
from shared.fhir.shapes import resource_shape
from shared.fhir.types import STORED_TYPES
from shared.headers import HEADERS, headers
from shared.health import health_router, is_database_ready
from shared.pace import Pace
from shared.relay import Passed, Relay, go_on
from shared.signed_call import SignedCall

MIGRATIONS = Path(__file__).parent / "migrations"
NOT_NOW = "Nothing can be kept just now, and nothing was written. Please send it again later."
RETRY_AFTER = "30"  # seconds
TIMEOUT = 10.0  # seconds for notify to answer
#: More threads than this fight over the interpreter's lock: same rate, longer tails.
THREADS = 8
#: The most bytes of a body: the API's and notify's own limits, and more than any form holds.
LIMITS = (
    ("/fhir", MAX_BYTES),
    ("/scim", LARGEST_OF_SCIM),
    ("/events", LARGEST_BODY),
    ("/recipients", LARGEST_BODY),
    ("/sight", LARGEST_BODY),
    ("", 200_000),
)

Clock = Callable[[], datetime]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

log = structlog.get_logger(__name__)


def open_workplace(settings: Settings, *, clock: Clock = utc_now) -> Workplace:
    """The records, the policies and the clock. PolicyError when a policy is not right."""
    policies = read_policies(settings.policies or ANYSHIRE)
    return Workplace(
        records=Records(Database(settings.database_url)),
        rules=Rulebook(policies=policies, holidays=bank_holidays()),
        clock=clock,
        scan=scanner(settings.scanner, demo=settings.demo),
    )


def create_app(settings: Settings, *, clock: Clock = utc_now) -> FastAPI:
    """The service, with its jobs running from start to stop."""
    at = open_workplace(settings, clock=clock)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        for type in STORED_TYPES:
            resource_shape(type)  # built once here, and not while the first sender waits
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        with (
            relaying(settings, at) as pass_on,
            jobs.running(_acts(at, pass_on)),
        ):
            yield
        app.state.ask_notify.close()
        chain_waiting(at.records.database)
        at.records.database.close()

    return assemble(settings, at, lifespan=lifespan)


def assemble(settings: Settings, at: Workplace, *, lifespan: Lifespan | None = None) -> FastAPI:
    """The service's HTTP side alone; `lifespan` says what runs beside it."""
    app = FastAPI(title="Sooner", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.workplace = at
    app.state.gate = way_in(settings)
    app.state.ways = ways_elsewhere(settings)
    app.state.pace = Pace(settings.api_rate, time.monotonic)
    app.state.ask_notify = AskNotify(
        url=f"{settings.notify_url}/subscribers", secrets=settings.events_secrets, clock=at.clock
    )
    app.state.neighbour = Neighbour(
        url=settings.notify_for_browsers, secrets=settings.events_secrets
    )
    app.state.preferences = PreferencesAtNotify(
        SignedCall(
            client=cache(lambda: httpx.Client(timeout=TIMEOUT)),
            url=settings.notify_url,
            secrets=settings.events_secrets,
            clock=at.clock,
        )
    )
    database = at.records.database
    app.include_router(health_router(is_ready=lambda: is_database_ready(database, MIGRATIONS)))
    app.include_router(events_router(at=at, secrets=settings.events_secrets))
    app.include_router(oauth.router)
    app.include_router(discovery.router)
    app.include_router(subscription_routes.router)
    app.include_router(operation_routes.router)
    app.include_router(audit_routes.router)
    app.include_router(conformance_routes.router)
    app.include_router(history_routes.router)
    app.include_router(search_routes.router)
    app.include_router(read_routes.router)
    app.include_router(write_routes.router)
    app.include_router(scim_discovery.router)
    app.include_router(scim_people.router)
    add_pages(app, at, secure=settings.cookies_need_https, door=front_door(settings))
    app.add_middleware(Negotiation)
    describe(app)
    brand = read_brand(settings.colour, settings.logos)
    app.include_router(brand_router(brand))
    look = Look(
        partnership=settings.partnership,
        contact=settings.contact,
        brand=brand,
        demo=settings.demo,
    )
    surround(app, look, secure=settings.cookies_need_https)
    _answer_failures(app, headers(settings.cookies_need_https))
    app.add_middleware(Edge, hosts=settings.hosts_answered, limits=LIMITS, refuse=_refused)
    return app


def way_in(settings: Settings) -> Gate:
    """How other systems sign in."""
    return Gate(
        base=settings.own_url,
        key_sets=KeySets(CarefulFetch(allow_private=settings.private_key_sets)),
        lifetime=timedelta(minutes=settings.token_minutes),
        demo=settings.demo,
    )


def front_door(settings: Settings) -> Door:
    """How people sign in."""
    return Door(
        lasting=Lasting(
            idle=timedelta(minutes=settings.idle_minutes),
            longest=timedelta(hours=settings.session_hours),
        ),
        demo=settings.demo,
        second_factor_for=settings.second_factor_for,
        base=settings.own_url,
    )


def ways_elsewhere(settings: Settings) -> Ways:
    """The sign-in services of others. PolicyError when their file is not right."""
    if settings.oidc_file is None:
        return {}
    trusted = read_providers(settings.oidc_file, os.environ, demo=settings.demo)
    return ways_in(trusted, base=settings.own_url, demo=settings.demo)


def _acts(at: Workplace, pass_on: Callable[[], Passed]) -> jobs.Acts:
    started = at.clock()
    return jobs.Acts(
        pass_on=pass_on,
        chain_looks=lambda: chain_waiting(at.records.database),
        sweep=lambda: sweep_in_turn(at=at),
        watch=lambda: watch_sweeps(at=at, since=started),
        keep_in_touch=lambda: keep_in_touch_in_turn(at=at),
        nightly=lambda: tidy_in_turn(at=at),
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
        batches = partial(go_on, lambda: relay.pass_on(now=at.clock()))
        yield lambda: pass_on(batches, at=at)


def _refused(request: Request, status: int, words: str) -> Response:
    answer = _answer(request, HTTPException(status, words))
    answer.headers.update(HEADERS)  # this one too is made outside every middleware
    return answer


def _answer_failures(app: FastAPI, added: Mapping[str, str]) -> None:
    """To a program an OperationOutcome, to a person a page."""
    for kind in (Failure, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _answer)

    def not_now(request: Request, failure: Exception) -> Response:
        log.error("database does not work", why=type(failure).__name__)
        return _answer(request, HTTPException(503, NOT_NOW, {"retry-after": RETRY_AFTER}))

    def crashed(request: Request, failure: Exception) -> Response:
        answer = _answer(request, failure)
        answer.headers.update(added)  # this one is made outside every middleware
        return answer

    app.add_exception_handler(OperationalError, not_now)
    app.add_exception_handler(Exception, crashed)


def _answer(request: Request, failure: Exception) -> Response:
    speaks_fhir = request.url.path.startswith("/fhir")
    if request.url.path.startswith("/scim/"):
        return scim_answer(failure)
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
