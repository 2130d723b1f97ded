"""Joiners, movers, leavers and those who are away: nothing stays with someone who is not there."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from services.referral.domain.concern import Taker
from services.referral.domain.cover import who_acts
from services.referral.domain.moves import Move
from services.referral.domain.working_days import london_date
from services.referral.records.accounts import account_of_email, add_account
from services.referral.records.staff import staffing
from services.referral.records.tables import AccountRow
from services.referral.use_cases.workplace import Workplace
from shared.identity import Role
from tests.referral.anyshire import Anyshire
from tests.referral.builders import as_, service_id, the_example
from tests.referral.use_cases.reading import DESK, SPEECH, audience, audits, events
from tests.referral.web.browsers import Browser, Browsers, links, words

ANN = {"name": "Ann Other", "email": "ann@example.org", "role": "professional"}
DATES = {
    "first[day]": "20", "first[month]": "11", "first[year]": "2026",
    "last[day]": "27", "last[month]": "11", "last[year]": "2026",
}  # fmt: skip


@pytest.fixture
def admin(browsers: Browsers) -> Browser:
    return browsers.of("admin")


def colleague(at: Workplace, key: str, id: str = "ann", name: str = "Ann Other") -> str:
    """Somebody who works where the person of that key does."""
    like = as_(key)
    with at.records.database.write() as session:
        add_account(session, {
            "id": id, "email": f"{id}@example.org", "name": name, "password_hash": "",
            "role": like.role, "organisation_id": like.organisation,
            "services": sorted(like.services), "areas": sorted(like.areas), "children": [],
            "active": True,
        })  # fmt: skip
    return id


def at_the_desk(anyshire: Anyshire) -> str:
    """A Task that the coordinator owns by name."""
    raised = anyshire.raise_(the_example())
    task = anyshire.referral_at(SPEECH, raised)
    anyshire.move(
        task, Move.RETURN, reason="other", text="Not ours", next_step="Find a place",
        taker=Taker.COORDINATOR,
    )  # fmt: skip
    return anyshire.referral_at(DESK, raised)


def test_a_joiner_has_an_account_and_no_password_that_anybody_knows(
    admin: Browser, at: Workplace
) -> None:
    speech = as_("speech")
    answer = admin.post(
        "/admin/people/new", **ANN, organisation=str(speech.organisation),
        services=service_id(SPEECH),
    )  # fmt: skip
    assert answer.headers["location"] == "/admin/people?done=joined"
    assert "Ann Other ann@example.org" in admin.read("/admin/people?q=ann+oth")
    with at.records.database.read() as session:
        made = account_of_email(session, "ann@example.org")
    assert made is not None
    assert made.services == [service_id(SPEECH)]
    assert made.password_hash.startswith("$argon2")
    again = admin.post(
        "/admin/people/new", **ANN, organisation=str(speech.organisation),
        services=service_id(SPEECH),
    )  # fmt: skip
    assert again.status_code == 422


@pytest.mark.parametrize("change", [
    {"role": "admin"}, {"role": "auditor"}, {"role": "job"}, {"organisation": "none"},
    {"services": "none"}, {"services": ""}, {"email": "ann"}, {"name": ""},
])  # fmt: skip
def test_no_admin_can_give_more_than_the_list_has(admin: Browser, change: dict[str, str]) -> None:
    whole = {
        **ANN, "organisation": str(as_("speech").organisation), "services": service_id(SPEECH),
    }  # fmt: skip
    assert admin.post("/admin/people/new", **whole | change).status_code == 422


def test_an_admin_changes_neither_themself_nor_another_admin(admin: Browser, at: Workplace) -> None:
    colleague(at, "admin", "bob", "Bob")
    for id in (as_("admin").id, "bob", as_("auditor").id):
        assert admin.get(f"/admin/people/{id}/leave").status_code == 403
        assert admin.post(f"/admin/people/{id}/leave").status_code == 403
        answer = admin.post(
            f"/admin/people/{id}", name="Me", role="coordinator",
            organisation=str(as_("admin").organisation),
        )  # fmt: skip
        assert answer.status_code == 422


@pytest.mark.parametrize("key", ["nursery", "speech", "coordinator", "auditor"])
def test_nobody_else_sees_these_pages(browsers: Browsers, key: str) -> None:
    browser, someone = browsers.of(key), as_("camhs").id
    for page in ("", "/new", f"/{someone}", f"/{someone}/leave", f"/{someone}/away"):
        assert browser.get(f"/admin/people{page}").status_code == 404
    assert browser.post(f"/admin/people/{someone}/leave").status_code == 404


def test_what_a_mover_might_see_is_gone_with_the_next_request(
    anyshire: Anyshire, admin: Browser, browsers: Browsers
) -> None:
    task = anyshire.referral_at(SPEECH, anyshire.raise_(the_example()))
    speech = browsers.of("speech")
    assert speech.get(f"/referrals/{task}").status_code == 200
    person = as_("speech")
    answer = admin.post(
        f"/admin/people/{person.id}", name=person.name, role="professional",
        organisation=str(person.organisation), services=service_id("camhs"),
    )  # fmt: skip
    assert answer.status_code == 303, words(answer.text)
    assert speech.get(f"/referrals/{task}").status_code == 404
    (row,) = [one for one in anyshire.queue() if one.task_id == task]
    assert row.assigned_to == as_("coordinator").reference


def test_a_leaver_is_signed_out_and_all_that_was_theirs_goes_to_a_colleague(
    at: Workplace, anyshire: Anyshire, admin: Browser, browsers: Browsers
) -> None:
    task = at_the_desk(anyshire)
    leaver, browser = as_("coordinator"), browsers.of("coordinator")
    colleague(at, "coordinator")
    page = f"/admin/people/{leaver.id}/leave"
    assert "Goes to Ann Other: 1" in admin.read(page)
    assert "demo-coordinator acts as this person and stops" in admin.read(page)
    assert admin.post(page).status_code == 303
    assert browser.get("/queue").status_code == 303
    (row,) = [one for one in anyshire.queue() if one.task_id == task]
    assert row.assigned_to == "Practitioner/ann"
    (told,) = [one for one in events(anyshire.records) if one["type"].endswith("reassigned")]
    assert audience(told) == {("Practitioner/ann", "coordinator")}
    assert "Given to somebody else" in browsers.of("nursery").read(f"/referrals/{task}")
    assert {"reassigned", "person-left"} <= {line.action for line in audits(anyshire.records)}
    assert admin.post(page).status_code == 409


def test_the_last_coordinator_cannot_leave_before_somebody_follows(
    anyshire: Anyshire, admin: Browser
) -> None:
    at_the_desk(anyshire)
    page = f"/admin/people/{as_('coordinator').id}/leave"
    assert "Add a coordinator first" in words(admin.get(page).text)
    assert admin.post(page).status_code == 409


def test_the_last_of_a_service_and_of_a_nursery_leave_it_to_the_coordinator(
    anyshire: Anyshire, admin: Browser
) -> None:
    task = anyshire.referral_at(SPEECH, anyshire.raise_(the_example()))
    anyshire.move(task, Move.ASK, text="Does she turn when you whisper?")
    for key in ("speech", "nursery"):
        assert admin.post(f"/admin/people/{as_(key).id}/leave").status_code == 303
    desk = as_("coordinator").reference
    mine = [one for one in anyshire.queue() if task in (one.task_id, one.part_of) and one.open]
    assert {one.assigned_to for one in mine} == {desk}
    assert len(mine) == 2


def test_the_key_contact_is_followed_by_somebody_of_the_same_place(
    at: Workplace, anyshire: Anyshire, admin: Browser, browsers: Browsers
) -> None:
    task = anyshire.referral_at(SPEECH, anyshire.raise_(the_example(), by="nursery"))
    colleague(at, "nursery")
    admin.post(f"/admin/people/{as_('nursery').id}/leave")
    assert "Key contact Ann Other" in browsers.of("speech").read(f"/referrals/{task}")


def test_whoever_covers_is_told_and_both_see_it_until_the_return(
    at: Workplace, anyshire: Anyshire, browsers: Browsers
) -> None:
    task, away = at_the_desk(anyshire), browsers.of("coordinator")
    colleague(at, "coordinator")
    answer = away.post("/away/new", **DATES, cover="ann")
    assert answer.status_code == 303, words(answer.text)
    assert "Ann Other covers" in away.read("/away")
    assert "Maria Santos, away: Ann Other covers" in browsers._signed_in("ann").read("/queue")
    assert "Maria Santos, away: Ann Other covers" in away.read("/queue")
    before = len(events(anyshire.records))
    anyshire.move(task, Move.PAUSE, by="nursery", text="Holiday")
    told = {id for one in events(anyshire.records)[before:] for id, _ in audience(one)}
    assert "Practitioner/ann" in told
    assert as_("coordinator").reference not in told
    form = answer.headers["location"].partition("?")[0]
    (back,) = {one for one in _actions(away.get(form).text) if one.endswith("/back")}
    assert away.post(back).status_code == 303
    assert "away:" not in away.read("/queue")


def _actions(page: str) -> list[str]:
    return [one.partition('"')[0] for one in page.split('action="')[1:]]


@pytest.mark.parametrize("change", [
    {"cover": ""}, {"cover": "nobody"}, {"last[day]": "19"}, {"first[day]": ""},
    {"last[year]": "2029"},
])  # fmt: skip
def test_who_goes_away_says_until_when_and_who_covers(
    at: Workplace, coordinator: Browser, change: dict[str, str]
) -> None:
    colleague(at, "coordinator")
    answer = coordinator.post("/away/new", **{**DATES, "cover": "ann"} | change)
    assert answer.status_code == 422


def test_an_admin_writes_it_down_for_somebody_and_others_cannot(
    at: Workplace, admin: Browser, browsers: Browsers
) -> None:
    colleague(at, "coordinator")
    page = f"/admin/people/{as_('coordinator').id}/away/new"
    assert browsers.of("speech").post(page, **DATES, cover="ann").status_code == 404
    assert admin.post(page, **DATES, cover="ann").status_code == 303


def test_what_comes_to_a_desk_goes_to_whoever_is_there(
    at: Workplace, anyshire: Anyshire, coordinator: Browser
) -> None:
    colleague(at, "coordinator", "zoe", "Zoe")
    coordinator.post("/away/new", **DATES, cover="zoe")
    task = at_the_desk(anyshire)
    (row,) = [one for one in anyshire.queue() if one.task_id == task]
    assert row.assigned_to == "Practitioner/zoe"


def test_a_person_who_left_sees_no_page_even_with_an_old_cookie(
    at: Workplace, speech: Browser
) -> None:
    with at.records.database.write() as session:
        session.execute(
            update(AccountRow).where(col(AccountRow.id) == as_("speech").id).values(active=False)
        )
    assert speech.get("/queue").status_code == 303


def test_names_of_people_with_the_same_words_come_page_by_page(
    at: Workplace, admin: Browser
) -> None:
    for number in range(30):
        colleague(at, "speech", f"p{number:02}", f"Pat {number:02}")
    first = admin.get("/admin/people?q=pat")
    (following,) = links(first.text, '/admin/people[?][^"]*after=[^"]*')
    assert "Pat 24" in words(first.text)
    assert "Pat 25" not in words(first.text)
    assert "Pat 29" in admin.read(following)


def test_somebody_always_acts(at: Workplace) -> None:
    with at.records.database.read() as session:
        now = staffing(session, london_date(at.clock()))
    assert who_acts(None, service_id(SPEECH), now) == as_("speech").id
    assert any(one.coordinates for one in now.workers)
    assert Role.ADMIN not in {as_(key).role for key in ("speech", "nursery")}
