"""Several replicas keep in touch at the same moment: each family is written to once."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from services.referral.domain.concern import AskKind, Taker
from services.referral.domain.moves import Move
from services.referral.records.store import Records
from services.referral.use_cases.keep_in_touch import Kept, keep_in_touch
from services.referral.use_cases.workplace import Workplace
from shared.contract import Moment
from shared.database import Database
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern
from tests.referral.races import at_once
from tests.referral.use_cases.reading import SPEECH, events

FAMILIES = 6
ROUNDS = 3


@pytest.fixture(params=[2, 4])
def replicas(anyshire: Anyshire, request: pytest.FixtureRequest) -> Iterator[list[Workplace]]:
    """Each with connections of its own, as a process has; no lease keeps them apart."""
    url = anyshire.records.database.url.render_as_string(hide_password=False)
    places = [
        Workplace(records=Records(Database(url)), rules=anyshire.rules, clock=anyshire.clock)
        for _ in range(request.param)
    ]
    yield places
    for at in places:
        at.records.database.close()


def act(at: Workplace) -> Callable[[], Kept]:
    return lambda: keep_in_touch(at=at)


def heard(anyshire: Anyshire, moment: Moment) -> Counter[str]:
    told = [one for one in events(anyshire.records) if one["type"].endswith(f".{moment}")]
    return Counter(one["data"]["concern"] for one in told)


def test_each_family_that_waits_gets_each_message_once(
    anyshire: Anyshire, replicas: list[Workplace]
) -> None:
    waiting = [anyshire.raise_(a_concern(is_new=True)) for _ in range(FAMILIES)]
    for raised in waiting:
        anyshire.move(anyshire.referral_at(SPEECH, raised), Move.ACCEPT)
    for number in range(1, ROUNDS + 1):
        anyshire.clock.pass_(weeks=8)
        kept = at_once(*map(act, replicas))
        assert all(isinstance(one, Kept) and not one.errors for one in kept), kept
        assert sum(one.written_to for one in kept) == FAMILIES
        written = heard(anyshire, Moment.KEEP_IN_TOUCH)
        assert written == {raised.concern: number for raised in waiting}


def test_each_family_that_has_not_answered_is_reminded_once_and_one_person_asked(
    anyshire: Anyshire, replicas: list[Workplace]
) -> None:
    asked = [anyshire.raise_(a_concern(is_new=True)) for _ in range(FAMILIES)]
    for raised in asked:
        task = anyshire.referral_at(SPEECH, raised)
        anyshire.move(task, Move.ASK, text="Since when?", ask_whom=Taker.FAMILY)
    anyshire.clock.pass_(days=17)
    kept = at_once(*map(act, replicas))
    assert all(isinstance(one, Kept) and not one.errors for one in kept), kept
    assert sum(one.to_reach for one in kept) == FAMILIES
    assert heard(anyshire, Moment.REMINDED) == {raised.concern: 1 for raised in asked}
    for raised in asked:
        asks = anyshire.concern(raised.concern).open_asks
        assert sum(one.kind is AskKind.REACH for one in asks) == 1
