"""What operators see of the systems that subscribed."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.notify.api import answer_failures
from services.notify.domain.subscription import HANDSHAKE_FOR
from services.notify.operators import FrontDoor, open_door
from services.notify.subscription_pages import subscription_pages
from shared.hand_over import Operator, Purpose, ticket
from shared.identity import Role
from tests.notify.receivers import Receiver, Subscribed, hook, subscribed
from tests.notify.test_settings import A_SECRET

__all__ = ["hook", "subscribed"]

ADMIN = Operator(id="0199", role=Role.ADMIN)


@pytest.fixture
def http(subscribed: Subscribed) -> TestClient:
    app, clock = FastAPI(), subscribed.clock
    answer_failures(app)
    door = FrontDoor(secrets=[A_SECRET], clock=clock, secure=False, sooner="http://sooner.example")
    open_door(app, door)
    app.include_router(subscription_pages(subscriptions=subscribed.kept, clock=clock))
    return TestClient(app)


def come_in(http: TestClient, subscribed: Subscribed) -> str:
    text = ticket(ADMIN, Purpose.ENTER, secrets=[A_SECRET], now=subscribed.clock())
    return http.get("/enter", params={"ticket": text, "page": "/subscriptions"}).text


def test_nobody_sees_them_without_coming_from_sooner(http: TestClient) -> None:
    assert http.get("/subscriptions").status_code == 401


def test_each_is_shown_with_its_health_and_never_its_secrets(
    http: TestClient, subscribed: Subscribed, hook: Receiver
) -> None:
    subscribed.subscribe(hook, headers=("Authorization: Bearer theirs",))
    hook.status = 500
    subscribed.happens()
    subscribed.serve()
    page = come_in(http, subscribed)
    assert "demo-speech" in page
    assert "it answered 500" in page
    assert "1 waiting" in page
    assert "theirs" not in page
    assert "/hook" not in page
    assert "Somebody should ring them" not in page


def test_one_in_error_is_work_until_somebody_takes_it_on(
    http: TestClient, subscribed: Subscribed, hook: Receiver
) -> None:
    hook.status = 500
    id = subscribed.subscribe(hook)
    subscribed.later(seconds=HANDSHAKE_FOR.total_seconds())
    assert "I will ring them" in come_in(http, subscribed)
    answer = http.post(f"/subscriptions/{id}/taken-on")
    assert answer.status_code == 200
    assert "I will ring them" not in answer.text
    assert "Somebody took this on" in answer.text
