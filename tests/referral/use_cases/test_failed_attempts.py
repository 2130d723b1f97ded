"""Guessing is slowed down in all processes together, and strangers keep nobody out for long."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import select

from services.referral.demo.people import PASSWORD
from services.referral.domain.slowing import ACCOUNT, ADDRESS, PAIR
from services.referral.records.account_tables import FailedAttemptRow
from services.referral.records.store import Records
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.failed_attempts import (
    TooMany,
    attempt,
    forget_old,
    key,
    network,
)
from services.referral.use_cases.sign_in import WRONG, Browser, Door, LetIn, sign_in
from services.referral.use_cases.workplace import Workplace
from shared.database import Database
from shared.errors import NotAllowed
from shared.passwords import hash_password
from tests.referral.anyshire import Anyshire
from tests.referral.fakes import Clock

NURSERY = "nursery@example.org"


@pytest.fixture
def at(records: Records, rules: Rulebook, clock: Clock) -> Workplace:
    return Workplace(records=records, rules=rules, clock=clock)


@pytest.fixture(scope="module")
def door() -> Door:
    return Door(decoy=hash_password("nobody's"), demo=True)


def fails(at: Workplace, *, times: int, by: str = "a") -> None:
    for _ in range(times):
        attempt({key("test", by): PAIR}, at=at)


def is_heard(at: Workplace, by: str = "a") -> bool:
    try:
        attempt({key("test", by): PAIR}, at=at).succeeded(at=at)
    except TooMany:
        return False
    return True


def test_another_process_counts_on(at: Workplace, rules: Rulebook, clock: Clock) -> None:
    fails(at, times=PAIR.most - 1)
    url = at.records.database.url.render_as_string(hide_password=False)
    with closing(Database(url)) as again:
        elsewhere = Workplace(records=Records(again), rules=rules, clock=clock)
        fails(elsewhere, times=1)
    assert not is_heard(at)
    assert is_heard(at, by="b")


def _many(url: str, results: "multiprocessing.Queue[int]") -> None:
    with closing(Database(url)) as database:
        heard = 0
        at = Workplace(records=Records(database), rules=None, clock=Clock())  # type: ignore[arg-type]
        for _ in range(10):
            try:
                attempt({key("test", "a"): PAIR}, at=at)
                heard += 1
            except TooMany:
                pass
        results.put(heard)


def test_guessing_in_many_processes_at_once_gains_nothing(at: Workplace) -> None:
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[int] = context.Queue()
    url = at.records.database.url.render_as_string(hide_password=False)
    started = [context.Process(target=_many, args=(url, results)) for _ in range(3)]
    for process in started:
        process.start()
    heard = sum(results.get(timeout=60) for _ in started)
    for process in started:
        process.join(20)
    assert 0 < heard <= PAIR.most
    assert not is_heard(at)


def test_guessing_in_many_threads_at_once_gains_nothing(at: Workplace) -> None:
    def guess(_: int) -> bool:
        try:
            attempt({key("test", "a"): PAIR}, at=at)
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(guess, range(40)))
    assert 0 < sum(heard) <= PAIR.most


def test_success_forgets_the_failures_of_the_same_person_there(at: Workplace) -> None:
    fails(at, times=PAIR.most - 1)
    assert is_heard(at)
    fails(at, times=PAIR.most - 1)
    assert is_heard(at)


def test_what_counts_no_more_is_removed(at: Workplace, clock: Clock) -> None:
    fails(at, times=3)
    clock.pass_(hours=23)
    fails(at, times=1)
    clock.pass_(hours=2)
    forget_old(at=at)
    with at.records.database.read() as session:
        assert len(session.scalars(select(FailedAttemptRow)).all()) == 1


def test_what_was_typed_is_not_kept(anyshire: Anyshire, at: Workplace, door: Door) -> None:
    with pytest.raises(NotAllowed):
        enters(at, door, "Browns mother, 07700 900123", password="wrong")
    with at.records.database.read() as session:
        kept = session.scalars(select(FailedAttemptRow)).all()
    assert not any("mother" in row.key or "\n" in row.key for row in kept)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_whoever_has_many_addresses_of_ipv6_counts_as_one(address: str, kept: str) -> None:
    assert network(address) == kept


def enters(
    at: Workplace,
    door: Door,
    email: str = NURSERY,
    *,
    address: str = "192.0.2.1",
    secret: str = "",
    password: str = PASSWORD,
) -> bool:
    browser = Browser(address=address, secret=secret)
    return isinstance(sign_in(email, password, browser=browser, door=door, at=at), LetIn)


def strangers_guess(at: Workplace, door: Door, times: int) -> None:
    for number in range(times):
        address = f"198.51.100.{number}"
        with pytest.raises(NotAllowed, match=WRONG):
            enters(at, door, address=address, password="wrong")


def test_strangers_slow_down_new_browsers_but_not_the_known_one(
    anyshire: Anyshire, at: Workplace, door: Door, clock: Clock
) -> None:
    assert enters(at, door, secret="my own browser")
    strangers_guess(at, door, ACCOUNT.most)
    with pytest.raises(NotAllowed, match="Wait 1 minute "):
        enters(at, door, address="203.0.113.9")
    assert enters(at, door, secret="my own browser")
    clock.pass_(minutes=1)
    assert enters(at, door, address="203.0.113.9")


def test_the_browser_of_somebody_else_is_not_known(
    anyshire: Anyshire, at: Workplace, door: Door
) -> None:
    assert enters(at, door, "speech@example.org", secret="another's browser")
    strangers_guess(at, door, ACCOUNT.most)
    with pytest.raises(NotAllowed, match="Wait"):
        enters(at, door, secret="another's browser")


def test_one_address_cannot_try_many_people(anyshire: Anyshire, at: Workplace, door: Door) -> None:
    for number in range(ADDRESS.most):
        attempt({key("people", "192.0.2.1"): ADDRESS, key("n", str(number)): PAIR}, at=at)
    with pytest.raises(NotAllowed, match="Wait 15 minutes"):
        enters(at, door)
    assert enters(at, door, address="192.0.2.2")
