"""What the pages of the form ask of the service, on behalf of whoever is signed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Protocol

from fastapi import Depends, Request

from services.referral.web.forms.checking import Choices
from services.referral.web.forms.questions import Typed, Values


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A concern that is not sent yet: what was typed by step, right or wrong."""

    id: str
    typed: Mapping[str, Typed]
    deleted_on: date
    is_sent: bool = False


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A service that the routing rules suggest, and why; one to ask first, or to think of."""

    service: str
    name: str
    because: str
    is_first: bool = True


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """Who can help, who else to tell, what to do until somebody answers, and what cannot be."""

    services: tuple[Suggestion, ...] = ()
    tell: tuple[str, ...] = ()
    meanwhile: tuple[str, ...] = ()
    not_possible: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SentTo:
    """A service that has the concern now, and the day by which it answers."""

    name: str
    because: str
    answers_by: date


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the sender is told: the reference, and who answers by when."""

    reference: str
    child: str
    services: tuple[SentTo, ...]
    family_told: bool = True


@dataclass(frozen=True, kw_only=True)
class OpenAlready:
    """A service where this concern is open; no `href` to a page that this person may not see."""

    service: str
    since: date
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A number to ring instead of sending a form."""

    name: str
    number: str
    when: str = ""


class Desk(Protocol):
    """One person at the form. Methods raise the failures of `shared.errors`."""

    @property
    def today(self) -> date:
        """The date in London."""

    @property
    def choices(self) -> Choices:
        """The directory's lists: districts, practices, settings, services."""

    def start_draft(self, typed: Mapping[str, Typed]) -> str:
        """A new draft with these steps; its id. The step `referrer` is filled from the account."""

    def draft(self, id: str) -> Draft:
        """The draft, if it is this person's; NotFound otherwise."""

    def save_draft(self, id: str, step: str, typed: Typed) -> None:
        """Keeps what was typed in one step, right or wrong, in place of what it held."""

    def suggestions(self, answers: Mapping[str, Values]) -> Suggestions:
        """What the rules suggest for what is answered so far; nothing if it is too little."""

    def raise_concern(
        self, id: str, answers: Mapping[str, Values], *, is_new: bool = False
    ) -> Sequence[OpenAlready]:
        """Sends the draft; a second time it changes nothing.

        Sends nothing if the same concern about this child is open, and answers where; `is_new`
        says that this is another one.
        """

    def sent(self, id: str) -> Sent:
        """What was sent from this draft; NotFound if it is not sent."""

    def who_to_call(self, stop: str) -> Sequence[Phone]:
        """The local numbers for `danger`, `safeguarding` or `crisis`, most urgent first."""


def desk(request: Request) -> Desk:
    """The desk that `app.state.desk_for(request)` gives for whoever is signed in."""
    found: Desk = request.app.state.desk_for(request)
    return found


AtDesk = Annotated[Desk, Depends(desk)]
