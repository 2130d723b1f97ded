"""What recurs until somebody acts is gathered, and nothing is lost by it."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.referral.use_cases.timeline_event import Event, gathered
from tests.referral.fakes import FRIDAY


def events(kinds: list[tuple[str, bool]]) -> list[Event]:
    return [
        Event(title=title, recurs=recurs, at=FRIDAY - timedelta(days=day))
        for day, (title, recurs) in enumerate(kinds)
    ]


def shape(kinds: list[tuple[str, bool]]) -> list[tuple[str, int]]:
    return [(one.title, len(one.earlier)) for one in gathered(events(kinds))]


def test_only_what_recurs_with_nothing_between_is_gathered() -> None:
    late, moved = ("Late", True), ("Moved", False)
    assert shape([late, late, late]) == [("Late", 2)]
    assert shape([late, moved, late, late]) == [("Late", 0), ("Moved", 0), ("Late", 1)]
    assert shape([moved, moved]) == [("Moved", 0), ("Moved", 0)]
    assert shape([late, ("Other", True)]) == [("Late", 0), ("Other", 0)]


@given(st.lists(st.tuples(st.sampled_from("AB"), st.booleans())))
def test_every_event_is_still_there_in_its_order(kinds: list[tuple[str, bool]]) -> None:
    found = gathered(events(kinds))
    flat = [at for one in found for at in (one.at, *(past.at for past in one.earlier))]
    assert flat == [one.at for one in events(kinds)]
    for newer, older in pairwise(found):
        assert not (newer.recurs and older.recurs and newer.title == older.title)
