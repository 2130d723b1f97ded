"""One referral: who the child is, why it came here, the story, what happened, what to do now."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.domain.access import parts
from services.referral.domain.carers import Sight
from services.referral.domain.clocks import Clock
from services.referral.domain.moves import MOVES, Kind, Move, State
from services.referral.domain.reference import reference_of
from services.referral.domain.referral import Referral
from services.referral.domain.working_days import london_date
from services.referral.use_cases.ask_to_tell import may_ask_to_tell
from services.referral.use_cases.invite_carer import STAFF
from services.referral.use_cases.messages_told import may_follow
from services.referral.use_cases.miss_appointment import may_say_missed
from services.referral.use_cases.read_referral import OpenedReferral, read_referral
from services.referral.use_cases.story import story
from services.referral.use_cases.telling import URGENT
from services.referral.use_cases.things_changed import may_tell
from services.referral.use_cases.timeline import timeline
from services.referral.use_cases.while_waiting import WhileWaiting, while_waiting
from services.referral.use_cases.who_looked import MAY_SEE
from services.referral.web.appointments import appointment, newest_offered
from services.referral.web.ask_cards import ask_cards
from services.referral.web.asked_words import asked_words
from services.referral.web.asking import PAGES, At, Id, Who
from services.referral.web.carer_page import for_carer
from services.referral.web.clock_words import limits
from services.referral.web.rendering import render
from services.referral.web.wait_words import wait_words
from services.referral.web.words import DONE, STATES, STATES_OUTSIDE, reason
from shared.fhir.codes import CODE_SYSTEMS, OUTCOME, RETURN_REASON
from shared.fhir.reading import birth_date, home_address, nhs_number, official_name

pages = APIRouter(include_in_schema=False)

#: The move that usually comes next, which gets the first button.
NEXT: dict[State, Move] = {
    State.SUBMITTED: Move.RECEIVE,
    State.RECEIVED: Move.ACCEPT,
    State.QUESTION: Move.ACCEPT,
    State.ACCEPTED: Move.OFFER,
    State.OFFERED: Move.START,
    State.ASSESSING: Move.SUPPORT,
    State.SUPPORTING: Move.COMPLETE,
    State.PAUSED: Move.RESUME,
}
#: How prominent a move is, the most first.
KINDS = ("primary", "secondary", "link")
#: Moves with a button of their own; all others are behind “More actions”.
BUTTONS = frozenset({
    Move.ACCEPT, Move.ASK, Move.OFFER, Move.COMPLETE, Move.PLACE, Move.RESUME, Move.SEEN,
})  # fmt: skip


@pages.get("/referrals/{task}")
def referral(request: Request, who: Who, at: At, task: Id, done: str = "") -> Response:
    opened = read_referral(task, who=who, at=at)
    clocks = at.rules.policies.clocks
    page = for_carer({**_identity(opened), **_now(opened, clocks), **_aside(opened)}, opened.sees)
    shown = {
        "today": london_date(at.clock()),
        "back": {"href": PAGES[who.role][0].href, "text": PAGES[who.role][0].text},
        "done": DONE.get(done, ""),
        "is_emergency": opened.concern.child in who.opened,
        "cards": story(opened),
        "events": timeline(opened),
        "sharing_href": _sharing_href(opened),
        "carers_href": f"/referrals/{opened.referral.id}/carers" if _may_invite(opened) else "",
        "looked_href": _looked_href(opened),
        "changed_href": _changed_href(opened),
        "tell_href": _tell_href(opened),
        "asked_messages": asked_words(opened),
        "missed_href": _missed_href(opened, at.clock()),
        "told_href": f"/referrals/{opened.referral.id}/messages" if may_follow(opened) else "",
        **limits(opened, clocks, at.clock()),
        **_meanwhile(while_waiting(opened, at=at)),
    }
    return render(request, "referral.html", **shown, **page)


def _sharing_href(opened: OpenedReferral) -> str:
    is_here = opened.concern.child not in opened.who.opened
    return f"/referrals/{opened.referral.id}/sharing" if is_here else ""


def _may_invite(opened: OpenedReferral) -> bool:
    return bool(STAFF & parts(opened.who, opened.concern, opened.referral))


def _looked_href(opened: OpenedReferral) -> str:
    may_look = opened.who.role in MAY_SEE and Sight.LOOKED in opened.sees
    is_here = opened.concern.child not in opened.who.opened
    return f"/referrals/{opened.referral.id}/looked" if may_look and is_here else ""


def _changed_href(opened: OpenedReferral) -> str:
    is_theirs = may_tell(opened.who, opened.concern, opened.referral)
    is_here = opened.concern.child not in opened.who.opened
    tells = is_theirs and is_here and opened.referral.is_open
    return f"/referrals/{opened.referral.id}/changed" if tells else ""


def _tell_href(opened: OpenedReferral) -> str:
    can = may_ask_to_tell(opened.who, opened.concern, opened.referral)
    return f"/referrals/{opened.referral.id}/tell" if can else ""


def _missed_href(opened: OpenedReferral, now: datetime) -> str:
    offered = newest_offered(opened)
    can = may_say_missed(opened.who, opened.concern, opened.referral, offered, now)
    return f"/referrals/{opened.referral.id}/missed" if can else ""


def _meanwhile(found: WhileWaiting | None) -> dict[str, Any]:
    wait = wait_words(found.wait) if found else []
    return {"wait": wait, "help": found.help if found else ()}


def _identity(opened: OpenedReferral) -> dict[str, Any]:
    patient = opened.patient.json
    return {
        "child": {
            "name": official_name(patient) or "A child",
            "born": birth_date(patient),
            "nhs_number": nhs_number(patient),
            "district": (home_address(patient) or {}).get("district"),
        },
        "reference": reference_of(opened.concern.id),
        "service": opened.service_name(opened.referral.service),
    }


def _now(opened: OpenedReferral, clocks: Sequence[Clock]) -> dict[str, Any]:
    """Where the referral is, what is asked, and what this person may do about it."""
    referral = opened.referral
    return {
        "state": referral.state,
        "words": _state_words(opened, referral),
        "urgent": referral.is_open and referral.priority in URGENT,
        "due": referral.due_at if referral.is_open else None,
        "because": reason(referral.because, opened.who.role),
        "result": _result(referral),
        "asks": ask_cards(opened, clocks),
        "moves": sorted(_moves(opened), key=lambda move: KINDS.index(move["kind"])),
    }


def _state_words(opened: OpenedReferral, referral: Referral) -> str:
    is_own = referral.service in opened.who.services
    return (STATES if is_own else STATES_OUTSIDE)[referral.state]


def _result(referral: Referral) -> dict[str, str] | None:
    """How it ended, or why it waits, in the words of whoever decided it."""
    if referral.state is State.CLOSED:
        label = CODE_SYSTEMS[OUTCOME].get(referral.outcome or "", "Closed with an outcome")
        return {"label": label, "text": referral.outcome_text or ""}
    if referral.is_open and referral.state is not State.PAUSED:
        return None
    label = CODE_SYSTEMS[RETURN_REASON].get(referral.reason or "", STATES[referral.state])
    return {"label": label, "text": referral.reason_text or ""}


def _moves(opened: OpenedReferral) -> Iterator[dict[str, str]]:
    """An answer has its button beside the question for whoever was asked."""
    asked_here = any(opened.may_answer(ask) for ask in opened.asks)
    for move in opened.moves:
        if not (move is Move.ANSWER and asked_here):
            href = f"/referrals/{opened.referral.id}/{move}"
            yield {"href": href, "text": MOVES[move].label, "kind": _kind(move, opened.referral)}


def _kind(move: Move, referral: Referral) -> str:
    usual = NEXT.get(referral.state)
    if referral.kind is Kind.DESK and usual is not Move.RECEIVE:
        usual = Move.PLACE
    if move is usual:
        return "primary"
    return "secondary" if move in BUTTONS else "link"


def _aside(opened: OpenedReferral) -> dict[str, Any]:
    return {
        "appointment": appointment(opened),
        "key_contact": _key_contact(opened),
        "others": [_other(one, opened) for one in opened.others],
    }


def _key_contact(opened: OpenedReferral) -> dict[str, str] | None:
    teams = opened.of_type("CareTeam")
    participants = teams[-1].json.get("participant", []) if teams else []
    if not participants:
        return None
    member = participants[0]["member"]
    employer = opened.people.employer(member.get("reference", ""))
    return {
        "name": member.get("display", ""),
        "organisation": opened.people.organisation(employer),
        "phone": opened.people.phone(employer),
    }


def _other(referral: Referral, opened: OpenedReferral) -> dict[str, Any]:
    return {
        "href": f"/referrals/{referral.id}",
        "service": opened.service_name(referral.service),
        "state": referral.state,
        "words": STATES_OUTSIDE[referral.state],
        "because": reason(referral.because, opened.who.role) if referral.is_open else "",
        "due": referral.due_at if referral.is_open else None,
    }
