"""Lets the children of the demo live: every concern and every move through its own use case."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from services.referral.demo.area import DEMO, add_family_account
from services.referral.demo.cast import Child
from services.referral.demo.concern_parts import sent_concern
from services.referral.demo.people import FAMILY_EMAIL, PEOPLE, person, worker_of
from services.referral.demo.said import Scene, kind_of, next_step_words, said
from services.referral.demo.timetable import Planned, Timetable, at
from services.referral.demo.waiting import let_time_pass
from services.referral.domain.concern import AskKind
from services.referral.domain.moves import Move, Part
from services.referral.domain.referral import Referral
from services.referral.domain.service_directory import ServiceKind
from services.referral.domain.working_days import london_date
from services.referral.records.accounts import account_of_email, to_principal
from services.referral.records.store import Records
from services.referral.records.tasks import to_referral
from services.referral.use_cases.answer_ask import answer_ask
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.move_referral import Said, move_referral
from services.referral.use_cases.raise_concern import Raised, raise_concern
from services.referral.use_cases.withdraw_concern import withdraw_concern
from shared.identity import Principal

#: After these the concern may be with another service, or with somebody who was asked.
_LEADS_ON = frozenset({None, Move.RETURN, Move.REDIRECT, Move.PLACE})
_NOTICE = timedelta(days=12)


@dataclass(frozen=True, kw_only=True)
class _Line:
    """What one referral of a concern goes through.

    `referral` is where it has got to, `before` the kind of service that had it before that, and
    `ask` the next step that somebody has to take.
    """

    concern: str
    steps: tuple[Planned, ...]
    referral: Referral
    before: ServiceKind | None = None
    ask: str = ""


class Living:
    """One child at a time, each step by whoever would take it, at its time in the past."""

    def __init__(self, records: Records, rules: Rulebook) -> None:
        self._records, self._rules = records, rules
        with records.database.read() as session:
            self._people = {
                one.id: to_principal(account)
                for one in PEOPLE
                if (account := account_of_email(session, one.email))
            }

    def live(self, child: Child, table: Timetable) -> None:
        """Raise the child's concern and make the moves of all its referrals, in order of time."""
        raised = self._raise(child, table.raised_at)
        lines = _lines(child, raised, table)
        for n, planned in _in_order(lines):
            lines[n] = self._step(child, planned, lines[n])

    def _raise(self, child: Child, raised_at: datetime) -> Raised:
        sent = sent_concern(child, raised_at)
        with self._records.writing(self._people[person(child.teller).id], now=raised_at) as record:
            raised = raise_concern(sent, record=record, rules=self._rules)
        if child.family.carers[0].email == FAMILY_EMAIL:
            self._let_in(raised, child.family.carers[0].name)
        return raised

    def _let_in(self, raised: Raised, name: str) -> None:
        """The first carer gets an account of their own."""
        carer = next(one for one in raised.kept if one.type == "RelatedPerson")
        add_family_account(self._records, carer.id, name, carer.place.child or "")
        with self._records.database.read() as session:
            account = account_of_email(session, FAMILY_EMAIL)
        if account:
            self._people[FAMILY_EMAIL] = to_principal(account)

    def _step(self, child: Child, planned: Planned, line: _Line) -> _Line:
        let_time_pass(self._records, self._rules, until=planned.at)
        move, who = planned.step.move, self._who(child, planned, line)
        scene = _scene(child, planned, line)
        if move is None:
            self._take_next_step(scene, planned, line, who)
        elif move is Move.WITHDRAW:
            self._withdraw(line.concern, said(scene, planned.step), who, planned.at)
        elif move is Move.ENTER_IN_ERROR:
            for id in self._referrals(line.concern, planned.at):
                self._move(id, move, said(scene, planned.step), who, planned.at)
        else:
            self._move(line.referral.id, move, said(scene, planned.step), who, planned.at)
        return self._followed(line, planned.at) if move in _LEADS_ON else line

    def _move(self, id: str, move: Move, words: Said, who: Principal, now: datetime) -> None:
        with self._records.writing(who, now=now) as record:
            move_referral(id, move, words, record=record, rules=self._rules)

    def _withdraw(self, concern: str, words: Said, who: Principal, now: datetime) -> None:
        with self._records.writing(who, now=now) as record:
            withdraw_concern(concern, words.text, record=record, rules=self._rules)

    def _take_next_step(self, scene: Scene, planned: Planned, line: _Line, who: Principal) -> None:
        text, service = next_step_words(scene, planned.step)
        with self._records.writing(who, now=planned.at) as record:
            answer_ask(line.ask, text, record=record, rules=self._rules, send_to=service)

    def _referrals(self, concern: str, now: datetime) -> list[str]:
        with self._records.reading(DEMO, now=now) as record:
            return [one.id for one in record.concern(concern).concern.referrals]

    def _who(self, child: Child, planned: Planned, line: _Line) -> Principal:
        if planned.step.by is Part.FAMILY:
            return self._people[FAMILY_EMAIL]
        if planned.step.by is Part.REFERRER:
            return self._people[person(child.teller).id]
        return self._people[worker_of(line.referral.service).id]

    def _followed(self, line: _Line, now: datetime) -> _Line:
        """Where the concern went: to a new referral in place of this one, or to who was asked."""
        with self._records.reading(DEMO, now=now) as record:
            concern = record.concern(line.concern).concern
        asks = [ask.id for ask in concern.open_asks if ask.kind is AskKind.NEXT_STEP]
        after = [one for one in concern.referrals if one.replaces == line.referral.id]
        if not after:
            return replace(line, ask=asks[0] if asks else "")
        return replace(line, referral=after[0], before=kind_of(line.referral.service))


def _lines(child: Child, raised: Raised, table: Timetable) -> list[_Line]:
    """The referral that the child's life is about, then the others that were made."""
    referrals = [to_referral(task) for task in raised.referrals]
    referrals.sort(key=lambda one: kind_of(one.service) is not child.story.main)
    steps = (table.main, *table.beside)
    return [
        _Line(concern=raised.concern, steps=own, referral=referral)
        for own, referral in zip(steps, referrals, strict=False)
    ]


def _in_order(lines: list[_Line]) -> Iterator[tuple[int, Planned]]:
    steps = [(n, planned) for n, line in enumerate(lines) for planned in line.steps]
    return iter(sorted(steps, key=lambda step: step[1].at))


def _scene(child: Child, planned: Planned, line: _Line) -> Scene:
    return Scene(
        child=child,
        referral=line.referral,
        appointment_at=_appointment(child.number, planned, line),
        before=line.before,
    )


def _appointment(number: int, planned: Planned, line: _Line) -> datetime:
    """When the child was seen, as far as we know that already; else in two or three weeks."""
    later = [one.at for one in line.steps if one.at > planned.at]
    if later:
        return later[0]
    day = london_date(planned.at + _NOTICE) + timedelta(days=number % 10)
    weekday = day - timedelta(days=max(0, day.weekday() - 4))
    return at(weekday, time(9 + number % 7, 30 * (number % 2)))
