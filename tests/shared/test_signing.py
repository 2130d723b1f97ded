from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from shared.errors import NotAllowed
from shared.signing import DEMO_SECRET, sign, verify
from tests.notify.builders import NOON

NEW = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQ="
OLD = "whsec_b2xkLXNlY3JldC1vbGQtc2VjcmV0LW9sZC1zZWNyZXQ="
BODY = b'[{"id": "1"}]'


def signed(secret: str = NEW, at: datetime = NOON) -> dict[str, str]:
    return sign(BODY, id="msg_1", at=at, secrets=[secret])


def is_believed(headers: dict[str, str], body: bytes = BODY, *, secrets: list[str]) -> bool:
    try:
        verify(headers, body, secrets=secrets, now=NOON)
    except NotAllowed:
        return False
    return True


def test_what_was_signed_is_believed() -> None:
    assert is_believed(signed(), secrets=[NEW])


def test_any_standard_webhooks_receiver_believes_it() -> None:
    from time_machine import travel

    with travel(NOON, tick=False):
        assert Webhook(NEW).verify(BODY, signed()) == [{"id": "1"}]


def test_while_a_secret_is_changed_both_are_believed_and_the_new_one_signs() -> None:
    assert is_believed(signed(OLD), secrets=[NEW, OLD])
    assert is_believed(sign(BODY, id="1", at=NOON, secrets=[NEW, OLD]), secrets=[NEW])
    assert not is_believed(signed(OLD), secrets=[NEW])


def test_a_body_that_was_changed_is_not_believed() -> None:
    assert not is_believed(signed(), b'[{"id": "2"}]', secrets=[NEW])


@pytest.mark.parametrize(
    ("header", "text"), [("webhook-id", "msg_2"), ("webhook-timestamp", "1772452801")]
)
def test_the_id_and_the_time_are_signed_too(header: str, text: str) -> None:
    assert not is_believed({**signed(), header: text}, secrets=[NEW])


@pytest.mark.parametrize(("minutes", "believed"), [(-6, False), (-4, True), (4, True), (6, False)])
def test_a_request_is_believed_for_five_minutes(minutes: int, believed: bool) -> None:
    headers = signed(at=NOON + timedelta(minutes=minutes))
    assert is_believed(headers, secrets=[NEW]) == believed


def test_the_clock_on_the_wall_does_not_matter() -> None:
    summer = NOON.astimezone(timezone(timedelta(hours=1)))
    assert signed(at=summer) == signed()


HEADERS = st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "other"])
TEXTS = st.text() | st.sampled_from(["v1,", "v1", ",", "nan", "inf", "1e400", "9" * 30, "-1"])


@given(st.dictionaries(HEADERS, TEXTS), st.binary())
@example({**signed(), "webhook-timestamp": "9" * 30}, BODY)
@example({**signed(), "webhook-signature": "v1,\udcff"}, BODY)
@example(signed(), b"\xff")
def test_rubbish_is_refused_and_never_an_error(headers: dict[str, str], body: bytes) -> None:
    assert not is_believed(headers, body, secrets=[DEMO_SECRET])
