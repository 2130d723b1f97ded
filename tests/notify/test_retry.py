from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.channel import (
    GRACE,
    Dedup,
    Outcome,
    Provider,
    Receipt,
    ReceiptState,
    Sent,
)
from services.notify.domain.message import Cause, Message, MessageState
from services.notify.domain.plan import messages_for
from services.notify.domain.retry import after_look_up, after_receipt, after_try, in_doubt
from shared.backoff import wait_after
from shared.contract import Channel, Moment
from shared.errors import Conflict
from tests.notify.builders import FAMILY, NOON, a_message, an_event
from tests.notify.providers import Doing

ENDS = {
    (Outcome.ACCEPTED, Dedup.NONE): MessageState.SENT,
    (Outcome.TEMPORARY, Dedup.NONE): MessageState.TEMPORARY_FAILURE,
    (Outcome.TECHNICAL, Dedup.NONE): MessageState.TEMPORARY_FAILURE,
    (Outcome.PERMANENT, Dedup.NONE): MessageState.PERMANENT_FAILURE,
    (Outcome.UNCERTAIN, Dedup.NONE): MessageState.UNCERTAIN,
    (Outcome.UNCERTAIN, Dedup.LOOK_UP): MessageState.UNCERTAIN,
    (Outcome.UNCERTAIN, Dedup.UNIQUE): MessageState.TEMPORARY_FAILURE,
}
LONGEST_WAITS = {1: 15, 2: 30, 3: 60, 4: 120, 5: 240, 6: 300, 7: 300, 1000: 300}


def sending(channel: Channel = Channel.EMAIL, attempts: int = 1) -> Message:
    return replace(a_message(channel), state=MessageState.SENDING, attempts=attempts)


def after(
    message: Message, outcome: Outcome, dedup: Dedup = Dedup.NONE, code: str = "code"
) -> Message:
    provider: Provider = Doing(dedup=dedup)
    sent = Sent(outcome=outcome, provider="doing", code=code)
    return after_try(message, sent, provider, now=NOON, chance=0.5)


def a_receipt(state: ReceiptState) -> Receipt:
    return Receipt(reference="1", state=state, at=NOON, code="said")


@pytest.mark.parametrize(("came", "state"), ENDS.items())
def test_what_becomes_of_a_message_after_a_try(
    came: tuple[Outcome, Dedup], state: MessageState
) -> None:
    assert after(sending(), *came).state is state


def test_a_link_that_may_not_have_gone_is_sent_again_for_it_replaces_the_first() -> None:
    planned = messages_for(an_event(FAMILY, moment=Moment.WAY_IN_ASKED), now=NOON)
    link = replace(planned[0], state=MessageState.SENDING, attempts=1)
    again = after(link, Outcome.UNCERTAIN)
    assert (again.state, again.due_at) == (MessageState.TEMPORARY_FAILURE, NOON)
    assert after(link, Outcome.UNCERTAIN, Dedup.LOOK_UP).state is MessageState.UNCERTAIN


def test_what_lies_in_the_inbox_is_delivered() -> None:
    assert after(sending(Channel.IN_APP), Outcome.ACCEPTED).state is MessageState.DELIVERED


@pytest.mark.parametrize(("attempts", "seconds"), LONGEST_WAITS.items())
def test_waits_double_up_to_five_minutes(attempts: int, seconds: int) -> None:
    assert wait_after(attempts, chance=1.0) == timedelta(seconds=seconds)


@given(attempts=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_a_wait_is_any_part_of_its_limit(attempts: int, chance: float) -> None:
    assert timedelta(0) <= wait_after(attempts, chance=chance) <= timedelta(minutes=5)
    assert wait_after(attempts, chance=0) == timedelta(0)


@given(minutes=st.integers(0, 200 * 60), outcome=st.sampled_from(["TEMPORARY", "TECHNICAL"]))
def test_trying_ends_three_days_after_it_might_first_have_gone(minutes: int, outcome: str) -> None:
    message = replace(sending(attempts=1000), free_at=NOON - timedelta(minutes=minutes))
    later = after_try(
        message,
        Sent(outcome=Outcome[outcome], provider="doing", code="smtp-451"),
        Doing(),
        now=NOON,
        chance=1.0,
    )
    gives_up = {
        "TEMPORARY": MessageState.PERMANENT_FAILURE,
        "TECHNICAL": MessageState.TECHNICAL_FAILURE,
    }
    is_over = minutes + 5 >= 72 * 60
    assert later.state is (gives_up[outcome] if is_over else MessageState.TEMPORARY_FAILURE)
    assert "smtp-451" in later.reason


def test_a_provider_that_can_be_asked_is_asked_after_a_while() -> None:
    doubtful = after(sending(), Outcome.UNCERTAIN, Dedup.LOOK_UP)
    assert doubtful.ask_at == NOON + GRACE
    assert after_look_up(doubtful, None, now=NOON).state is MessageState.TEMPORARY_FAILURE
    found = a_receipt(ReceiptState.SENT)
    assert after_look_up(doubtful, found, now=NOON).state is MessageState.SENT
    assert after_look_up(doubtful, found, now=NOON).ask_at is None


def test_nobody_can_ask_a_provider_that_is_not_set_up_any_more() -> None:
    doubtful = in_doubt(sending(), None, "gone", by=Cause.RECOVERY, now=NOON)
    assert (doubtful.state, doubtful.ask_at) == (MessageState.UNCERTAIN, None)


@pytest.mark.parametrize("state", ReceiptState)
def test_a_receipt_moves_what_was_sent(state: ReceiptState) -> None:
    sent = replace(sending(), state=MessageState.SENT)
    if state is ReceiptState.SENT:
        with pytest.raises(Conflict):
            after_receipt(sent, a_receipt(state), now=NOON, chance=1)
        return
    assert after_receipt(sent, a_receipt(state), now=NOON, chance=1).state == state.value


@pytest.mark.parametrize("state", ReceiptState)
def test_no_receipt_moves_what_has_arrived(state: ReceiptState) -> None:
    with pytest.raises(Conflict):
        after_receipt(
            replace(sending(), state=MessageState.DELIVERED), a_receipt(state), now=NOON, chance=1
        )
