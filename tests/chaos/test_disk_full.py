"""The disk is full: nothing that was acknowledged is lost, and who asks is told to come again.

On SQLite alone, whose own limit of pages gives the error that a full disk gives. PostgreSQL has no
such limit: a full disk for it takes a small file system, which only root may mount, and a test that
only root can run would be one that most people cannot. Its error (53100) takes the same way through
the services: it reaches them as the same `OperationalError`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event
from sqlmodel import select

from services.notify.main import MIGRATIONS, assemble
from services.notify.messages.tables import InboxRow
from services.notify.settings import Settings
from services.referral.demo.people import PASSWORD
from services.referral.main import assemble as referral_app
from services.referral.main import open_workplace
from services.referral.records.tables import outbox
from services.referral.settings import Settings as ReferralSettings
from shared.cloudevents import BATCH_TYPE, CloudEvent, from_json, join, to_json
from shared.database import Database, migrate
from shared.signing import DEMO_SECRET, sign
from shared.wire import read_referral_event, referral_to_cloudevent
from tests.bench.concern import a_body, prepare
from tests.chaos.conftest import Say
from tests.chaos.notify_alone import family_events
from tests.notify.world import Clock

A_BATCH = 20
MOST_BATCHES = 500
MORE_PAGES = 60  # of 4 KiB, beyond what the empty database takes


def test_when_the_disk_is_full_notify_acknowledges_nothing_that_it_cannot_keep(
    tmp_path: Path, clock: Clock, say: Say
) -> None:
    url = f"sqlite:///{tmp_path / 'notify.db'}"
    migrate(url, MIGRATIONS)
    database = Database(url)
    settings = Settings(notify_database_url=url, demo=True)
    http = TestClient(assemble(settings, database, clock=clock), raise_server_exceptions=False)
    acknowledged: set[str] = set()
    status = 202
    with _small_disk(database):
        for _ in range(MOST_BATCHES):
            batch = [referral_to_cloudevent(one) for one in family_events(A_BATCH)]
            answer = _post(http, batch, clock)
            status = answer.status_code
            if status != 202:
                break
            acknowledged |= {line["id"] for line in answer.json()}
        assert status == 503
        assert answer.headers["retry-after"]
    assert _post(http, batch, clock).status_code == 202
    with database.read() as session:
        kept = set(session.exec(select(InboxRow.id)))
    database.close()
    lost = acknowledged - kept
    say(f"disk full, notify: {len(acknowledged)} events acknowledged, then 503: LOST {len(lost)}")
    assert acknowledged
    assert not lost


def test_when_the_disk_is_full_a_concern_is_not_said_to_be_made(tmp_path: Path, say: Say) -> None:
    url = f"sqlite:///{tmp_path / 'referral.db'}"
    prepare(url)
    settings = ReferralSettings(demo=True, database_url=url, api_rate=1_000_000)
    at = open_workplace(settings)
    http = TestClient(referral_app(settings, at), raise_server_exceptions=False)
    headers = _token(http)
    made: set[str] = set()
    number, status = 7000, 200
    with _small_disk(at.records.database):
        while status == 200 and len(made) < MOST_BATCHES:
            number += 1
            answer = http.post("/fhir", content=a_body(number), headers=headers)
            status = answer.status_code
            if status == 200:
                made.add(_concern(answer.json()))
        assert status == 503
        assert answer.headers["retry-after"]
        assert answer.json()["resourceType"] == "OperationOutcome"
    assert http.post("/fhir", content=a_body(number), headers=headers).status_code == 200
    with at.records.database.read() as session:
        bodies = session.execute(select(outbox.c.body)).scalars().all()
    at.records.database.close()
    kept = {read_referral_event(from_json(body)).concern for body in bodies}
    lost = made - kept
    say(f"disk full, referral: {len(made)} concerns acknowledged, then 503: LOST {len(lost)}")
    assert made
    assert not lost
    assert len(kept) == len(made) + 1


def _token(http: TestClient) -> dict[str, str]:
    form = {"grant_type": "client_credentials"}
    given = http.post("/oauth/token", data=form, auth=("demo-nursery", PASSWORD)).json()
    bearer = f"Bearer {given['access_token']}"
    return {"Authorization": bearer, "Content-Type": "application/fhir+json"}


def _concern(bundle: Any) -> str:
    places = [entry["response"]["location"] for entry in bundle["entry"]]
    (place,) = [one for one in places if "ServiceRequest/" in one]
    return str(place.partition("ServiceRequest/")[2].partition("/")[0])


def _post(http: TestClient, events: list[CloudEvent], clock: Clock) -> Response:
    body = join(to_json(one) for one in events)
    headers = sign(body, id="a-batch", at=clock(), secrets=[DEMO_SECRET])
    return http.post("/events", content=body, headers={**headers, "content-type": BATCH_TYPE})


@contextmanager
def _small_disk(database: Database) -> Iterator[None]:
    """From here on the database may grow by a few pages only."""

    def limit(connection: Any, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + MORE_PAGES}")

    database.engine.dispose()
    event.listen(database.engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(database.engine, "connect", limit)
        database.engine.dispose()
