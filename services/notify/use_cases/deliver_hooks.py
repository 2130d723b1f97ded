"""Tell one subscribed system what it has not heard yet: in order, one post at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.notify.channels.recipients import Unreachable
from services.notify.domain.subscription import Due, Hook, Posted
from services.notify.messages.hooks import Hooks
from shared.backoff import wait_after
from shared.fhir.json import write_json
from shared.fhir.subscription_status import Kind, notification, status_of, without_names
from shared.subscribing import Content, Numbered, Sight, Status

#: More than one round takes: a question to the referral service, and a post.
LEASE = timedelta(seconds=90)
#: Then others have their turn.
ROUNDS = 50
#: Events that are asked about at once where a client may see hardly any of them.
WIDEST = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Serving:
    """`base` is the address of the FHIR API; `sight` raises Unreachable; `chance` gives 0 to 1 for
    how long to wait after a failure; `clock` is the time by the wall."""

    hooks: Hooks
    post: Callable[[Hook, bytes], Posted]
    sight: Callable[[str, Sequence[str]], Sight]
    base: str
    chance: Callable[[], float]
    clock: Callable[[], datetime]


@dataclass
class Turn:
    """One claim of one subscription."""

    serving: Serving
    id: str
    claim: str
    width: int = 1

    def take(self) -> None:
        """Until it has heard everything, fails, or others should have their turn."""
        try:
            for _ in range(ROUNDS):
                if not self._round():
                    break
        finally:
            self.serving.hooks.release(self.id, claim=self.claim)

    def _round(self) -> bool:
        """Whether to go on."""
        now = self.serving.clock()
        hook = self.serving.hooks.hold(self.id, claim=self.claim, now=now, lease=LEASE)
        if hook is None:
            return False
        if hook.has_ended(now):
            self._end(hook, "its end has come")
            return False
        if hook.status is Status.REQUESTED:
            return self._post(hook, Kind.HANDSHAKE, [], [])
        events = self.serving.hooks.due(hook.id, limit=max(hook.most, self.width))
        if events:
            return self._tell(hook, events)
        return hook.is_quiet(now) and self._post(hook, Kind.HEARTBEAT, [], [])

    def _tell(self, hook: Hook, events: list[Due]) -> bool:
        try:
            sight = self.serving.sight(hook.client, [one.task for one in events])
        except Unreachable as failure:
            log.warning("subscription waits", subscription=hook.id, why=str(failure))
            until = self.serving.clock() + wait_after(1, chance=self.serving.chance())
            self.serving.hooks.wait(hook.id, until=until, claim=self.claim)
            return False
        if not sight.known:
            self._end(hook, "its client may read nothing any more")
            return False
        seen = {one.event for one, is_seen in zip(events, sight.seen, strict=True) if is_seen}
        if events[0].number is not None:
            again = events[: hook.most]
            return self._post(hook, Kind.EVENT, again, _named(again, seen))
        return self._tell_new(hook, events, seen)

    def _tell_new(self, hook: Hook, events: list[Due], seen: set[str]) -> bool:
        tell = [one for one in events if one.event in seen][: hook.most]
        drop = [one for one in events if one.event not in seen]
        # Most events concern few: whoever may see none of these is asked about more at once.
        self.width = 1 if tell else min(WIDEST, self.width * 4)
        numbered = self.serving.hooks.number(hook, tell=tell, drop=drop, claim=self.claim)
        if not tell:
            return True
        return bool(numbered) and self._post(hook, Kind.EVENT, numbered, _named(numbered, seen))

    def _post(self, hook: Hook, kind: Kind, due: list[Due], told: list[Numbered]) -> bool:
        began = self.serving.clock()
        posted = self.serving.post(hook, write_json(self._bundle(hook, kind, told, began)))
        now = self.serving.clock()
        if posted.is_taken:
            return self.serving.hooks.taken(hook, due, posted, claim=self.claim, now=now)
        again_at = now + wait_after(hook.failures + 1, chance=self.serving.chance())
        status = self.serving.hooks.failed(
            hook, posted, again_at=again_at, claim=self.claim, now=now
        )
        say = log.error if status is Status.ERROR else log.warning
        say("subscription not served", subscription=hook.id, kind=kind, why=posted.code)
        return False

    def _bundle(
        self, hook: Hook, kind: Kind, told: list[Numbered], at: datetime
    ) -> dict[str, object]:
        shown = without_names(told) if hook.content is Content.EMPTY else told
        events = max([hook.events, *(one.number for one in told)])
        status = status_of(
            self.serving.base,
            id=hook.id,
            topic=hook.topic,
            status=hook.status,
            kind=kind,
            events=events,
            told=shown,
        )
        return notification(self.serving.base, status, at=at, told=shown, content=hook.content)

    def _end(self, hook: Hook, why: str) -> None:
        self.serving.hooks.end(hook.id, claim=self.claim)
        log.info("subscription ended", subscription=hook.id, why=why)


def _named(events: list[Due], seen: set[str]) -> list[Numbered]:
    """One that was numbered before its client lost sight of it keeps its number, and says no more:
    a gap would look like a loss."""
    return [
        Numbered(number=one.number or 0, at=one.at, task=one.task if one.event in seen else "")
        for one in events
    ]
