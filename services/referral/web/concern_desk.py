"""The desk behind the form that raises a concern: one person's drafts, and what becomes of them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import cached_property

from services.referral.domain.reference import reference_of
from services.referral.domain.routing import Routing
from services.referral.domain.routing_asks import Strength
from services.referral.domain.working_days import london_date
from services.referral.records.form_choices import Settings
from services.referral.records.reading import Reading
from services.referral.records.writing import Writing
from services.referral.use_cases import drafts
from services.referral.use_cases.known_referrer import known_referrer
from services.referral.use_cases.open_already import OpenReferral, open_referrals
from services.referral.use_cases.read_sent import read_sent
from services.referral.use_cases.refer_concern import AlreadyOpen
from services.referral.use_cases.send_draft import send_draft
from services.referral.use_cases.suggest_services import suggest_services
from services.referral.use_cases.who_to_call import who_to_call
from services.referral.use_cases.workplace import Workplace
from services.referral.web.concern_form.about_safety import DANGER
from services.referral.web.concern_form.desk import (
    Desk,
    Draft,
    OpenAlready,
    Phone,
    Sent,
    SentTo,
    Suggestion,
    Suggestions,
)
from services.referral.web.concern_story import filled_form
from services.referral.web.forms.checking import Choices
from services.referral.web.forms.questions import Typed, Values, options
from shared.identity import Principal


def concern_desks(at: Workplace) -> Callable[[Principal], Desk]:
    """Gives each person who is signed in a desk of their own, for one request."""
    settings = Settings()
    return lambda who: ConcernDesk(who, at, settings)


class ConcernDesk:
    """`concern_form.desk.Desk` over the records."""

    def __init__(self, who: Principal, at: Workplace, settings: Settings) -> None:
        self.who = who
        self.at = at
        self.settings = settings

    @property
    def today(self) -> date:
        return london_date(self.at.clock())

    @cached_property
    def choices(self) -> Choices:
        places = self.at.rules.policies.places
        with self._reading() as record:
            entries = self.at.rules.directory.entries(record)
            settings = self.settings.names(record)
        return {
            "districts": options(*((one.name, one.name) for one in places.districts)),
            "practices": options(*((one.ods, one.name) for one in places.practices)),
            "settings": options(*settings),
            "services": options(*((str(one.id), one.name) for one in entries if one.accepting)),
        }

    def start_draft(self, typed: Mapping[str, Typed]) -> str:
        with self._writing() as record:
            known = {"referrer": known_referrer(record)}
            return drafts.start_draft({**known, **typed}, record=record)

    def draft(self, id: str) -> Draft:
        with self._reading() as record:
            found = drafts.read_draft(id, record=record)
        return Draft(
            id=id, typed=found.typed, deleted_on=found.deleted_on, is_sent=bool(found.concern)
        )

    def save_draft(self, id: str, step: str, typed: Typed) -> None:
        with self._writing() as record:
            drafts.save_step(id, step, typed, record=record)

    def suggestions(self, answers: Mapping[str, Values]) -> Suggestions:
        form = filled_form("", answers, self.choices)
        with self._reading() as record:
            routing = suggest_services(form, record=record, rules=self.at.rules)
        return _suggestions(routing) if routing else Suggestions()

    def raise_concern(
        self, id: str, answers: Mapping[str, Values], *, is_new: bool = False
    ) -> Sequence[OpenAlready]:
        form = filled_form(id, answers, self.choices)
        try:
            with self._writing() as record:
                send_draft(form, record=record, rules=self.at.rules, is_new=is_new)
        except AlreadyOpen as already:
            return self._open_already(already.tasks)
        return ()

    def sent(self, id: str) -> Sent:
        with self._reading() as record:
            found = read_sent(id, record=record)
            entries = self.at.rules.directory.entries(record)
        names = {entry.id: entry.name for entry in entries}
        return Sent(
            reference=reference_of(found.concern.id),
            child=found.child,
            services=tuple(
                SentTo(
                    name=names.get(one.service, "A service"),
                    because=_sentence(one.because),
                    answers_by=london_date(one.due_at),
                )
                for one in found.referrals
            ),
            family_told=found.family_told,
        )

    def who_to_call(self, stop: str) -> Sequence[Phone]:
        phones = who_to_call(stop, self.at.rules.policies.rules, on=self.today)
        return [
            Phone(name=one.name, number=one.number, when=one.note or "")
            for one in phones
            if not (stop == DANGER and one.number == "999")  # the page itself begins with it
        ]

    def _open_already(self, tasks: Sequence[str]) -> list[OpenAlready]:
        with self._reading() as record:
            found = open_referrals(tasks, record=record, rules=self.at.rules)
        return [_open(one) for one in found]

    def _reading(self) -> AbstractContextManager[Reading]:
        return self.at.records.reading(self.who, now=self.at.clock())

    def _writing(self) -> AbstractContextManager[Writing]:
        return self.at.records.writing(self.who, now=self.at.clock())


def _open(one: OpenReferral) -> OpenAlready:
    href = f"/referrals/{one.task}" if one.task else ""
    return OpenAlready(service=one.service, since=london_date(one.since), href=href)


def _suggestions(routing: Routing) -> Suggestions:
    return Suggestions(
        services=tuple(
            Suggestion(
                service=one.service.id,
                name=one.service.name,
                because=_sentence(one.because),
                is_first=one.strength is Strength.FIRST,
            )
            for one in routing.suggestions
        ),
        tell=routing.tell,
        meanwhile=routing.meanwhile,
        not_possible=routing.not_possible,
    )


def _sentence(because: str) -> str:
    """ "because talking is a worry" as a sentence of its own."""
    return f"{because[:1].upper()}{because[1:]}."
