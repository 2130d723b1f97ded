from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.providers import WeightedProviders, in_turn
from services.notify.domain.breaker import FAILURES, PROBE_AFTER, Breaker, Position
from services.notify.domain.channel import Capacity, Dedup, Outcome, Outgoing, Sent
from services.notify.messages.breakers import PROBE_LEASE, Breakers
from shared.contract import Channel
from shared.database import Database
from tests.notify.builders import NOON

NOBODY = frozenset[str]()


@dataclass(frozen=True)
class Postman:
    name: str
    channel: Channel = Channel.SMS
    dedup: Dedup = Dedup.NONE

    def send(self, message: Outgoing) -> Sent:
        raise NotImplementedError


FIRST, SECOND = Postman("first"), Postman("second")


def came(outcome: Outcome, by: Postman = FIRST, *, is_away: bool = False) -> Sent:
    return Sent(outcome=outcome, provider=by.name, code="test", is_away=is_away)


@pytest.fixture
def breakers(database: Database) -> Breakers:
    return Breakers(database)


@pytest.fixture
def alone(breakers: Breakers) -> WeightedProviders:
    return WeightedProviders(providers=[FIRST], breakers=breakers, weights={})


@pytest.fixture
def both(breakers: Breakers) -> WeightedProviders:
    return WeightedProviders(providers=[FIRST, SECOND], breakers=breakers, weights={"second": 0})


def fail(providers: WeightedProviders, times: int = FAILURES) -> None:
    for _ in range(times):
        providers.learn(came(Outcome.TEMPORARY, is_away=True), now=NOON)


@pytest.mark.parametrize(("first", "second", "share"), [(1, 1, 0.5), (3, 1, 0.75), (1, 0, 1)])
def test_each_provider_is_first_for_its_share(first: int, second: int, share: float) -> None:
    weights = {"first": first, "second": second}
    firsts = Counter(in_turn(f"message-{n}", [FIRST, SECOND], weights)[0].name for n in range(2000))
    assert firsts["first"] / 2000 == pytest.approx(share, abs=0.04)


@given(st.uuids(), st.lists(st.sampled_from("abcdef"), unique=True, min_size=1), st.data())
def test_a_repeat_finds_the_providers_in_the_same_order(
    message: object, names: list[str], data: st.DataObject
) -> None:
    postmen = [Postman(name) for name in names]
    shuffled = data.draw(st.permutations(postmen))
    assert in_turn(str(message), postmen, {}) == in_turn(str(message), shuffled, {})


def test_one_that_failed_is_followed_by_the_other(both: WeightedProviders) -> None:
    assert both.pick("1", tried=NOBODY, now=NOON) == FIRST
    assert both.pick("1", tried=frozenset({"first"}), now=NOON) == SECOND
    assert both.pick("1", tried=frozenset({"first", "second"}), now=NOON) is None


def test_one_that_fails_again_and_again_is_left_alone_and_the_other_takes_over(
    both: WeightedProviders,
) -> None:
    fail(both, FAILURES - 1)
    assert both.pick("1", tried=NOBODY, now=NOON) == FIRST
    fail(both, 1)
    assert both.pick("1", tried=NOBODY, now=NOON) == SECOND
    assert both.capacity(NOON) is Capacity.ALL


def test_a_channel_whose_only_provider_is_down_takes_nothing(alone: WeightedProviders) -> None:
    fail(alone)
    assert alone.capacity(NOON) is Capacity.NONE
    assert alone.pick("1", tried=NOBODY, now=NOON) is None


def test_one_message_alone_finds_out_whether_it_is_back(alone: WeightedProviders) -> None:
    fail(alone)
    later = NOON + PROBE_AFTER[0]
    assert alone.capacity(later) is Capacity.ONE
    assert [alone.pick("1", tried=NOBODY, now=later) for _ in range(3)] == [FIRST, None, None]
    alone.learn(came(Outcome.ACCEPTED), now=later)
    assert alone.capacity(later) is Capacity.ALL
    assert alone.pick("2", tried=NOBODY, now=later) == FIRST


def test_a_probe_that_fails_keeps_it_closed_for_longer(alone: WeightedProviders) -> None:
    fail(alone)
    later = NOON + PROBE_AFTER[0]
    assert alone.pick("1", tried=NOBODY, now=later) == FIRST
    alone.learn(came(Outcome.TEMPORARY, is_away=True), now=later)
    assert alone.capacity(later + PROBE_AFTER[0]) is Capacity.NONE
    assert alone.capacity(later + PROBE_AFTER[1]) is Capacity.ONE


def test_a_probe_whose_process_was_killed_is_taken_again(alone: WeightedProviders) -> None:
    fail(alone)
    later = NOON + PROBE_AFTER[0]
    assert alone.pick("1", tried=NOBODY, now=later) == FIRST
    assert alone.pick("2", tried=NOBODY, now=later + PROBE_LEASE) == FIRST


def test_every_replica_sees_the_same_breaker(alone: WeightedProviders, database: Database) -> None:
    replica = WeightedProviders(providers=[FIRST], breakers=Breakers(database), weights={})
    fail(alone, FAILURES - 1)
    fail(replica, 1)
    assert alone.capacity(NOON + timedelta(seconds=1)) is Capacity.NONE


@pytest.mark.parametrize("outcome", [Outcome.TEMPORARY, Outcome.PERMANENT, Outcome.ACCEPTED])
def test_what_is_the_messages_own_trouble_opens_no_breaker(
    alone: WeightedProviders, outcome: Outcome
) -> None:
    for _ in range(FAILURES):
        alone.learn(came(outcome), now=NOON)
    assert alone.capacity(NOON) is Capacity.ALL


def test_failures_with_successes_between_them_open_nothing(alone: WeightedProviders) -> None:
    for _ in range(FAILURES):
        fail(alone, FAILURES - 1)
        alone.learn(came(Outcome.PERMANENT), now=NOON)
    assert alone.capacity(NOON) is Capacity.ALL


@given(st.lists(st.integers(0, 120), min_size=FAILURES, max_size=60))
def test_a_breaker_never_stays_away_for_longer_than_its_last_step(waits: list[int]) -> None:
    breaker, now = Breaker(provider=str(uuid4())), NOON
    for seconds in waits:
        now += timedelta(seconds=seconds)
        breaker = breaker.after_failure(now)
    assert breaker.probe_at is not None
    assert breaker.probe_at - now <= PROBE_AFTER[-1]
    assert breaker.position(breaker.probe_at) is Position.HALF_OPEN
