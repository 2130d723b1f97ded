"""Puts notify together: the one place that knows every part."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    ExitStack,
    asynccontextmanager,
    closing,
    contextmanager,
)
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from ssl import SSLContext

import httpx
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from services.notify import jobs
from services.notify.api import LARGEST_BODY, answer_failures, events_router, not_now, refused
from services.notify.channels.catcher import catch_mail
from services.notify.channels.neighbour import Neighbour
from services.notify.channels.recipients import Recipients
from services.notify.channels.rest_hook import RestHook
from services.notify.channels.sight import AskSight
from services.notify.channels.smtp import Smtp
from services.notify.domain.decide import Area
from services.notify.domain.hours import area_hours, workdays
from services.notify.domain.message import MessageState
from services.notify.letter_pages import PostRoom, letters_router
from services.notify.mail_pages import mail_router
from services.notify.message_pages import ControlRoom, messages_router
from services.notify.messages.breakers import Breakers
from services.notify.messages.caught_mail import CaughtMail
from services.notify.messages.hooks import Hooks
from services.notify.messages.journal import follow
from services.notify.messages.letters import Letters
from services.notify.messages.overview import Overview
from services.notify.messages.people import People
from services.notify.messages.receipts import Receipts
from services.notify.messages.store import Store
from services.notify.messages.subscriptions import Subscriptions
from services.notify.messages.tables import outbox
from services.notify.messages.totals import Tallies
from services.notify.operators import FrontDoor, open_door
from services.notify.preview_pages import preview_router
from services.notify.receipt_api import receipts_router
from services.notify.settings import Settings
from services.notify.subscription_api import subscriptions_router
from services.notify.subscription_pages import subscription_pages
from services.notify.use_cases.compose import Compose
from services.notify.use_cases.deliver_hooks import Serving
from services.notify.use_cases.deliver_on import deliver_on
from services.notify.use_cases.delivery import Delivery
from services.notify.use_cases.reconcile import Reconciled, beat, reconcile
from services.notify.use_cases.serve_hooks import HookService, hook_service
from services.notify.ways_out import FindWays, WaysOut, ways_out
from services.notify.wishes_api import wishes_router
from shared.bank_holidays import bank_holidays
from shared.careful_fetch import CarefulFetch
from shared.contract import Channel
from shared.database import Database
from shared.edge import Edge
from shared.headers import SecurityHeaders
from shared.health import health_router, is_database_ready
from shared.relay import Passed, Relay, go_on

MIGRATIONS = Path(__file__).parent / "migrations"
TIMEOUT = 10.0  # seconds for the referral service to answer

Clock = Callable[[], datetime]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Work:
    """What notify does by itself; each call is one pass."""

    deliver: Callable[[], Counter[MessageState]]
    pass_on: Callable[[], Passed]
    poll: Callable[[], int]
    forget: Callable[[], int]
    late_letters: Callable[[], int]
    beat: Callable[[], None]
    reconcile: Callable[[], Reconciled]
    hooks: HookService


def create_app(
    settings: Settings, *, clock: Clock = utc_now, find_ways: FindWays = ways_out
) -> FastAPI:
    """The service, with its jobs running from start to stop."""
    database = Database(settings.notify_database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with (
            closing(database),
            at_work(settings, database, clock=clock, find_ways=find_ways) as work,
            jobs.running(
                work.deliver,
                work.pass_on,
                work.hooks,
                slowly=(work.poll, work.forget, work.late_letters, work.beat),
            ),
        ):
            yield

    return assemble(settings, database, clock=clock, lifespan=lifespan)


def assemble(
    settings: Settings, database: Database, *, clock: Clock, lifespan: Lifespan | None = None
) -> FastAPI:
    """The service's HTTP side alone; `lifespan` says what runs beside it."""
    app = FastAPI(title="Sooner notify", lifespan=lifespan, openapi_url=None)
    answer_failures(app)
    app.add_exception_handler(OperationalError, not_now)
    app.add_middleware(SecurityHeaders, secure=not settings.demo)
    app.add_middleware(
        Edge, hosts=settings.hosts_answered, limits=(("", LARGEST_BODY),), refuse=refused
    )
    secrets = settings.events_secrets
    app.include_router(events_router(store=Store(database), secrets=secrets, clock=clock))
    app.include_router(wishes_router(people=People(database), secrets=secrets, clock=clock))
    app.include_router(health_router(is_ready=lambda: is_database_ready(database, MIGRATIONS)))
    _add_receipts_and_letters(app, settings, database, clock)
    _add_subscriptions(app, settings, database, clock)
    if settings.demo:
        app.include_router(mail_router(CaughtMail(database)))
    return app


def _add_receipts_and_letters(
    app: FastAPI, settings: Settings, database: Database, clock: Clock
) -> None:
    receipts = Receipts(database)
    tokens = {name: account.tokens for name, account in settings.govuk_accounts.items()}
    app.include_router(receipts_router(receipts=receipts, tokens=tokens, clock=clock))
    pages_url = settings.public_url or settings.referral_url
    door = FrontDoor(
        secrets=settings.events_secrets,
        clock=clock,
        secure=not settings.demo,
        sooner=pages_url,
    )
    open_door(app, door)
    room = PostRoom(
        letters=Letters(database),
        receive=lambda receipt, by: receipts.receive(receipt, provider=by, now=clock()),
        clock=clock,
        sender=settings.sender_lines,
        workdays=workdays(bank_holidays()),
    )
    app.include_router(letters_router(room))
    control = ControlRoom(
        overview=Overview(database),
        follow=lambda id: follow(database, id),
        tallies=Tallies(database),
        breakers=Breakers(database),
        clock=clock,
    )
    app.include_router(messages_router(control))
    app.include_router(preview_router(pages_url=pages_url))


def _add_subscriptions(app: FastAPI, settings: Settings, database: Database, clock: Clock) -> None:
    subscriptions = Subscriptions(database)
    api = subscriptions_router(
        subscriptions=subscriptions,
        check_address=_rest_hook(settings).check,
        secrets=settings.events_secrets,
        clock=clock,
    )
    app.include_router(api)
    app.include_router(subscription_pages(subscriptions=subscriptions, clock=clock))


def _rest_hook(settings: Settings, trust: SSLContext | None = None) -> RestHook:
    fetch = CarefulFetch(
        allow_private=settings.private_hooks, plain_here=settings.demo, trust=trust
    )
    return RestHook(fetch=fetch)


@contextmanager
def at_work(
    settings: Settings, database: Database, *, clock: Clock, find_ways: FindWays = ways_out
) -> Iterator[Work]:
    """Everything that reaches outside the process, open until the block ends."""
    with ExitStack() as opened:
        client = opened.enter_context(httpx.Client(timeout=TIMEOUT))
        smtp = opened.enter_context(_mail_server(settings, database, clock))
        ways = find_ways(settings, database, smtp=smtp, clock=clock)
        delivery = _delivery(settings, database, client=client, ways=ways, clock=clock)
        relay = Relay(
            database=database,
            table=outbox,
            client=client,
            url=f"{settings.referral_url}/events",
            secrets=settings.events_secrets,
            chance=random.random,
        )
        tallies, letters = Tallies(database), Letters(database)
        neighbour = Neighbour(
            client=client,
            url=f"{settings.referral_url}/totals",
            secrets=settings.events_secrets,
            clock=clock,
        )
        hooks = hook_service(_serving(settings, database, client, clock))
        yield Work(
            deliver=lambda: deliver_on(delivery, clock=clock),
            pass_on=lambda: go_on(lambda: relay.pass_on(now=clock())),
            poll=lambda: ways.polling(clock()),
            forget=lambda: _forget(database, clock()),
            late_letters=lambda: letters.tell_of_late(workdays(bank_holidays()), now=clock()),
            beat=lambda: beat(tallies, neighbour.totals, now=clock()),
            reconcile=lambda: reconcile(tallies, neighbour.totals, now=clock()),
            hooks=opened.enter_context(hooks),
        )


def _forget(database: Database, now: datetime) -> int:
    return Letters(database).forget(now=now) + Subscriptions(database).forget(now=now)


def _serving(settings: Settings, database: Database, client: httpx.Client, clock: Clock) -> Serving:
    ask = AskSight(
        client=client,
        url=f"{settings.referral_url}/sight",
        secrets=settings.events_secrets,
        clock=clock,
    )
    return Serving(
        hooks=Hooks(database),
        # Making one costs more than all else that a post takes.
        post=_rest_hook(settings, httpx.create_ssl_context(trust_env=False)),
        sight=ask,
        base=f"{(settings.public_url or settings.referral_url).rstrip('/')}/fhir",
        chance=random.random,
        clock=clock,
    )


def _delivery(
    settings: Settings,
    database: Database,
    *,
    client: httpx.Client,
    ways: WaysOut,
    clock: Clock,
) -> Delivery:
    ask = Recipients(
        client=client,
        url=f"{settings.referral_url}/recipients",
        secrets=settings.events_secrets,
        clock=clock,
    )
    return Delivery(
        store=Store(database),
        people=People(database),
        area=_area(settings, ways.usable),
        ask=ask,
        channels=ways.channels,
        compose=Compose(
            pages_url=settings.public_url or settings.referral_url, phone=settings.help_phone
        ),
        chance=random.random,
        clock=clock,
    )


def _area(settings: Settings, channels: frozenset[Channel]) -> Area:
    return Area(
        hours=area_hours(
            quiet=settings.hours_between(settings.quiet_hours),
            phone=settings.hours_between(settings.phone_hours),
            holidays=bank_holidays(),
        ),
        channels=channels,
        as_in_life=settings.is_as_in_life,
    )


@contextmanager
def _mail_server(settings: Settings, database: Database, clock: Clock) -> Iterator[Smtp | None]:
    if not settings.smtp_host and not settings.catches_mail:
        yield None
        return
    if settings.smtp_host:
        yield Smtp(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.smtp_from,
            clock=clock,
            starttls=settings.smtp_starttls,
            user=settings.smtp_user,
            password=settings.smtp_password,
        )
        return
    with catch_mail(CaughtMail(database).keep, clock=clock) as (host, port):
        yield Smtp(host=host, port=port, sender=settings.smtp_from, clock=clock)
