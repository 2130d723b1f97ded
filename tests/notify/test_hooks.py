"""Subscribed systems are told, in order and once for each number, of what they may see."""

from datetime import timedelta

import pytest

from services.notify.domain.subscription import GIVE_UP_AFTER, HANDSHAKE_FOR, KEPT
from services.notify.messages.hook_queue import queue_fate
from services.notify.use_cases.deliver_hooks import LEASE, Turn
from shared.contract import Channel, Fate, MessageEvent, Moment
from shared.errors import NotFound, Stale
from shared.subscribing import Content, Wish
from shared.topics import Topic
from tests.notify.builders import NOON
from tests.notify.receivers import (
    BASE,
    CLIENT,
    Receiver,
    Subscribed,
    events_in,
    hook,
    said,
    status_of,
    subscribed,
)

__all__ = ["hook", "subscribed"]


def test_a_subscription_is_active_once_its_handshake_is_answered(
    subscribed: Subscribed, hook: Receiver
) -> None:
    id = subscribed.subscribe(hook)
    assert said(hook.heard[0]) == {
        "subscription": f"{BASE}/Subscription/{id}",
        "topic": "https://sooner.example/fhir/SubscriptionTopic/referral-made",
        "status": "requested",
        "type": "handshake",
        "events-since-subscription-start": "0",
    }
    assert status_of(subscribed, id) == ("active", "", 0)


def test_what_happens_is_told_by_its_id_and_number(subscribed: Subscribed, hook: Receiver) -> None:
    subscribed.subscribe(hook, headers=("Authorization: Bearer theirs",))
    subscribed.happens("task-7")
    subscribed.serve()
    bundle = hook.heard[1]
    assert bundle["type"] == "history"
    assert said(bundle)["events-since-subscription-start"] == "1"
    assert events_in(bundle) == [
        {
            "event-number": "1",
            "timestamp": "2026-03-02T12:00:00.000Z",
            "focus": f"{BASE}/Task/task-7",
        }
    ]
    assert [one["fullUrl"] for one in bundle["entry"][1:]] == [f"{BASE}/Task/task-7"]
    assert "resource" not in bundle["entry"][1]
    assert hook.headers[1]["Authorization"] == "Bearer theirs"
    assert hook.headers[1]["Content-Type"] == "application/fhir+json"


def test_each_topic_hears_of_its_own_moments(subscribed: Subscribed, hook: Receiver) -> None:
    subscribed.subscribe(hook, Topic.MOVED)
    for moment in (Moment.MADE, Moment.ACCEPTED, Moment.ESCALATED, Moment.KEEP_IN_TOUCH):
        subscribed.happens(moment, moment)
    subscribed.serve()
    assert [one["focus"] for one in events_in(hook.heard[-1])] == [f"{BASE}/Task/accepted"]
    assert hook.numbers() == [1]


def test_an_empty_notification_names_nothing(subscribed: Subscribed, hook: Receiver) -> None:
    subscribed.subscribe(hook, content=Content.EMPTY)
    subscribed.happens("task-7")
    subscribed.serve()
    assert "task-7" not in str(hook.heard)
    assert hook.numbers() == [1]


def test_many_come_together_where_the_subscriber_takes_many(
    subscribed: Subscribed, hook: Receiver
) -> None:
    subscribed.subscribe(hook, most=3)
    for number in range(7):
        subscribed.happens(f"task-{number}")
    subscribed.serve()
    assert [len(events_in(one)) for one in hook.heard] == [0, 3, 3, 1]
    assert hook.numbers() == list(range(1, 8))


def test_what_a_client_may_not_see_takes_no_number(subscribed: Subscribed, hook: Receiver) -> None:
    subscribed.subscribe(hook)
    for number in range(300):
        subscribed.happens(f"task-{number}")
    seen = {f"task-{number}" for number in (0, 150, 299)}
    subscribed.eyes.hidden = {f"task-{number}" for number in range(300)} - seen
    subscribed.serve()
    assert hook.numbers() == [1, 2, 3]
    focuses = [events_in(one)[0]["focus"] for one in hook.heard[1:]]
    assert focuses == [f"{BASE}/Task/task-{number}" for number in (0, 150, 299)]
    assert subscribed.eyes.asked < 30, "what is hidden is asked about many at once"


def test_a_withdrawal_stops_what_is_queued(subscribed: Subscribed, hook: Receiver) -> None:
    id = subscribed.subscribe(hook)
    hook.status = 500
    for number in range(20):
        subscribed.happens(f"task-{number}")
    subscribed.serve()
    assert hook.numbers() == [1]
    hook.status = 200
    subscribed.eyes.hidden = {f"task-{number}" for number in range(20)}
    subscribed.later(minutes=6)
    again = events_in(hook.heard[-1])
    assert again == [{"event-number": "1", "timestamp": "2026-03-02T12:00:00.000Z"}], (
        "it keeps its number, and says no more"
    )
    assert "task-" not in str(hook.heard[-1])
    assert status_of(subscribed, id) == ("active", "", 1)
    subscribed.happens("task-after")
    subscribed.serve()
    assert hook.numbers() == [1, 1, 2]


def test_a_post_that_fails_is_made_again_with_the_same_number_and_in_order(
    subscribed: Subscribed, hook: Receiver
) -> None:
    id = subscribed.subscribe(hook)
    hook.status = 503
    for number in range(3):
        subscribed.happens(f"task-{number}")
    subscribed.serve()
    subscribed.serve()
    assert hook.numbers() == [1], "not before its time"
    subscribed.later(seconds=16)
    assert hook.numbers() == [1, 1]
    assert status_of(subscribed, id) == ("active", "http-503", 1)
    hook.status = 200
    subscribed.later(minutes=5)
    assert hook.numbers() == [1, 1, 1, 2, 3]
    assert status_of(subscribed, id) == ("active", "", 3)


def test_killed_between_the_post_and_the_commit_it_is_sent_again_under_the_same_number(
    subscribed: Subscribed, hook: Receiver
) -> None:
    subscribed.subscribe(hook)
    subscribed.happens("task-1")
    subscribed.happens("task-2")
    serving = subscribed.serving
    (id,) = serving.hooks.claim(slow=False, limit=9, claim="dies", now=NOON, lease=LEASE)

    class Killed(BaseException):
        pass

    def posts_and_dies(*args: object) -> None:
        serving.post(*args)  # type: ignore[arg-type]
        raise Killed

    turn = Turn(serving, id, "dies")
    dying = serving.__class__(**{**vars(serving), "post": posts_and_dies})
    turn.serving = dying
    with pytest.raises(Killed):
        turn._round()
    subscribed.serve()
    assert hook.numbers() == [1], "whoever died still holds it"
    subscribed.later(seconds=LEASE.total_seconds())
    assert hook.numbers() == [1, 1, 2]
    ids = [one["entry"][0]["resource"]["id"] for one in hook.heard]
    assert ids[1] == ids[2] != ids[3], "the receiver can see that it is the same"


def test_nothing_is_posted_or_noted_for_a_claim_that_is_lost(
    subscribed: Subscribed, hook: Receiver
) -> None:
    id = subscribed.subscribe(hook)
    subscribed.happens()
    serving = subscribed.serving
    serving.hooks.claim(slow=False, limit=9, claim="first", now=subscribed.clock(), lease=LEASE)
    subscribed.later(seconds=LEASE.total_seconds())
    Turn(serving, id, "first").take()
    assert hook.numbers() == [1]


@pytest.mark.parametrize("answer", [302, 400, 500])
def test_only_a_2xx_is_a_yes_and_no_redirect_is_followed(
    subscribed: Subscribed, hook: Receiver, answer: int
) -> None:
    hook.status = answer
    id = subscribed.subscribe(hook)
    assert status_of(subscribed, id) == ("requested", f"http-{answer}", 0)
    assert len(hook.heard) == 1


def test_a_handshake_that_is_not_answered_ends_in_error_that_only_the_subscriber_clears(
    subscribed: Subscribed, hook: Receiver
) -> None:
    hook.status = 500
    id = subscribed.subscribe(hook)
    subscribed.later(seconds=HANDSHAKE_FOR.total_seconds())
    assert status_of(subscribed, id) == ("error", "http-500", 0)
    hook.status = 200
    heard = len(hook.heard)
    subscribed.later(days=2)
    assert len(hook.heard) == heard, "nobody tries on"
    wish = Wish(topic=Topic.MADE, endpoint=hook.url, body="{}")
    subscribed.kept.update(id, CLIENT, wish, version=1, now=subscribed.clock())
    subscribed.serve()
    assert status_of(subscribed, id) == ("active", "", 0)


def test_after_three_days_it_is_in_error_and_work_and_goes_on_where_it_stopped(
    subscribed: Subscribed, hook: Receiver
) -> None:
    id = subscribed.subscribe(hook)
    hook.status = 500
    subscribed.happens("task-1")
    subscribed.serve()
    subscribed.later(seconds=GIVE_UP_AFTER.total_seconds() - 60)
    assert status_of(subscribed, id)[0] == "active"
    subscribed.later(minutes=6)
    assert status_of(subscribed, id) == ("error", "http-500", 1)
    (health,) = subscribed.kept.health()
    assert health.needs_somebody
    subscribed.kept.take_on(id, by="0199", now=subscribed.clock())
    assert not subscribed.kept.health()[0].needs_somebody
    subscribed.happens("task-2")
    hook.status = 200
    wish = Wish(topic=Topic.MADE, endpoint=hook.url, body="{}")
    subscribed.kept.update(id, CLIENT, wish, version=None, now=subscribed.clock())
    before = len(hook.heard)
    subscribed.serve()
    assert hook.kinds()[before:] == ["handshake", "event-notification", "event-notification"]
    assert hook.numbers()[-2:] == [1, 2]
    assert subscribed.kept.health()[0].trouble_at is None


def test_a_receiver_that_says_it_is_gone_is_not_asked_again(
    subscribed: Subscribed, hook: Receiver
) -> None:
    id = subscribed.subscribe(hook)
    hook.status = 410
    subscribed.happens()
    subscribed.serve()
    assert status_of(subscribed, id) == ("error", "gone", 1)


def test_a_heartbeat_comes_when_nothing_else_did(subscribed: Subscribed, hook: Receiver) -> None:
    subscribed.subscribe(hook, heartbeat=60)
    subscribed.later(seconds=40)
    subscribed.happens()
    subscribed.serve()
    subscribed.later(seconds=40)
    assert hook.kinds() == ["handshake", "event-notification"]
    subscribed.later(seconds=21)
    assert hook.kinds()[2:] == ["heartbeat"]
    assert said(hook.heard[-1])["events-since-subscription-start"] == "1"
    assert events_in(hook.heard[-1]) == []


def test_it_waits_while_nobody_can_say_what_may_be_seen(
    subscribed: Subscribed, hook: Receiver
) -> None:
    id = subscribed.subscribe(hook)
    subscribed.happens()
    subscribed.eyes.is_down = True
    subscribed.serve()
    assert hook.numbers() == []
    assert status_of(subscribed, id) == ("active", "", 0)
    subscribed.eyes.is_down = False
    subscribed.later(seconds=16)
    assert hook.numbers() == [1]


def test_a_client_that_is_revoked_hears_no_more(subscribed: Subscribed, hook: Receiver) -> None:
    id = subscribed.subscribe(hook)
    subscribed.eyes.revoked = {CLIENT}
    subscribed.happens()
    subscribed.serve()
    subscribed.later(days=1)
    assert (hook.numbers(), status_of(subscribed, id)[0]) == ([], "off")


def test_it_ends_at_its_end(subscribed: Subscribed, hook: Receiver) -> None:
    id = subscribed.subscribe(hook, ends_at=NOON + timedelta(hours=1))
    subscribed.later(hours=1)
    subscribed.happens()
    subscribed.serve()
    assert (hook.numbers(), status_of(subscribed, id)[0]) == ([], "off")


def test_one_that_is_switched_off_hears_nothing(subscribed: Subscribed, hook: Receiver) -> None:
    id = subscribed.subscribe(hook)
    wish = Wish(topic=Topic.MADE, endpoint=hook.url, body="{}", is_on=False)
    subscribed.kept.update(id, CLIENT, wish, version=1, now=subscribed.clock())
    subscribed.happens()
    subscribed.serve()
    assert hook.kinds() == ["handshake"]


def test_another_client_sees_and_changes_nothing(subscribed: Subscribed, hook: Receiver) -> None:
    id = subscribed.subscribe(hook)
    wish = Wish(topic=Topic.MADE, endpoint=hook.url, body="{}")
    assert subscribed.kept.of("demo-camhs") == []
    assert subscribed.kept.of("demo-camhs", id) == []
    with pytest.raises(NotFound):
        subscribed.kept.update(id, "demo-camhs", wish, version=1, now=NOON)
    with pytest.raises(NotFound):
        subscribed.kept.delete(id, "demo-camhs")
    with pytest.raises(Stale):
        subscribed.kept.update(id, CLIENT, wish, version=9, now=NOON)


def test_one_that_is_deleted_is_gone_with_what_it_was_to_hear(
    subscribed: Subscribed, hook: Receiver
) -> None:
    id = subscribed.subscribe(hook)
    subscribed.happens()
    subscribed.kept.delete(id, CLIENT)
    subscribed.serve()
    assert (hook.numbers(), subscribed.kept.of(CLIENT)) == ([], [])


def test_what_happened_before_it_began_is_not_told(subscribed: Subscribed, hook: Receiver) -> None:
    subscribed.subscribe(hook)
    subscribed.happens("task-before", at=NOON - timedelta(minutes=1))
    subscribed.serve()
    assert hook.numbers() == []


def test_an_event_that_comes_twice_is_told_once(subscribed: Subscribed, hook: Receiver) -> None:
    subscribed.subscribe(hook)
    subscribed.happens(id="same")
    subscribed.happens(id="same")
    subscribed.serve()
    assert hook.numbers() == [1]


def test_what_was_told_can_be_asked_for_and_is_forgotten_after_a_month(
    subscribed: Subscribed, hook: Receiver
) -> None:
    id = subscribed.subscribe(hook)
    for number in range(5):
        subscribed.happens(f"task-{number}")
    subscribed.serve()
    found = subscribed.kept.events(id, 2, 4)
    assert [(one.number, one.task) for one in found] == [
        (2, "task-1"),
        (3, "task-2"),
        (4, "task-3"),
    ]
    subscribed.clock.pass_(days=KEPT.days + 1)
    assert subscribed.kept.forget(now=subscribed.clock()) == 5
    assert subscribed.kept.events(id, 1, None) == []


def test_a_message_that_failed_is_told_to_those_who_asked(
    subscribed: Subscribed, hook: Receiver
) -> None:
    subscribed.subscribe(hook, Topic.MESSAGE_FAILED)
    with subscribed.database.write() as session:
        for fate in Fate:
            queue_fate(session, _fate(fate))
    subscribed.serve()
    assert hook.numbers() == [1, 2]
    assert {events_in(one)[0]["focus"] for one in hook.heard[1:]} == {
        f"{BASE}/Task/failed",
        f"{BASE}/Task/uncertain",
    }


def _fate(fate: Fate) -> MessageEvent:
    return MessageEvent(
        id=f"event-{fate}",
        at=NOON,
        fate=fate,
        message="m",
        event="e",
        task=fate,
        concern="c",
        child="k",
        recipient="RelatedPerson/p",
        channel=Channel.EMAIL,
        template="family/made",
    )
