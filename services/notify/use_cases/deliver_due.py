"""Send what is due: ask whether and where each person may be told, then try each message once."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from services.notify.channels.recipients import Unreachable
from services.notify.domain.channel import Capacity
from services.notify.domain.decide import (
    DIGEST,
    NO_ADDRESS,
    By,
    Hold,
    Standing,
    Stop,
    decide,
)
from services.notify.domain.digests import digest_id
from services.notify.domain.hours import london_date, start_of_day
from services.notify.domain.message import Cause, Message, MessageState, message_id
from services.notify.domain.preferences import NONE_SAID
from services.notify.messages.people import Known
from services.notify.use_cases.delivery import LEASE, Delivery
from services.notify.use_cases.recover import recover
from services.notify.use_cases.trying import Trying
from shared.contract import Audience, RecipientQuery, RecipientResult

LIMIT = 50
#: What the referral service said of a person is not acted on for longer than this.
FRESH = timedelta(seconds=1)
#: What is not worth claiming waits, and no try is counted.
MOST = {Capacity.ALL: LIMIT, Capacity.ONE: 1, Capacity.NONE: 0}

log = structlog.get_logger(__name__)


def deliver_due(delivery: Delivery, *, now: datetime) -> Counter[MessageState]:
    """One pass over what is due; how many messages it left in each state."""
    done = recover(delivery.store, delivery.channels, now=now, chance=delivery.chance)
    trying = Trying(delivery, str(uuid4()), now)
    most = {way: MOST[one.capacity(now)] for way, one in delivery.channels.items()}
    messages = delivery.store.claim(most, now=now, lease=LEASE, claim=trying.claim)
    if messages:
        done += _Pass(delivery, trying, now).deliver(messages)
    return done


@dataclass(frozen=True)
class _Pass:
    delivery: Delivery
    trying: Trying
    now: datetime
    #: How many more of today each person was sent in this pass.
    told: Counter[str] = field(default_factory=Counter)

    def deliver(self, messages: list[Message]) -> Counter[MessageState]:
        messages = self._with_whole_digests(messages)
        since = start_of_day(london_date(self.now))
        known = self.delivery.people.known([one.recipient for one in messages], since=since)
        return self._deliver(messages, known)

    def _with_whole_digests(self, messages: list[Message]) -> list[Message]:
        carriers = {message.carrier for message in messages if message.carrier}
        if not carriers:
            return messages
        claim = self.trying.claim
        rest = self.delivery.store.gather(carriers, now=self.now, lease=LEASE, claim=claim)
        return messages + rest

    def _deliver(
        self, messages: Sequence[Message], known: Mapping[str, Known]
    ) -> Counter[MessageState]:
        done: Counter[MessageState] = Counter()
        digests: dict[str, list[tuple[Message, str]]] = defaultdict(list)
        for message, to in self._with_answers(messages):
            if isinstance(to, Unreachable):
                done[self.trying.later(message, str(to))] += 1
                continue
            standing = self._standing(message, to, known[message.recipient])
            verdict = decide(message, standing, self.delivery.area, now=self.now)
            if isinstance(verdict, Stop | Hold | By):
                done[self._not_now(message, verdict)] += 1
            elif message.carrier:
                digests[message.carrier].append((message, verdict.address))
            else:
                done += self._send(message, standing.to, verdict.address)
        for together in digests.values():
            done += self._send_digest(together)
        return done

    def _with_answers(
        self, messages: Sequence[Message]
    ) -> Iterator[tuple[Message, RecipientResult | Unreachable]]:
        """Each with what the referral service says of it, asked for all at once; and again once
        that is old, so that a withdrawal stops what a slow provider has not got to. Then for no
        more than there was time for, or it would answer the same fifty times for nothing."""
        answers: list[RecipientResult | Unreachable] = []
        asked_at, asked_from, most = self.now, 0, len(messages)
        for number, message in enumerate(messages):
            now = self.delivery.clock()
            is_old = now - asked_at > FRESH
            if is_old or not answers:
                most = max(1, number - asked_from) if is_old and number else 2 * most
                asked_at, asked_from = now, number
                answers = self._ask(messages[number : number + most])
            yield message, answers.pop(0)

    def _ask(self, messages: Sequence[Message]) -> list[RecipientResult | Unreachable]:
        try:
            return [*self.delivery.ask([_query(message) for message in messages])]
        except Unreachable as failure:
            return [failure] * len(messages)

    def _standing(self, message: Message, to: RecipientResult, known: Known) -> Standing:
        wishes = known.wishes
        if wishes is NONE_SAID and to.same_as:
            wishes = self.delivery.people.newest_of(to.same_as)
        return Standing(
            to=replace(
                to,
                language=wishes.language or to.language,
                large_print=wishes.large_print or to.large_print,
            ),
            wishes=wishes,
            suppressed=known.suppressed,
            told_today=known.told_today + self.told[message.recipient],
        )

    def _not_now(self, message: Message, verdict: Stop | Hold | By) -> MessageState:
        if isinstance(verdict, By):
            return self._by_another_way(message, verdict)
        if isinstance(verdict, Hold):
            carrier = message.carrier
            if verdict.why == DIGEST:
                carrier = digest_id(message.recipient, london_date(verdict.until))
            return self.trying.put_off(
                message.to(
                    MessageState.HELD,
                    Cause.NOT_NOW,
                    reason=verdict.why,
                    due_at=verdict.until,
                    free_at=verdict.until,
                    carrier=carrier,
                )
            )
        return self._stop(message, verdict)

    def _stop(self, message: Message, verdict: Stop) -> MessageState:
        stopped = message.to(verdict.state, verdict.cause, reason=verdict.why, settled_at=self.now)
        return self.trying.put_off(stopped)

    def _by_another_way(self, message: Message, verdict: By) -> MessageState:
        """The same, as a message of another channel; nowhere where that was tried already."""
        id = message_id(
            event=message.event,
            recipient=message.recipient,
            channel=verdict.channel,
            template=message.template,
        )
        new = replace(
            message,
            id=id,
            channel=verdict.channel,
            state=MessageState.CREATED,
            due_at=self.now,
            attempts=0,
            reason="",
            replays=message.id,
        )
        if self.delivery.store.reroute(message, new, claim=self.trying.claim, now=self.now):
            return MessageState.SUPERSEDED
        nowhere = Stop(MessageState.PERMANENT_FAILURE, Cause.NOT_ANY_MORE, NO_ADDRESS)
        return self._stop(message, nowhere)

    def _send(self, message: Message, to: RecipientResult, address: str) -> Counter[MessageState]:
        try:
            composed = self.delivery.compose(message, to, address)
        except Exception as failure:  # one that has no words must not hold up the next
            return Counter([self._wordless(message, failure)])
        if message.audience is Audience.FAMILY and self.delivery.store.has_been_to(
            composed.message
        ):
            shared = Stop(MessageState.SUPERSEDED, Cause.OVERTAKEN, "same-address")
            return Counter([self._stop(message, shared)])
        self.told[message.recipient] += 1
        return self.trying.send([composed.message], composed.outgoing)

    def _send_digest(self, together: list[tuple[Message, str]]) -> Counter[MessageState]:
        messages = [message for message, _ in together]
        if self.delivery.store.has_left(messages[0].carrier):
            tomorrow = self.delivery.area.hours.next_digest(self.now)
            return Counter(self._not_now(one, Hold(tomorrow, DIGEST)) for one in messages)
        try:
            composed = self.delivery.compose.digest(messages, together[0][1])
        except Exception as failure:
            return Counter(self._wordless(message, failure) for message in messages)
        return self.trying.send(list(composed.messages), composed.outgoing)

    def _wordless(self, message: Message, failure: Exception) -> MessageState:
        log.error("message has no words", message=message.id, why=type(failure).__name__)
        return self._stop(
            message, Stop(MessageState.TECHNICAL_FAILURE, Cause.NOT_ANY_MORE, "no-words")
        )


def _query(message: Message) -> RecipientQuery:
    return RecipientQuery(
        recipient=message.recipient,
        child=message.child,
        task=message.task,
        moment=message.moment,
        event=message.event,
    )
