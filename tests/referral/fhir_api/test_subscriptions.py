"""Agencies' systems subscribe to what happens to their referrals; notify keeps and serves it."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from services.notify.main import MIGRATIONS, assemble
from services.notify.messages.subscriptions import Subscriptions
from services.notify.settings import Settings
from services.referral.use_cases.say_sight import say_sight
from services.referral.use_cases.workplace import Workplace
from shared.database import Database, migrate
from shared.fhir.subscription_status import PROFILE
from shared.subscribing import SightQuery
from shared.topics import Topic
from tests.referral.fhir_api.systems import System, issues_of, places_of
from tests.referral.fhir_api.test_consent import consent_of, denying, puts
from tests.referral.use_cases.reading import audits

HERE = "http://127.0.0.1:9/hook"


@pytest.fixture
def notify(tmp_path: Path, at: Workplace, http: TestClient) -> Iterator[Subscriptions]:
    """Notify itself, asked by the API in place of one over the network."""
    url = f"sqlite:///{tmp_path / 'notify.db'}"
    migrate(url, MIGRATIONS)
    with closing(Database(url)) as database:
        neighbour = TestClient(
            assemble(Settings(demo=True, notify_database_url=url), database, clock=at.clock)
        )

        def post(body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
            answer = neighbour.post("/subscribers", content=body, headers=headers)
            return answer.status_code, answer.content

        _app(http).state.ask_notify.post = post
        yield Subscriptions(database)


def _app(http: TestClient) -> FastAPI:
    app = http.app
    assert isinstance(app, FastAPI)
    return app


def a_subscription(**changes: Any) -> dict[str, Any]:
    content = {"url": f"{PROFILE}backport-payload-content", "valueCode": "id-only"}
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "Our waiting list",
        "criteria": Topic.MOVED.url,
        "channel": {
            "type": "rest-hook",
            "endpoint": HERE,
            "payload": "application/fhir+json",
            "_payload": {"extension": [content]},
            "header": ["Authorization: Bearer ours"],
            **changes.pop("channel", {}),
        },
        **changes,
    }


def subscribe(system: System, **changes: Any) -> dict[str, Any]:
    answer = system.post("/Subscription", a_subscription(**changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_system_subscribes_and_reads_what_it_asked_for(
    notify: Subscriptions, speech: System
) -> None:
    made = speech.post("/Subscription", a_subscription())
    assert made.status_code == 201
    kept = made.json()
    assert (made.headers["location"], made.headers["etag"]) == (
        f"/fhir/Subscription/{kept['id']}",
        'W/"1"',
    )
    read = speech.get(f"/Subscription/{kept['id']}").json()
    assert read == kept
    assert read["status"] == "requested"
    assert read["channel"] == a_subscription()["channel"]
    assert read["reason"] == "Our waiting list"


def test_it_is_nobody_elses(notify: Subscriptions, speech: System, nursery: System) -> None:
    id = subscribe(speech)["id"]
    body = {**a_subscription(), "id": id}
    assert nursery.get(f"/Subscription/{id}").status_code == 404
    assert nursery.send("PUT", f"/Subscription/{id}", body).status_code == 404
    assert nursery.send("DELETE", f"/Subscription/{id}", "").status_code == 404
    assert nursery.get(f"/Subscription/{id}/$status").status_code == 404
    assert nursery.get(f"/Subscription/{id}/$events").status_code == 404
    assert nursery.get("/Subscription").json()["total"] == 0
    assert speech.get("/Subscription").json()["total"] == 1


def test_it_can_be_searched_changed_and_deleted(notify: Subscriptions, speech: System) -> None:
    kept = subscribe(speech)
    subscribe(speech, criteria=Topic.MADE.url)
    found = speech.get(f"/Subscription?criteria={Topic.MADE.url}&status=requested").json()
    assert found["total"] == 1
    assert speech.get("/Subscription?patient=1").status_code == 422
    body = {**kept, "status": "off"}
    path = f"/Subscription/{kept['id']}"
    assert speech.send("PUT", path, body, **{"If-Match": 'W/"7"'}).status_code == 412
    off = speech.send("PUT", path, body, **{"If-Match": 'W/"1"'})
    assert (off.status_code, off.json()["status"], off.headers["etag"]) == (200, "off", 'W/"2"')
    assert speech.send("DELETE", path, "").status_code == 204
    assert speech.get(path).status_code == 404


FILTER = {"url": f"{PROFILE}backport-filter-criteria", "valueString": "Task?status=requested"}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"criteria": "Task?status=requested"}, "Subscription.criteria"),
    ({"criteria": "https://sooner.example/fhir/SubscriptionTopic/none"}, "Subscription.criteria"),
    ({"_criteria": {"extension": [FILTER]}}, "Subscription.criteria"),
    ({"status": "active"}, "Subscription.status"),
    ({"end": "2027-01-01"}, "Subscription.end"),
    ({"channel": {"type": "email"}}, "Subscription.channel.type"),
    ({"channel": {"endpoint": "http://agency.example/hook"}}, "Subscription.channel.endpoint"),
    ({"channel": {"endpoint": "https://10.0.0.8/hook"}}, "Subscription.channel.endpoint"),
    ({"channel": {"payload": "application/xml"}}, "Subscription.channel.payload"),
    ({"channel": {"_payload": {"extension": [FILTER]}}}, "Subscription.channel.payload"),
    ({"channel": {"header": ["Host: elsewhere"]}}, "Subscription.channel.header[0]"),
    ({"channel": {"header": ["X: a\r\nY: b"]}}, "Subscription.channel.header[0]"),
    (
        {
            "channel": {
                "extension": [{"url": f"{PROFILE}backport-timeout", "valueUnsignedInt": 600}]
            }
        },
        "Subscription.channel.extension",
    ),
]


@pytest.mark.parametrize(("changes", "place"), WRONG, ids=[str(one[0])[:60] for one in WRONG])
def test_what_cannot_be_served_is_refused_with_its_place(
    notify: Subscriptions, speech: System, changes: dict[str, Any], place: str
) -> None:
    answer = speech.post("/Subscription", a_subscription(**json.loads(json.dumps(changes))))
    assert answer.status_code in (400, 422), answer.text
    assert any(found.startswith(place) for found in places_of(answer)), answer.text
    assert notify.of("demo-speech") == []


def test_a_whole_record_is_never_sent(notify: Subscriptions, speech: System) -> None:
    full = {"url": f"{PROFILE}backport-payload-content", "valueCode": "full-resource"}
    wish = a_subscription(channel={"_payload": {"extension": [full]}})
    answer = speech.post("/Subscription", wish)
    assert answer.status_code == 422
    assert "never sent" in issues_of(answer)[0]["details"]["text"]


def test_a_token_must_allow_it_and_allow_to_read_tasks(
    notify: Subscriptions, http: TestClient
) -> None:
    for scope in ("system/Task.rs", "system/Subscription.cruds"):
        system = System(http, "demo-speech")
        form = {"grant_type": "client_credentials", "scope": scope}
        answer = http.post("/oauth/token", data=form, auth=("demo-speech", "demo-only"))
        system._token = answer.json()["access_token"]
        assert system.post("/Subscription", a_subscription()).status_code == 403


def test_the_status_says_how_many_events_there_were(notify: Subscriptions, speech: System) -> None:
    id = subscribe(speech)["id"]
    subscribe(speech)
    for path, number in ((f"/Subscription/{id}/$status", 1), ("/Subscription/$status", 2)):
        found = speech.get(path).json()
        assert (found["type"], found["total"]) == ("searchset", number)
    one = speech.get(f"/Subscription/$status?id={id}").json()["entry"][0]["resource"]
    said = {part["name"]: part for part in one["parameter"]}
    assert said["type"]["valueCode"] == "query-status"
    assert said["events-since-subscription-start"]["valueString"] == "0"
    assert said["subscription"]["valueReference"]["reference"].endswith(f"/Subscription/{id}")


def test_events_are_shown_to_those_who_may_see_them_now(
    notify: Subscriptions, speech: System, task: dict[str, Any]
) -> None:
    id = subscribe(speech)["id"]
    _was_told(notify, id, [task["id"], "one-of-somebody-else"])
    found = speech.get(f"/Subscription/{id}/$events?eventsSinceNumber=1").json()
    assert (found["type"], len(found["entry"])) == ("history", 2)
    told = [
        {part["name"] for part in one["part"]}
        for one in found["entry"][0]["resource"]["parameter"]
        if one["name"] == "notification-event"
    ]
    assert told == [{"event-number", "timestamp", "focus"}, {"event-number", "timestamp"}]
    assert found["entry"][1]["fullUrl"].endswith(f"/fhir/Task/{task['id']}")
    later = speech.get(f"/Subscription/{id}/$events?eventsSinceNumber=2&eventsUntilNumber=2")
    assert "one-of-somebody-else" not in later.text
    assert speech.get(f"/Subscription/{id}/$events?eventsSinceNumber=x").status_code == 422


def _was_told(notify: Subscriptions, id: str, tasks: list[str]) -> None:
    now = "2026-03-02 12:00:00.000000"
    with notify._database.write() as session:
        for number, task in enumerate(tasks, start=1):
            session.execute(
                text("INSERT INTO hook_event VALUES (:s, :e, :t, :at, :n, :at)"),
                {"s": id, "e": f"e{number}", "t": task, "at": now, "n": number},
            )


def test_a_client_is_told_only_of_what_it_may_see(
    notify: Subscriptions, at: Workplace, nursery: System, task: dict[str, Any]
) -> None:
    def sight(client: str) -> tuple[bool, tuple[bool, ...]]:
        found = say_sight(SightQuery(client=client, tasks=(task["id"], "none")), at=at)
        return found.known, found.seen

    assert sight("demo-speech") == (True, (True, False))
    assert sight("demo-nursery") == (True, (True, False))
    assert sight("demo-camhs") == (True, (False, False))
    assert sight("nobody") == (False, ())
    told = [one for one in audits(at.records) if one.action == "system-told"]
    assert {one.client for one in told} == {"demo-speech", "demo-nursery"}


def test_a_withdrawal_is_seen_by_the_next_question(
    notify: Subscriptions, at: Workplace, nursery: System, speech: System, task: dict[str, Any]
) -> None:
    id = subscribe(speech)["id"]
    _was_told(notify, id, [task["id"]])
    asked = SightQuery(client="demo-speech", tasks=(task["id"],))
    assert say_sight(asked, at=at).seen == (True,)
    assert puts(nursery, denying(consent_of(nursery))) == 200
    assert say_sight(asked, at=at).seen == (False,)
    assert task["id"] not in speech.get(f"/Subscription/{id}/$events").text


def test_each_thing_done_with_a_subscription_stands_in_the_audit(
    notify: Subscriptions, at: Workplace, speech: System
) -> None:
    kept = subscribe(speech)
    path = f"/Subscription/{kept['id']}"
    for look in ("/Subscription", "/Subscription/$status", path, f"{path}/$status"):
        assert speech.get(look).status_code == 200
    assert speech.get(f"{path}/$events").status_code == 200
    assert speech.send("PUT", path, kept).status_code == 200
    assert speech.send("PUT", path, {**kept, "status": "off"}).status_code == 200
    assert speech.send("DELETE", path, "").status_code == 204
    lines = [one for one in audits(at.records) if one.action.startswith(("subscri", "unsub"))]
    assert [one.action for one in sorted(lines, key=lambda one: one.id)] == [
        "subscribe",
        "subscriptions",
        "subscription-status",
        "subscription",
        "subscription-status",
        "subscription-events",
        "subscribe-again",
        "unsubscribe",
        "unsubscribe",
    ]
    assert {one.client for one in lines} == {"demo-speech"}


def test_without_notify_the_answer_is_to_try_again(http: TestClient, speech: System) -> None:
    def down(*_: object) -> tuple[int, bytes]:
        return 503, b""

    _app(http).state.ask_notify.post = down
    assert speech.get("/Subscription").status_code == 503


def test_the_capability_statement_names_the_topics(http: TestClient) -> None:
    stated = http.get("/fhir/metadata").json()["rest"][0]["resource"]
    one = next(found for found in stated if found["type"] == "Subscription")
    assert {topic["valueCanonical"] for topic in one["extension"]} == {t.url for t in Topic}
    assert {operation["name"] for operation in one["operation"]} == {"status", "events"}
