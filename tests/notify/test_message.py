from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.message import (
    ACCEPTED,
    CHANGES,
    FAILED,
    FATES,
    STOPPED,
    UNSENT,
    Cause,
    MessageState,
    fate_of,
)
from shared.contract import Channel, Fate, Moment
from shared.errors import Conflict
from tests.notify.builders import NOON, a_message

S = MessageState
STEPS = st.lists(st.tuples(st.sampled_from(S), st.sampled_from(Cause)), max_size=60)


def test_every_state_is_unsent_under_way_or_an_end() -> None:
    ends = ACCEPTED | FAILED | STOPPED
    assert UNSENT | ends | {S.SENDING, S.UNCERTAIN} == set(S)
    assert set(S) - set(CHANGES) == (ends - {S.SENT})


@given(STEPS)
def test_a_message_never_leaves_an_end(steps: list[tuple[MessageState, Cause]]) -> None:
    message = a_message()
    for state, cause in steps:
        before = message.state
        try:
            message = message.to(state, cause)
        except Conflict:
            assert message.state is before
            continue
        assert before in CHANGES
        if before is S.SENT:
            assert cause is Cause.RECEIPT


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_nothing_is_sent_without_a_try(before: MessageState, after: MessageState) -> None:
    causes = CHANGES.get(before, {}).get(after, frozenset())
    if after in ACCEPTED:
        assert not (causes and before in UNSENT)
    if after is S.SENDING:
        assert causes <= {Cause.TRY}


@pytest.mark.parametrize("state", S)
def test_a_message_can_be_stopped_only_before_it_leaves(state: MessageState) -> None:
    stops = STOPPED & set(CHANGES.get(state, {}))
    assert stops == (STOPPED if state in UNSENT else frozenset())


def test_the_referral_service_hears_of_every_end_that_is_not_a_decision() -> None:
    assert set(FATES) == ACCEPTED | FAILED | {S.UNCERTAIN}


@pytest.mark.parametrize(
    ("moment", "channel", "state", "reason", "fate"),
    [
        (Moment.MESSAGE, Channel.EMAIL, MessageState.CANCELLED, "not-safe", Fate.NOT_SENT),
        (Moment.MESSAGE, Channel.EMAIL, MessageState.SUPERSEDED, "same-address", Fate.NOT_SENT),
        (Moment.MESSAGE, Channel.EMAIL, MessageState.SUPERSEDED, "by-sms", None),
        (Moment.MESSAGE, Channel.IN_APP, MessageState.CANCELLED, "taken-back", None),
        (Moment.ACCEPTED, Channel.EMAIL, MessageState.CANCELLED, "not-safe", None),
    ],
)
def test_whoever_asked_for_a_message_hears_that_it_was_not_to_be_sent(
    moment: Moment, channel: Channel, state: MessageState, reason: str, fate: Fate | None
) -> None:
    message = replace(a_message(), moment=moment, channel=channel, state=state, reason=reason)
    told = fate_of(message, at=NOON)
    assert (told.fate if told else None) is fate
