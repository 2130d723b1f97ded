"""Everybody's browser against every page, and against every move of every referral."""

import json
from collections.abc import Iterator, Sequence

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from services.referral.domain.moves import Move
from tests.referral.matrix.cast import (
    ASKED,
    CONCERNS,
    COORDINATORS,
    FAMILY,
    PEOPLE,
    RAISED,
    SEES,
    account_of,
)
from tests.referral.matrix.conftest import Caller, County

NURSERIES = frozenset({"nursery", "nursery.colleague", "nursery2"})
PROFESSIONALS = frozenset(
    {"speech", "speech.colleague", "speech.south", "camhs", "edpsych", "school"}
)
DESKS = frozenset({"coordinator", "coordinator.elsewhere"})
AT_WORK = NURSERIES | PROFESSIONALS | DESKS
MOTHERS = frozenset(FAMILY)
EVERYBODY = frozenset(PEOPLE)
ADMIN, AUDITOR = frozenset({"admin"}), frozenset({"auditor"})

#: The pages that are about no child by their address, and whose they are.
WHOSE: dict[str, frozenset[str]] = {
    "/concerns": AT_WORK,
    "/queue": PROFESSIONALS | DESKS,
    "/messages": AT_WORK,
    "/raise": AT_WORK,
    "/raise/stop/{why}": AT_WORK,
    "/family": MOTHERS,
    "/directory": ADMIN,
    "/admin/people": ADMIN,
    "/admin/people/new": ADMIN,
    "/audit": AUDITOR,
    "/audit/unusual": AUDITOR,
    "/emergency": AT_WORK | AUDITOR,
    "/emergency/ask": AT_WORK,
    "/away": AT_WORK | ADMIN,
    "/away/new": AT_WORK | ADMIN,
    "/runs": DESKS | ADMIN,
    "/sending": DESKS | ADMIN,
    "/account": EVERYBODY,
    "/account/password": EVERYBODY,
    "/account/app": EVERYBODY,
}
#: The pages about somebody who works here.
OF_STAFF = (
    "/admin/people/{id}", "/admin/people/{id}/leave", "/admin/people/{id}/recover",
    "/admin/people/{id}/away", "/admin/people/{id}/away/new",
)  # fmt: skip
#: The pages of one referral or concern: for those who see it, of these.
OF_A_CHILD: dict[str, frozenset[str]] = {
    "/referrals/{task}": EVERYBODY,
    "/referrals/{task}/looked": NURSERIES | DESKS | MOTHERS,
    "/referrals/{task}/sharing": EVERYBODY,
    "/referrals/{task}/carers": AT_WORK,
    "/referrals/{task}/messages": DESKS,
    "/referrals/{task}/messages/journal": DESKS,
    "/referrals/{task}/changed": EVERYBODY,
    "/concerns/{concern}": EVERYBODY,
    "/family/children/{child}": MOTHERS,
    "/family/children/{child}/everything": MOTHERS,
    "/family/children/{child}/everything.json": MOTHERS,
}
#: From these one is led to a page.
LEADS_ON = ("/concerns/{concern}", "/referrals/{task}/messages/journal")
#: Of these it is only tried that they are not there for others; the rest has tests of its own.
NOT_FOR_OTHERS = (
    "/referrals/{task}/missed",
    "/referrals/{task}/tell",
    "/referrals/{task}/times",
    "/referrals/{task}/sharing/{choice}",
    "/referrals/{task}/sharing/{choice}/{service}",
)
#: Moves and answers have tests of their own below; a draft (its steps are
#: under /raise), a message and a sign-in are one's own.
OTHERWISE = frozenset({
    "/", "/docs", "/sign-in", "/sign-in/code", "/sign-in/set-up", "/sign-in/with/{provider}",
    "/sign-in/with/{provider}/out", "/sign-in/back", "/carry-on", "/set-password/{secret}",
    "/account/passkey", "/account/recovery-codes", "/account/steps/{id}/remove",
    "/accessibility", "/privacy",
    "/family/ask", "/family/asked", "/family/not-me", "/family/link/{token}",
    "/emergency/{id}/longer", "/emergency/{id}/review", "/referrals/{task}/{move}", "/asks/{task}",
    "/messages/{message}", "/sending/{part}", "/preferences",
    "/raise/{draft}", "/raise/{draft}/check", "/raise/{draft}/sent", "/{draft}/{step}",
    "/{draft}/{step}/{number:int}",
})  # fmt: skip
NOT_PAGES = (
    "/fhir", "/scim", "/oauth", "/.well-known", "/healthz", "/readyz", "/metrics", "/events",
    "/static",
)  # fmt: skip

SERVICE, REFERRER, CARER, COORDINATOR = ASKED, RAISED, FAMILY, COORDINATORS
AT_THE_SERVICE: set[Move] = {
    Move.RECEIVE, Move.ACCEPT, Move.ASK, Move.OFFER, Move.START, Move.SUPPORT, Move.COMPLETE,
    Move.REDIRECT, Move.PLACE, Move.RETURN, Move.RECORD, Move.SEEN,
}  # fmt: skip
ALL_FOUR: set[Move] = {Move.ANSWER, Move.PAUSE, Move.RESUME}
#: Written down once more here, and not read from the table that is tried.
MAY: dict[str, set[Move]] = {
    **{who: AT_THE_SERVICE | ALL_FOUR | {Move.ENTER_IN_ERROR} for who in SERVICE},
    **{who: ALL_FOUR | {Move.WITHDRAW, Move.ENTER_IN_ERROR} for who in REFERRER},
    **{
        who: ALL_FOUR | {Move.WITHDRAW, Move.ENTER_IN_ERROR, Move.SEEN, Move.EXCEPTION}
        for who in COORDINATOR
    },
    **{who: ALL_FOUR | {Move.WITHDRAW} for who in CARER},
}


def _routes(routes: Sequence[BaseRoute]) -> Iterator[APIRoute]:
    """All of them, those of the routers that were included as well."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from _routes(included.routes)
        elif isinstance(route, APIRoute):
            yield route


def test_every_page_is_in_the_matrix(county: County) -> None:
    found = {route.path for route in _routes(county.app.routes) if "GET" in (route.methods or ())}
    pages = {path for path in found if not path.startswith(NOT_PAGES)}
    assert pages == set(WHOSE) | set(OF_A_CHILD) | set(OF_STAFF) | set(NOT_FOR_OTHERS) | OTHERWISE


@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_is_for_those_in_whose_menu_it_is(county: County, who: str) -> None:
    browser = county.browser_of(who)
    found = {path: browser.status("GET", path.format(why="danger")) for path in WHOSE}
    assert found == {path: 200 if who in whose else 404 for path, whose in WHOSE.items()}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_childs_page_is_not_there_for_anybody_else(county: County, who: str) -> None:
    browser = county.browser_of(who)
    found, expected = {}, {}
    for concern in CONCERNS:
        for path, whose in OF_A_CHILD.items():
            place = path.format(
                task=county.task(concern),
                concern=county.one(concern, "ServiceRequest").id,
                child=county.one(concern, "Patient").id,
            )
            found[concern, path] = browser.status("GET", place)
            there = 303 if path in LEADS_ON else 200
            expected[concern, path] = there if concern in SEES[who] and who in whose else 404
    assert found == expected


@pytest.mark.parametrize("who", PEOPLE)
def test_who_shares_what_is_not_there_for_anybody_else(county: County, who: str) -> None:
    browser = county.browser_of(who)
    for concern in CONCERNS:
        for path in NOT_FOR_OTHERS:
            task, service = county.task(concern), county.service(concern)
            place = path.format(task=task, choice="stop", service=service)
            assert concern in SEES[who] or browser.status("GET", place) == 404
            assert concern in SEES[who] or browser.status("POST", place, {}) == 404


@pytest.mark.parametrize("path", OF_STAFF)
@pytest.mark.parametrize("who", PEOPLE)
def test_staff_are_looked_after_by_the_admin_alone(county: County, who: str, path: str) -> None:
    status = county.browser_of(who).status("GET", path.format(id=account_of("speech")))
    is_own_absence = who == "speech" and "/away" in path
    assert status == (200 if who == "admin" or is_own_absence else 404)


@pytest.mark.parametrize("path", ["/queue", "/concerns", "/family"])
@pytest.mark.parametrize("who", PEOPLE)
def test_a_list_names_no_child_of_others(county: County, who: str, path: str) -> None:
    page = county.browser_of(who).ask("GET", path).text
    for concern in CONCERNS:
        tasks = [one.id for one in county.kept[concern] if one.type == "Task"]
        if concern not in SEES[who]:
            assert not any(task in page for task in tasks), concern


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_move_is_for_those_whose_part_it_is(
    county: County, who: str, move: Move, method: str
) -> None:
    """Asked by a version that nothing has: a move that is allowed is too late, or lacks words."""
    browser = county.browser_of(who)
    for concern in CONCERNS:
        place = f"/referrals/{county.task(concern)}/{move}"
        status = browser.status(method, place, {"version": "999"} if method == "POST" else None)
        if concern not in SEES[who]:
            assert status == 404, concern
        elif move not in MAY[who]:
            assert status == 403, concern
        else:
            assert status in ((200, 409, 422) if method == "GET" else (409, 422)), concern


STATUSES = {
    "accepted": {}, "ready": {}, "in-progress": {}, "received": {}, "on-hold": {}, "completed": {},
    "rejected": {"statusReason": {"text": "not for us"}},
    "cancelled": {"statusReason": {"text": "no"}},
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("who", PEOPLE)
def test_no_system_moves_a_referral_that_is_not_for_it_to_move(
    county: County, who: str, status: str
) -> None:
    system = county.system_of(who)
    for concern in CONCERNS:
        task = county.one(concern, "Task")
        if who in (*ASKED, *RAISED, *COORDINATORS, *FAMILY) and concern in SEES[who]:
            continue
        body = json.dumps({**task.json, "status": status, **STATUSES[status]}).encode()
        sent = {"If-Match": f'W/"{task.version}"', "Content-Type": "application/fhir+json"}
        assert system.status("PUT", f"/fhir/Task/{task.id}", body, **sent) == 404


@pytest.mark.parametrize("who", [*RAISED, *FAMILY])
def test_whoever_raised_it_and_the_family_accept_nothing_for_the_service(
    county: County, who: str
) -> None:
    system = county.system_of(who)
    for concern in SEES[who]:
        task = county.one(concern, "Task")
        if task.json["status"] != "requested":
            continue
        body = json.dumps({**task.json, "status": "received"}).encode()
        sent = {"If-Match": f'W/"{task.version}"', "Content-Type": "application/fhir+json"}
        assert system.status("PUT", f"/fhir/Task/{task.id}", body, **sent) == 403


def test_without_signing_in_every_page_leads_to_the_sign_in_page(county: County) -> None:
    nobody = Caller(county.anybody, {})
    for path in (*WHOSE, *OF_A_CHILD):
        place = path.format(task=county.task(CONCERNS[0]), concern="any", child="any", why="danger")
        answer = nobody.ask("GET", place)
        assert answer.status_code == 303, path
        to = "/family/ask" if path == "/family" else "/sign-in?next="
        assert answer.headers["location"].startswith(to), path
