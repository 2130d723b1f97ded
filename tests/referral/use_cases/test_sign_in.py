"""People sign in with e-mail and password, and are known by a cookie for a while."""

import pytest
from sqlalchemy import select, update

from services.referral.demo.people import PASSWORD, person
from services.referral.domain.slowing import PAIR
from services.referral.records.tables import AccountRow, SessionRow
from services.referral.use_cases.sign_in import (
    WRONG,
    Browser,
    Door,
    LetIn,
    sign_in,
    sign_out,
    visitor,
)
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from shared.passwords import hash_password, hash_secret
from tests.referral.anyshire import Anyshire
from tests.referral.fakes import FRIDAY, Clock

NURSERY = "nursery@example.org"
DECOY = "what nobody's password is"


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture(scope="module")
def decoy() -> str:
    return hash_password(DECOY)


@pytest.fixture
def door(decoy: str) -> Door:
    return Door(decoy=decoy, demo=True)


def enter(
    at: Workplace, door: Door, email: str = NURSERY, password: str = PASSWORD, address: str = "a"
) -> str:
    entered = sign_in(email, password, browser=Browser(address=address), door=door, at=at)
    assert isinstance(entered, LetIn)
    return entered.secret


def sessions(at: Workplace) -> list[SessionRow]:
    with at.records.database.read() as session:
        return list(session.scalars(select(SessionRow)))


def test_the_right_password_lets_in_and_only_the_hash_of_the_secret_is_kept(
    at: Workplace, door: Door
) -> None:
    secret = enter(at, door)
    (kept,) = sessions(at)
    assert kept.secret_hash == hash_secret(secret)
    found = visitor(secret, at=at)
    assert found is not None
    assert (found.who.id, found.organisation) == (person("nursery").id, "Acorn Lane Nursery")


def test_an_email_may_be_typed_in_capitals(at: Workplace, door: Door) -> None:
    assert enter(at, door, email=" Nursery@Example.org ")


@pytest.mark.parametrize(
    ("email", "password"),
    [(NURSERY, "wrong"), ("nobody@example.org", PASSWORD), ("nobody@example.org", DECOY)],
)
def test_who_is_not_let_in_does_not_learn_what_was_wrong(
    at: Workplace, door: Door, email: str, password: str
) -> None:
    with pytest.raises(NotAllowed, match=WRONG):
        enter(at, door, email, password)
    assert sessions(at) == []


def test_somebody_who_left_is_not_let_in_and_is_put_out(at: Workplace, door: Door) -> None:
    secret = enter(at, door)
    with at.records.database.write() as session:
        session.execute(update(AccountRow).values(active=False))
    assert visitor(secret, at=at) is None
    with pytest.raises(NotAllowed, match=WRONG):
        enter(at, door)


@pytest.mark.parametrize(("minutes", "is_in"), [(59, True), (60, False)])
def test_after_an_hour_of_nothing_one_signs_in_again(
    at: Workplace, door: Door, clock: Clock, minutes: int, is_in: bool
) -> None:
    secret = enter(at, door)
    clock.pass_(minutes=minutes)
    assert bool(visitor(secret, at=at)) == is_in


def test_after_twelve_hours_one_signs_in_again_however_busy(
    at: Workplace, door: Door, clock: Clock
) -> None:
    secret = enter(at, door)
    for _ in range(23):
        clock.pass_(minutes=30)
        assert visitor(secret, at=at)
    clock.pass_(minutes=30)
    assert visitor(secret, at=at) is None


def test_when_somebody_was_last_here_is_written_once_a_minute_at_most(
    at: Workplace, door: Door, clock: Clock
) -> None:
    secret = enter(at, door)
    clock.pass_(seconds=59)
    visitor(secret, at=at)
    assert sessions(at)[0].seen_at == FRIDAY
    clock.pass_(seconds=1)
    visitor(secret, at=at)
    assert sessions(at)[0].seen_at == clock.now


def test_who_signs_out_is_out_in_that_browser_alone(at: Workplace, door: Door) -> None:
    here, elsewhere = enter(at, door), enter(at, door)
    sign_out(here, at=at)
    assert visitor(here, at=at) is None
    assert visitor(elsewhere, at=at)


def test_a_made_up_secret_opens_nothing(at: Workplace, door: Door) -> None:
    enter(at, door)
    assert visitor("made-up", at=at) is None
    assert visitor(sessions(at)[0].secret_hash, at=at) is None


def test_too_many_failures_keep_out_that_email_from_that_address(
    at: Workplace, door: Door, clock: Clock
) -> None:
    for _ in range(PAIR.most):
        with pytest.raises(NotAllowed, match=WRONG):
            enter(at, door, password="wrong")
    with pytest.raises(NotAllowed, match="Wait 15 minutes"):
        enter(at, door)
    assert enter(at, door, address="b")
    assert enter(at, door, email="speech@example.org")
    clock.pass_(minutes=15)
    assert enter(at, door)


def test_the_password_that_everybody_knows_opens_the_demo_alone(at: Workplace, decoy: str) -> None:
    with pytest.raises(NotAllowed, match=WRONG):
        enter(at, Door(decoy=decoy))
