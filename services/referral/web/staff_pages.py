"""The people at work, for an admin; and “I am away”, for everybody at work."""

from dataclasses import replace
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.records.tables import AccountRow
from services.referral.use_cases.be_away import away, be_away, be_back
from services.referral.use_cases.manage_staff import (
    GIVEN,
    Post,
    change,
    choices,
    consequences,
    join,
    leave,
    list_people,
    person_of,
)
from services.referral.use_cases.workplace import Workplace
from services.referral.web.asking import At, Id, Who
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import (
    Kind,
    Need,
    Option,
    Question,
    Step,
    Values,
    options,
)
from services.referral.web.plain_forms import PlainForm
from services.referral.web.rendering import render
from shared.errors import Conflict, Invalid, NotAllowed
from shared.identity import Principal, Role

pages = APIRouter(include_in_schema=False)

ROLES: dict[Role, str] = {
    Role.SETTING: "Works in a nursery, a school or with families",
    Role.PROFESSIONAL: "Works in a service that helps children",
    Role.COORDINATOR: "Coordinator of the area",
    Role.ADMIN: "Looks after Sooner",
    Role.AUDITOR: "Privacy officer",
}
DONE = {
    "joined": "The account is made. They can set their own password now.",
    "changed": "The change counts from now on.",
    "left": "The account has ended, and what was theirs has gone to others.",
    "away": "It is written down, and whoever covers will be told instead.",
    "back": "Welcome back. What is yours comes to you again.",
}

_NAME = Question(key="name", label="Name", missing="Enter the name", longest=100)
_EMAIL = Question(
    key="email", label="E-mail address at work", kind=Kind.EMAIL, missing="Enter the e-mail address"
)
_POST = (
    Question(
        key="role",
        label="What do they do?",
        kind=Kind.RADIOS,
        options=options(*((role, ROLES[role]) for role in GIVEN)),
        missing="Choose what they do",
    ),
    Question(
        key="organisation",
        label="Who do they work for?",
        kind=Kind.SELECT,
        choices="organisations",
        missing="Choose who they work for",
    ),
    Question(
        key="services",
        label="In which services?",
        kind=Kind.CHECKBOXES,
        need=Need.MAY,
        choices="services",
        hint="They see the referrals of these services, and of no other.",
    ),
    Question(
        key="told_as",
        label="Are they told when a referral waits too long?",
        kind=Kind.SELECT,
        need=Need.MAY,
        options=options(
            ("manager", "As the manager of these services"),
            ("area", "As who answers for the area"),
            ("leaders", "As a leader of the partnership"),
        ),
        hint="Then they are told of that, and of nothing else.",
    ),
)
JOIN = Step(key="join", title="Add a person", questions=(_NAME, _EMAIL, *_POST))
CHANGE = Step(
    key="change",
    title="Change what a person does",
    intro="What they may no longer see is gone at once, and what was theirs there goes to others.",
    questions=(_NAME, *_POST),
)
LEAVE = Step(key="leave", title="End this account", questions=())
AWAY = Step(
    key="away",
    title="Say when you are away",
    intro="Whoever covers is told of everything in your place. You both see it.",
    questions=(
        Question(key="first", label="First day", kind=Kind.DATE, missing="Enter the first day"),
        Question(key="last", label="Last day", kind=Kind.DATE, missing="Enter the last day"),
        Question(
            key="cover",
            label="Who covers?",
            kind=Kind.SELECT,
            choices="colleagues",
            missing="Choose who covers",
        ),
    ),
)


@pages.get("/admin/people")
def list_all(
    request: Request, who: Who, at: At, q: str = "", after: str = "", done: str = ""
) -> Response:
    found = list_people(
        q[:100].replace("\x00", ""), after[:200].replace("\x00", ""), who=who, at=at
    )
    shown = {"found": found, "roles": ROLES, "q": q[:100], "done": DONE.get(done, "")}
    return render(request, "people.html", **shown)


@pages.get("/admin/people/new")
def ask_join(request: Request, who: Who, at: At) -> Response:
    return _join_form(who, at).page(request)


@pages.post("/admin/people/new")
def add(request: Request, form: Posted, who: Who, at: At) -> Response:
    shown, values = _join_form(who, at).filled(form, at.clock())
    if shown.problems:
        return shown.page(request)
    try:
        join(values["email"], _post(values), who=who, at=at)
    except (Conflict, Invalid) as refused:
        return shown.refused(refused).page(request)
    return see("/admin/people?done=joined")


@pages.get("/admin/people/{id}")
def ask_change(request: Request, who: Who, at: At, id: Id) -> Response:
    person = person_of(id, who=who, at=at)
    typed = {
        "name": person.name,
        "role": person.role,
        "organisation": person.organisation_id or "",
        "services": person.services,
        "told_as": person.post,
    }
    return replace(_change_form(person, who, at), typed=typed).page(request)


@pages.post("/admin/people/{id}")
def keep_change(request: Request, form: Posted, who: Who, at: At, id: Id) -> Response:
    person = person_of(id, who=who, at=at)
    shown, values = _change_form(person, who, at).filled(form, at.clock())
    if shown.problems:
        return shown.page(request)
    try:
        change(id, _post(values), who=who, at=at)
    except (Conflict, Invalid, NotAllowed) as refused:
        return shown.refused(refused).page(request)
    return see("/admin/people?done=changed")


@pages.get("/admin/people/{id}/leave")
def ask_leave(request: Request, who: Who, at: At, id: Id) -> Response:
    return _leave_form(id, who, at).page(request)


@pages.post("/admin/people/{id}/leave")
def end(who: Who, at: At, id: Id) -> Response:
    leave(id, who=who, at=at)
    return see("/admin/people?done=left")


def _lists(who: Principal, at: Workplace) -> dict[str, tuple[Option, ...]]:
    organisations, services = choices(who=who, at=at)
    return {
        "organisations": tuple(Option(value=one.id, label=one.name) for one in organisations),
        "services": tuple(Option(value=one.id, label=one.name) for one in services),
    }


def _join_form(who: Principal, at: Workplace) -> PlainForm:
    return PlainForm(
        step=JOIN, back="/admin/people", button="Add this person", choices=_lists(who, at)
    )


def _change_form(person: AccountRow, who: Principal, at: Workplace) -> PlainForm:
    return PlainForm(
        step=CHANGE,
        back="/admin/people",
        button="Change it",
        caption=f"{person.name}, {person.email}",
        choices=_lists(who, at),
    )


def _leave_form(id: str, who: Principal, at: Workplace) -> PlainForm:
    found = consequences(id, who=who, at=at)
    systems = tuple(f"The system {one} acts as this person and stops." for one in found.systems)
    given = tuple(f"Goes to {one}" for one in found.to) or ("Nothing is theirs by name.",)
    return PlainForm(
        step=LEAVE,
        back=f"/admin/people/{id}",
        button="End the account",
        caption=f"{found.account.name}, {found.account.email}",
        facts=(*given, *systems),
        warning="They are signed out at once and cannot sign in again.",
    )


def _post(values: Values) -> Post:
    return Post(
        name=values["name"],
        role=Role(values["role"]),
        organisation=values["organisation"],
        services=frozenset(values.get("services", [])),
        told_as=values.get("told_as") or "",
    )


@pages.get("/away")
def mine(request: Request, who: Who, at: At, done: str = "") -> Response:
    found = away(who.id, who=who, at=at)
    return render(request, "away.html", found=found, base="/away", done=DONE.get(done, ""))


@pages.get("/admin/people/{id}/away")
def theirs(request: Request, who: Who, at: At, id: Id, done: str = "") -> Response:
    base = f"/admin/people/{id}/away"
    found = away(id, who=who, at=at)
    return render(request, "away.html", found=found, base=base, done=DONE.get(done, ""))


@pages.get("/away/new")
def ask_away(request: Request, who: Who, at: At) -> Response:
    return _away_form(who.id, "/away", who, at).page(request)


@pages.get("/admin/people/{id}/away/new")
def ask_away_for(request: Request, who: Who, at: At, id: Id) -> Response:
    return _away_form(id, f"/admin/people/{id}/away", who, at).page(request)


@pages.post("/away/new")
def keep_away(request: Request, form: Posted, who: Who, at: At) -> Response:
    return _keep_away(request, form, who, at, who.id, "/away")


@pages.post("/admin/people/{id}/away/new")
def keep_away_for(request: Request, form: Posted, who: Who, at: At, id: Id) -> Response:
    return _keep_away(request, form, who, at, id, f"/admin/people/{id}/away")


def _keep_away(
    request: Request, form: Posted, who: Principal, at: Workplace, id: str, base: str
) -> Response:
    shown, values = _away_form(id, base, who, at).filled(form, at.clock())
    if shown.problems:
        return shown.page(request)
    first, last = date.fromisoformat(values["first"]), date.fromisoformat(values["last"])
    try:
        be_away(id, first, last, values["cover"], who=who, at=at)
    except Invalid as refused:
        return shown.refused(refused).page(request)
    return see(f"{base}?done=away")


def _away_form(id: str, base: str, who: Principal, at: Workplace) -> PlainForm:
    found = away(id, who=who, at=at)
    colleagues = tuple(Option(value=one.id, label=one.name) for one in found.colleagues)
    return PlainForm(
        step=AWAY, back=base, button="Keep it", caption=found.person.name,
        choices={"colleagues": colleagues},
    )  # fmt: skip


@pages.post("/away/{absence}/back")
def back(who: Who, at: At, absence: Id) -> Response:
    be_back(who.id, absence, who=who, at=at)
    return see("/away?done=back")


@pages.post("/admin/people/{id}/away/{absence}/back")
def back_for(who: Who, at: At, id: Id, absence: Id) -> Response:
    be_back(id, absence, who=who, at=at)
    return see(f"/admin/people/{id}/away?done=back")
