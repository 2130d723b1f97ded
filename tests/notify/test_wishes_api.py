"""The referral service asks and tells what people wish."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from services.notify.main import assemble
from services.notify.messages.people import People
from services.notify.settings import Settings
from shared.contract import Channel
from shared.database import Database
from shared.signing import DEMO_SECRET, sign
from shared.wishes import Wish, Wishes, read_wishes, write_wishes
from tests.notify.builders import FAMILY
from tests.notify.world import Clock

WISHES = Wishes(
    recipient=FAMILY.id,
    wishes=(Wish(category="news", channel=Channel.SMS, pace="at-once"),),
    language="cy",
    days=(0, 1),
    safe_from="09:30",
)


@pytest.fixture
def http(database: Database, database_url: str, clock: Clock) -> TestClient:
    settings = Settings(notify_database_url=database_url, demo=True)
    return TestClient(assemble(settings, database, clock=clock))


def post(http: TestClient, clock: Clock, path: str, body: bytes) -> Response:
    headers = sign(body, id="1", at=clock(), secrets=[DEMO_SECRET])
    return http.post(path, content=body, headers=headers)


def test_what_is_told_is_kept_and_told_back(
    http: TestClient, clock: Clock, database: Database
) -> None:
    assert post(http, clock, "/wishes", write_wishes(WISHES)).status_code == 204
    asked = post(http, clock, "/wishes/of", write_wishes(Wishes(recipient=FAMILY.id)))
    assert read_wishes(asked.content) == WISHES
    assert People(database).preferences(FAMILY.id).days == {0, 1}


@pytest.mark.parametrize(
    "wrong",
    [
        b'{"recipient": "Somebody/else"}',
        b'{"recipient": "RelatedPerson/1", "days": []}',
        b'{"recipient": "RelatedPerson/1", "days": [9]}',
        b'{"recipient": "RelatedPerson/1", "safe_from": "25:00"}',
        b'{"recipient": "RelatedPerson/1", "safe_from": "12:00", "safe_until": "09:00"}',
        b'{"recipient": "RelatedPerson/1", "wishes": [{"category": "x", "channel": "sms",'
        b' "pace": "off"}]}',
    ],
)
def test_what_is_no_wish_is_refused(http: TestClient, clock: Clock, wrong: bytes) -> None:
    assert post(http, clock, "/wishes", wrong).status_code == 400


def test_nobody_else_may_ask(http: TestClient) -> None:
    assert http.post("/wishes/of", content=write_wishes(WISHES)).status_code == 401
    assert http.post("/wishes", content=write_wishes(WISHES)).status_code == 401
