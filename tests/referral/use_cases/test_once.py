"""The same request twice gets the same answer and is done once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.referral.records.store import Records
from services.referral.use_cases.once import SameKeyOtherBody, answered_before, remember
from shared.identity import Principal
from tests.referral.anyshire import row_counts
from tests.referral.builders import as_
from tests.referral.fakes import FRIDAY
from tests.referral.races import at_once
from tests.referral.records.shelves import HERE, an_observation

NURSERY, OTHER = as_("nursery", client=True), as_("nursery2", client=True)
OURS = replace(HERE, tags=HERE.tags | {f"org:{one.organisation}" for one in (NURSERY, OTHER)})


def ask(
    records: Records, body: bytes = b"{}", *, key: str = "key-1", who: Principal = NURSERY
) -> str:
    """Keep one observation under a key, and answer with its id."""
    with records.writing(who, now=FRIDAY) as record:
        earlier = answered_before(record, key, body)
        if earlier is not None:
            return earlier
        made = record.create(an_observation(), OURS)
        remember(record, key, made.id)
    return made.id


def test_the_same_key_and_body_get_the_same_answer_and_nothing_new(records: Records) -> None:
    first = ask(records)
    before = row_counts(records)
    assert ask(records) == first
    assert row_counts(records) == before


def test_the_same_key_with_another_body_is_refused(records: Records) -> None:
    ask(records)
    before = row_counts(records)
    with pytest.raises(SameKeyOtherBody):
        ask(records, b'{"other": true}')
    assert row_counts(records) == before


def test_another_key_or_another_client_is_another_request(records: Records) -> None:
    answers = {ask(records), ask(records, key="key-2"), ask(records, who=OTHER)}
    assert len(answers) == 3


def test_what_failed_may_be_asked_again(records: Records) -> None:
    with pytest.raises(ZeroDivisionError), records.writing(NURSERY, now=FRIDAY) as record:
        assert answered_before(record, "key-1", b"{}") is None
        raise ZeroDivisionError
    assert ask(records)
    assert row_counts(records)["resource"] == 1


@pytest.mark.parametrize("bodies", [(b"{}", b"{}"), (b"{}", b"[]")], ids=["same", "other"])
def test_of_two_at_once_one_is_done_and_the_other_gets_its_answer(
    records: Records, bodies: tuple[bytes, bytes]
) -> None:
    asks: list[Callable[[], str]] = [
        lambda: ask(records, bodies[0]),
        lambda: ask(records, bodies[1]),
    ]
    one, other = at_once(*asks)
    if bodies[0] == bodies[1]:
        assert one == other
    else:
        assert sum(isinstance(ended, SameKeyOtherBody) for ended in (one, other)) == 1
    assert row_counts(records)["resource"] == 1


def test_an_answer_lasts(records: Records) -> None:
    first = ask(records)
    with records.writing(NURSERY, now=FRIDAY + timedelta(days=300)) as record:
        assert answered_before(record, "key-1", b"{}") == first
