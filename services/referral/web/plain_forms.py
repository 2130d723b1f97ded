"""A form of one page by itself: its questions, what was typed and what is wrong with it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from services.referral.domain.working_days import london_date
from services.referral.web.forms.checking import Choices, Problem, asked, check, typed_in
from services.referral.web.forms.questions import Step, Typed, Values
from services.referral.web.rendering import render
from shared.errors import Failure


@dataclass(frozen=True, kw_only=True)
class PlainForm:
    """`about` is whom or what it is about; `facts` are lines to read before answering, `effects`
    sentences of what happens then; `warning` says what the button does that cannot be undone;
    `button` is what stands on it."""

    step: Step
    back: str
    button: str
    caption: str = ""
    about: str = ""
    facts: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    warning: str = ""
    choices: Choices = field(default_factory=dict)
    typed: Typed = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)

    def page(self, request: Request) -> Response:
        status = 422 if self.problems else 200
        questions = asked(self.step.questions, {}, self.choices)
        return render(request, "plain_form.html", status, form=self, asked=questions)

    def filled(self, posted: FormData, now: datetime) -> tuple["PlainForm", Values]:
        """The form with what was typed and what is wrong with it, and the values."""
        typed = typed_in(posted, self.step.questions)
        checked = check(self.step, typed, today=london_date(now), choices=self.choices)
        return replace(self, typed=typed, problems=dict(checked.problems)), checked.values

    def refused(self, why: Failure) -> "PlainForm":
        """With what the rules found wrong, at the first question."""
        first = next((one.key for one in self.step.questions), "button")
        return replace(self, problems={first: Problem(str(why), f"#{first}")})
