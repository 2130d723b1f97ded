"""Do what a client asks about its subscriptions, by way of the referral service."""

from collections.abc import Callable
from datetime import datetime

from uuid_utils import uuid7

from services.notify.messages.subscriptions import Subscriptions
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from shared.subscribing import Ask, Kept, Refusal, Reply, Verb, Wish

_REFUSALS: tuple[tuple[type[Exception], Refusal], ...] = (
    (NotFound, Refusal.NOT_FOUND),
    (Stale, Refusal.STALE),
    (Conflict, Refusal.TOO_MANY),
    (NotAllowed, Refusal.ADDRESS),
)


def answer_ask(
    ask: Ask,
    *,
    subscriptions: Subscriptions,
    check_address: Callable[[str], None],
    now: datetime,
) -> Reply:
    """`check_address` raises NotAllowed where nothing may be posted to."""
    try:
        if ask.wish is not None and ask.wish.is_on:
            check_address(ask.wish.endpoint)
        return _answer(ask, subscriptions, now)
    except (NotFound, Conflict, NotAllowed) as failure:
        refused = next(code for kind, code in _REFUSALS if isinstance(failure, kind))
        return Reply(refused=refused, why=str(failure))


def _answer(ask: Ask, subscriptions: Subscriptions, now: datetime) -> Reply:
    match ask.verb:
        case Verb.CREATE:
            made = subscriptions.create(str(uuid7()), ask.owner, _wish(ask), now=now)
            return Reply(found=(made,))
        case Verb.UPDATE:
            wish, version = _wish(ask), ask.version
            changed = subscriptions.update(ask.id, ask.owner, wish, version=version, now=now)
            return Reply(found=(changed,))
        case Verb.DELETE:
            subscriptions.delete(ask.id, ask.owner)
            return Reply()
        case Verb.FIND:
            return Reply(found=tuple(_found(ask, subscriptions)))
        case Verb.EVENTS:
            found = _found(ask, subscriptions)
            events = subscriptions.events(ask.id, ask.since, ask.until)
            return Reply(found=tuple(found), events=tuple(events))


def _found(ask: Ask, subscriptions: Subscriptions) -> list[Kept]:
    found = subscriptions.of(ask.owner, ask.id)
    if ask.id and not found:
        raise NotFound("There is no such subscription.")
    return found


def _wish(ask: Ask) -> Wish:
    if ask.wish is None:
        raise Invalid("To keep a subscription it must be said what it is.")
    return ask.wish
