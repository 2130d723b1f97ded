"""Keys that a system publishes are fetched when they are needed, and not more often."""

from collections.abc import Callable

import orjson
import pytest
from joserfc.jwk import ECKey, KeySet

from services.referral.use_cases.client_keys import KeySets, is_private, public_keys
from shared.errors import NotAllowed
from tests.referral.fakes import Clock

URL = "https://agency.example/keys"
FIRST = ECKey.generate_key("P-384", {"kid": "first"})
SECOND = ECKey.generate_key("P-384", {"kid": "second"})


def _text(*keys: ECKey, private: bool = False) -> bytes:
    return orjson.dumps(KeySet(list(keys)).as_dict(private=private))


class Publisher:
    """The other system's server: what it shows, and how often it was asked."""

    def __init__(self) -> None:
        self.shows: bytes | None = _text(FIRST)
        self.asked = 0

    def __call__(self, _url: str) -> bytes:
        self.asked += 1
        if self.shows is None:
            raise NotAllowed("down")
        return self.shows


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def has(publisher: Publisher, clock: Clock) -> Callable[[str], bool]:
    key_sets = KeySets(publisher)
    return lambda kid: key_sets.key(URL, kid, clock()) is not None


Has = Callable[[str], bool]


def test_a_key_set_is_fetched_once(publisher: Publisher, has: Has, clock: Clock) -> None:
    for _ in range(5):
        assert has("first")
        clock.pass_(minutes=10)
    assert publisher.asked == 1


def test_a_new_key_is_found_and_an_old_one_ends(
    publisher: Publisher, has: Has, clock: Clock
) -> None:
    assert has("first")
    publisher.shows = _text(SECOND)
    clock.pass_(minutes=1)
    assert has("second")
    assert not has("first")


def test_an_unknown_key_is_looked_for_once_a_minute(
    publisher: Publisher, has: Has, clock: Clock
) -> None:
    assert has("first")
    for _ in range(50):
        assert not has("made-up")
    assert publisher.asked == 1
    clock.pass_(seconds=60)
    for _ in range(50):
        assert not has("made-up-again")
    assert publisher.asked == 2
    assert has("first")


def test_a_key_that_was_taken_away_ends_within_the_hour(
    publisher: Publisher, has: Has, clock: Clock
) -> None:
    assert has("first")
    publisher.shows = _text(SECOND)
    clock.pass_(minutes=59)
    assert has("first")
    clock.pass_(minutes=1)
    assert not has("first")


@pytest.mark.parametrize("answer", [None, b"<html>", b"[]", b'{"keys": 7}', b"[" * 60_000])
def test_a_publisher_that_is_down_does_not_lock_its_system_out(
    publisher: Publisher, has: Has, clock: Clock, answer: bytes | None
) -> None:
    assert has("first")
    publisher.shows = answer
    clock.pass_(minutes=30)
    assert not has("second")
    assert has("first")
    clock.pass_(minutes=30)
    assert not has("first")
    publisher.shows = _text(FIRST)
    clock.pass_(minutes=1)
    assert has("first")


def test_what_is_no_usable_key_is_passed_over() -> None:
    odd = b'{"keys": [7, {}, {"kty": "oct", "kid": "x", "k": "AAAA"}, {"kty": "EC", "kid": "y"}]}'
    assert public_keys(odd) == {}
    assert is_private(odd)


def test_a_key_set_with_a_private_key_in_it_is_known() -> None:
    assert is_private(_text(FIRST, private=True))
    assert not is_private(_text(FIRST))
