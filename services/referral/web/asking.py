"""What each page is asked with: who is signed in, and the workplace."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic import AfterValidator

from services.referral.use_cases.sign_in import Door, Visitor, visitor
from services.referral.use_cases.workplace import Workplace
from services.referral.web.rendering import Page, SignedIn
from shared.errors import Failure, NotFound
from shared.identity import Principal, Role

#: The pages in each person's menu; the first is where they begin.
PAGES: dict[Role, tuple[Page, ...]] = {
    Role.SETTING: (Page.CONCERNS, Page.MESSAGES, Page.RAISE, Page.EMERGENCY, Page.AWAY),
    Role.PROFESSIONAL: (
        Page.QUEUE,
        Page.CONCERNS,
        Page.MESSAGES,
        Page.RAISE,
        Page.EMERGENCY,
        Page.AWAY,
    ),
    Role.COORDINATOR: (
        Page.QUEUE,
        Page.CONCERNS,
        Page.MESSAGES,
        Page.RAISE,
        Page.EMERGENCY,
        Page.AWAY,
        Page.RUNS,
        Page.SENDING,
    ),
    Role.FAMILY: (Page.FAMILY,),
    Role.ADMIN: (Page.DIRECTORY, Page.PEOPLE, Page.RUNS, Page.SENDING),
    Role.AUDITOR: (Page.AUDIT, Page.EMERGENCY),
}

#: Seldom wanted: for those who have many pages these are reached from their account, so that the
#: menu stays short on a phone.
UNDER_ACCOUNT: dict[Role, frozenset[Page]] = {
    Role.SETTING: frozenset({Page.EMERGENCY, Page.AWAY}),
    Role.PROFESSIONAL: frozenset({Page.EMERGENCY, Page.AWAY}),
    Role.COORDINATOR: frozenset({Page.AWAY, Page.RUNS, Page.SENDING}),
}

#: https://hl7.org/fhir/R4/datatypes.html#id
ID = re.compile(r"[A-Za-z0-9.-]{0,64}")


class NotSignedIn(Failure):
    """There is no session, or it has ended."""


@dataclass(frozen=True)
class Cookie:
    """A secret in the browser: the session's, or of another `kind`, kept for `seconds`. The prefix
    binds it to this very host, and browsers demand HTTPS."""

    secure: bool
    kind: str = ""
    seconds: int | None = None

    @property
    def name(self) -> str:
        return ("__Host-sooner" if self.secure else "sooner") + self.kind

    def secret(self, request: Request) -> str:
        return request.cookies.get(self.name, "")

    def put(self, response: Response, secret: str) -> None:
        response.set_cookie(
            self.name,
            secret,
            self.seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def take_away(self, response: Response) -> None:
        response.delete_cookie(
            self.name, path="/", secure=self.secure, httponly=True, samesite="lax"
        )


def known_id(written: str) -> str:
    """As it is; NotFound for what no id looks like, before any database is asked for it."""
    if not ID.fullmatch(written):
        raise NotFound("There is no such page.")
    return written


def workplace(request: Request) -> Workplace:
    place: Workplace = request.app.state.workplace
    return place


def cookie(request: Request) -> Cookie:
    kept: Cookie = request.app.state.cookie
    return kept


#: An id in an address; where it may be left out, it is the empty text.
Id = Annotated[str, AfterValidator(known_id)]
At = Annotated[Workplace, Depends(workplace)]
TheCookie = Annotated[Cookie, Depends(cookie)]


def signed_in(request: Request, at: At, cookie: TheCookie) -> Principal:
    """Whoever is signed in; from now on the page's header says so. Raises NotSignedIn."""
    secret = cookie.secret(request)
    door: Door = request.app.state.door
    found = visitor(secret, at=at, lasting=door.lasting) if secret else None
    if found is None:
        raise NotSignedIn("Sign in first.")
    request.state.who = found.who
    request.state.signed_in = _header(found)
    return found.who


Who = Annotated[Principal, Depends(signed_in)]


def _header(found: Visitor) -> SignedIn:
    return SignedIn(
        name=found.who.name,
        organisation=found.organisation,
        pages=tuple(page for page in PAGES[found.who.role] if page not in under_account(found.who)),
        unread={Page.MESSAGES: found.unread},
    )


def under_account(who: Principal) -> frozenset[Page]:
    return UNDER_ACCOUNT.get(who.role, frozenset())


def check_page(who: Principal, page: Page) -> None:
    """NotFound for a page that is in nobody's menu of this role."""
    if page not in PAGES[who.role]:
        raise NotFound("There is no such page for you.")
