"""A desk that keeps drafts in memory, and a small site that stands on it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import Response

from services.referral.web.concern_form.desk import (
    Draft,
    OpenAlready,
    Phone,
    Sent,
    SentTo,
    Suggestion,
    Suggestions,
)
from services.referral.web.concern_form.pages import pages
from services.referral.web.error_pages import failure_page
from services.referral.web.forms.checking import Choices
from services.referral.web.forms.questions import Typed, Values, options
from services.referral.web.rendering import Look, Page, SignedIn
from services.referral.web.surroundings import surround
from shared.errors import Failure, NotFound

TODAY = date(2026, 11, 21)

CHOICES: Choices = {
    "clocks": options(("OUR-TRIAGE", "OUR-TRIAGE"), ("COMM-18", "COMM-18")),
    "parts": options(("baseline", "The baseline outcome is recorded")),
    "districts": options(("north", "North Anyshire"), ("south", "South Anyshire")),
    "practices": options(("Z99901", "Millbrook Surgery"), ("Z99902", "Harbour Lane Practice")),
    "settings": options(("little-oaks", "Little Oaks Nursery"), ("elm", "Elm Primary School")),
    "services": options(
        ("speech-north", "Speech and language therapy, North Anyshire"),
        ("audiology", "Children's hearing service"),
        ("early-years", "Early years inclusion team"),
    ),
}


class MemoryDesk:
    """One person's drafts; what was raised is in `raised`."""

    def __init__(self) -> None:
        self.today = TODAY
        self.choices = CHOICES
        self.drafts: dict[str, Draft] = {}
        self.raised: list[Mapping[str, Values]] = []

    def start_draft(self, typed: Mapping[str, Typed]) -> str:
        id = f"draft-{len(self.drafts) + 1}"
        known = {"referrer": {"name": "Sam Lee", "organisation": "Little Oaks Nursery"}}
        until = TODAY + timedelta(days=28)
        self.drafts[id] = Draft(id=id, typed={**known, **typed}, deleted_on=until)
        return id

    def draft(self, id: str) -> Draft:
        if id not in self.drafts:
            raise NotFound("There is no such draft.")
        return self.drafts[id]

    def save_draft(self, id: str, step: str, typed: Typed) -> None:
        draft = self.draft(id)
        self.drafts[id] = replace(draft, typed={**draft.typed, step: typed})

    def suggestions(self, answers: Mapping[str, Values]) -> Suggestions:
        if "speech-language" not in answers.get("concern", {}).get("concerns", []):
            return Suggestions()
        why = "Because Zoya has few words at 3 years, and lives in North Anyshire."
        meanwhile = "The advice line answers on weekday mornings."
        service, label = CHOICES["services"][0].value, CHOICES["services"][0].label
        first = Suggestion(service=service, name=label, because=why)
        return Suggestions(services=(first,), meanwhile=(meanwhile,))

    def raise_concern(
        self, id: str, answers: Mapping[str, Values], *, is_new: bool = False
    ) -> Sequence[OpenAlready]:
        self.raised.append(answers)
        self.drafts[id] = replace(self.draft(id), is_sent=True)
        return []

    def sent(self, id: str) -> Sent:
        if not self.draft(id).is_sent:
            raise NotFound("This concern is not sent yet.")
        to = SentTo(
            name="Speech and language therapy, North Anyshire",
            because="Because Zoya has few words at 3 years.",
            answers_by=TODAY + timedelta(days=7),
        )
        return Sent(reference="SN-4K7Q", child="Zoya", services=(to,))

    def who_to_call(self, stop: str) -> Sequence[Phone]:
        return [
            Phone(
                name="Children's services", number="01632 960 043", when="Monday to Friday, 9 to 5"
            ),
            Phone(name="Out of hours", number="01632 960 044", when="Nights and weekends"),
        ]


NURSERY = SignedIn(
    name="Sam Lee",
    organisation="Little Oaks Nursery",
    pages=(Page.CONCERNS, Page.MESSAGES, Page.RAISE),
    unread={Page.MESSAGES: 2},
)


def site(desk: MemoryDesk) -> FastAPI:
    """The form's pages with the checks and headers that the service puts around them."""
    app = FastAPI()
    app.state.desk_for = lambda request: desk
    surround(app, Look(demo=True))
    app.include_router(pages)

    @app.exception_handler(Failure)
    def failed(request: Request, failure: Failure) -> Response:
        return failure_page(request, failure)

    @app.middleware("http")
    async def as_the_nursery(request: Request, call_next):  # type: ignore[no-untyped-def]
        request.state.signed_in = NURSERY
        return await call_next(request)

    return app


def browser(desk: MemoryDesk) -> TestClient:
    return TestClient(site(desk), follow_redirects=False)
