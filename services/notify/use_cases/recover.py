"""Find out what became of messages whose try was cut off, by what their provider lets us know."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from services.notify.domain.channel import Answering, NotKnownNow, Provider, Providers
from services.notify.domain.message import Cause, Message, MessageState
from services.notify.domain.retry import GIVE_UP_AFTER, after_look_up, in_doubt
from services.notify.messages.store import Store
from shared.backoff import LONGEST, wait_after
from shared.contract import Channel

LIMIT = 100
CUT_OFF = "stopped while sending"

log = structlog.get_logger(__name__)


def recover(
    store: Store,
    channels: Mapping[Channel, Providers],
    *,
    now: datetime,
    chance: Callable[[], float],
) -> Counter[MessageState]:
    """How many messages are in each state because of it."""
    done: Counter[MessageState] = Counter()
    for message in store.cut_off(now=now, limit=LIMIT):
        provider = channels[message.channel].named(message.provider)
        after = _found_out(message, provider, now=now, chance=chance())
        if store.recover(message, after, now=now):
            log.info("message recovered", message=after.id, state=after.state)
            done[after.state] += 1
    return done


def _found_out(
    message: Message, provider: Provider | None, *, now: datetime, chance: float
) -> Message:
    if message.state is MessageState.SENDING:
        dedup = provider.dedup if provider else None
        return in_doubt(message, dedup, CUT_OFF, by=Cause.RECOVERY, now=now)
    if not isinstance(provider, Answering):
        return replace(message, ask_at=None)
    try:
        found = provider.look_up(message.reference)
    except NotKnownNow:
        return _ask_later(message, now=now, chance=chance)
    return after_look_up(message, found, now=now)


def _ask_later(message: Message, *, now: datetime, chance: float) -> Message:
    """Until sending it would have been given up as well; then it stays uncertain."""
    ask_at = now + max(wait_after(message.attempts, chance=chance), LONGEST / 10)
    return replace(message, ask_at=ask_at if ask_at < message.free_at + GIVE_UP_AFTER else None)
