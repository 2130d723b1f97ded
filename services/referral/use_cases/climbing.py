"""What one sweep does to one concern: the rungs its referrals take, and all that follows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from services.referral.domain.clocks import due_at
from services.referral.domain.concern import Ask, AskId, AskKind, Taker
from services.referral.domain.escalation import Climb, climb, next_climb_at
from services.referral.domain.referral import Referral, ReferralId
from services.referral.domain.rungs import ClockRules
from services.referral.records.ids import new_id
from services.referral.records.provenance import provenance
from services.referral.records.queue import about
from services.referral.records.resource import Resource
from services.referral.records.sweeps import Waiting
from services.referral.records.tasks import changed_task, new_ask
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.next_best import next_best
from services.referral.use_cases.tell_of_late import Late, tell_of_late, together
from services.referral.use_cases.telling import URGENT
from services.referral.use_cases.whom_to_tell import Reach, Told, who_acts, whom_to_tell
from shared.contract import Audience, Moment, Recipient, ReferralEvent

log = structlog.get_logger(__name__)

#: A referral that is further behind climbs again in the next sweep; its messages wait for that.
UNTIL_NEXT_SWEEP = timedelta(minutes=2)
FAR = datetime.max.replace(tzinfo=UTC)
NUDGE, ESCALATE = "nudge", "escalate"

Untold = Mapping[str, Sequence[ReferralEvent]]


@dataclass(frozen=True, kw_only=True)
class Climbed:
    """One referral in one sweep: its level before and after, and how many of whom are told."""

    task: str
    before: int
    after: int
    climbs: tuple[Climb, ...]
    told: Mapping[Audience, int]


def climb_concern(
    waiting: Waiting, untold: Untold, *, record: Writing, rules: Rulebook, hold: datetime
) -> list[Climbed]:
    """Write what its due referrals climb. `untold` are the messages of earlier climbs that were
    taken back; `hold` is the time by the wall, from which those of a referral that is still behind
    are held."""
    sweep = _Sweep(waiting=waiting, untold=untold, record=record, rules=rules, hold=hold)
    concern = waiting.loaded.concern
    late = [sweep.late(ask) for ask in concern.asks if ask.id in waiting.due]
    own = waiting.due - {one.before.id for one in late}
    climbed = []
    for id in sorted(own | {one.before.referral for one in late}):
        also = together(one.reached for one in late if one.before.referral == id)
        referral = concern.referral(ReferralId(id))
        if id in own:
            climbed.append(sweep.climb(referral, also))
        else:
            sweep.tell(referral, also)
    return [*climbed, *map(_as_climbed, late)]


def _as_climbed(late: Late) -> Climbed:
    return Climbed(
        task=late.before.id,
        before=late.before.times_told,
        after=late.after.times_told,
        climbs=(),
        told=_counted(late.reached),
    )


def _counted(told: Told) -> Mapping[Audience, int]:
    return {audience: len(people) for audience, people in told.items()}


@dataclass(frozen=True, kw_only=True)
class _Sweep:
    """One sweep at one concern."""

    waiting: Waiting
    untold: Untold
    record: Writing
    rules: Rulebook
    hold: datetime

    def climb(self, before: Referral, also: Told) -> Climbed:
        """`also`: who is told besides, of what was asked because of it and is late."""
        rules = self.record.once("clock rules", lambda: self.rules.clock_rules(self.record))
        after, climbs = climb(before, self.record.now, rules)
        reached: Told = {}
        if climbs:
            task = self._write(after, climbs)
            reached = self._follow(after, task, climbs)
        else:
            self._look_later(before, rules)
        self.tell(after, together([reached, also]))
        return Climbed(
            task=before.id,
            before=before.level,
            after=after.level,
            climbs=climbs,
            told=_counted(reached),
        )

    def late(self, ask: Ask) -> Late:
        reach = self._reach(self.waiting.loaded.concern.referral(ask.referral))
        return tell_of_late(ask, self.waiting, reach, record=self.record, rules=self.rules)

    def tell(self, referral: Referral, told: Told) -> None:
        """Nobody new: what was taken back leaves as it was."""
        if told:
            self._tell(self._reach(referral), told)
        else:
            self.record.tell(self.untold.get(referral.id, ()))

    def _look_later(self, referral: Referral, rules: ClockRules) -> None:
        """The policies have changed since it was last written: its next rung is not reached yet."""
        self._write(replace(referral, next_escalation_at=next_climb_at(referral, rules)), ())

    def _write(self, after: Referral, climbs: Sequence[Climb]) -> Resource:
        old = self.waiting.loaded.tasks[after.id]
        task = self.record.update(old, changed_task(old.json, after, self.record.now))
        self._queue(task)
        for one in climbs:
            self.record.note(ESCALATE, task, f"{one.clock} {one.rung.level}")
        return task

    def _queue(self, task: Resource) -> None:
        patient, request = self.waiting.patient.json, self.waiting.loaded.request.json
        self.record.queue(task, about(patient, request))

    def _follow(self, after: Referral, task: Resource, climbs: Sequence[Climb]) -> Told:
        """The actions for named persons and the line of history; whom the message is for."""
        reach = self._reach(after)
        audiences = dict.fromkeys(one for climb in climbs for one in climb.rung.tells)
        told = whom_to_tell(self.record, reach, tuple(audiences))
        actions = [self._act(one, reach) for one in climbs if one.rung.level > 0]
        self._leave_trace(climbs, [task, *filter(None, actions)])
        return told

    def _reach(self, referral: Referral) -> Reach:
        tags = self.waiting.loaded.request.place.tags
        return Reach(
            concern=self.waiting.loaded.concern,
            referral=referral,
            carers=self.waiting.carers,
            areas=frozenset(tag.partition(":")[2] for tag in tags if tag.startswith("area:")),
        )

    def _act(self, climb: Climb, reach: Reach) -> Resource | None:
        """What a named person must do, as a Task of its own; None where nobody works at all."""
        told = whom_to_tell(self.record, reach, climb.rung.tells)
        person = who_acts(self.record, reach, told)
        if person is None:
            log.error("nobody to act on an escalation", task=reach.referral.id)
            return None
        now = self.record.now
        ask = Ask(
            id=AskId(new_id()),
            kind=AskKind.ACTION,
            referral=reach.referral.id,
            owner=Taker.PERSON,
            person=person,
            clock=climb.clock,
            text=self._words(climb),
            made_at=now,
            due_at=due_at(now, climb.rung.action_due, self.rules.holidays),
        )
        made = new_ask(ask, reach.concern, self.record.who.reference)
        action = self.record.create(made, self.waiting.loaded.request.place, id=ask.id)
        self._queue(action)
        return action

    def _words(self, climb: Climb) -> str:
        """What to do, why, and what happens otherwise; with the next best service where one is."""
        words = f"{climb.rung.action}. {climb.why} If nothing is done: {climb.rung.otherwise}."
        if not climb.rung.offers_next_best:
            return words
        loaded = self.waiting.loaded
        best = next_best(
            self.record, self.rules, loaded.concern, loaded.request, self.waiting.patient
        )
        if best is None:
            return f"{words} No other service here takes on such a child now."
        return f"{words} It could go to {best.service.name} instead, {best.because}."

    def _leave_trace(self, climbs: Sequence[Climb], written: Sequence[Resource]) -> None:
        move = ESCALATE if any(one.rung.level for one in climbs) else NUDGE
        why = " ".join(one.why for one in climbs)
        trace = provenance(move, written, self.record.who, self.record.now, why)
        self.record.create(trace, self.waiting.loaded.request.place)

    def _tell(self, reach: Reach, told: Told) -> None:
        """One message to each, in place of those of lower levels that have not left yet."""
        referral = reach.referral
        untold = self.untold.get(referral.id, ())
        older = [one for event in untold for one in event.recipients]
        recipients = dict.fromkeys([*_recipients(referral, told), *older])
        if not recipients:
            return
        event = ReferralEvent(
            id=new_id(),
            at=self.record.now,
            moment=Moment.ESCALATED,
            task=referral.id,
            concern=reach.concern.id,
            child=reach.concern.child,
            service=referral.service,
            move=ESCALATE,
            state=referral.state,
            level=referral.level,
            recipients=tuple(recipients),
        )
        is_behind = (referral.next_escalation_at or FAR) <= self.record.now
        held = self.hold + UNTIL_NEXT_SWEEP if is_behind else None
        self.record.tell([event], held_until=held)


def _recipients(referral: Referral, told: Told) -> Iterator[Recipient]:
    for audience, people in told.items():
        urgent = referral.priority in URGENT and audience is not Audience.FAMILY
        for person in people:
            yield Recipient(id=person, audience=audience, urgent=urgent)
