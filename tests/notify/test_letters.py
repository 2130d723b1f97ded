"""Letters: from the channel to the desk, over the pages and back to the message."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.notify.api import answer_failures
from services.notify.channels.desk import Desk
from services.notify.domain.channel import Outcome, Receipt, ReceiptState
from services.notify.domain.hours import workdays
from services.notify.domain.letter import KEPT, Step
from services.notify.letter_pages import PostRoom, letters_router
from services.notify.messages.letters import Letters
from services.notify.operators import COOKIE, FrontDoor, open_door
from shared.database import Database
from shared.errors import Conflict
from shared.hand_over import LASTS, Operator, Purpose, ticket
from shared.identity import Role
from tests.notify.builders import HOLIDAYS, NOON
from tests.notify.channels.outgoing import ADDRESS, an_outgoing
from tests.notify.test_settings import A_SECRET
from tests.notify.world import Clock

WORKDAYS = workdays(HOLIDAYS)
NORTH, SOUTH = frozenset({"north"}), frozenset({"south"})
COORDINATOR = Operator(id="0199", role=Role.COORDINATOR, areas=NORTH)


@dataclass
class Room:
    """The post room, with a letter for the north on its desk."""

    letters: Letters
    desk: Desk
    http: TestClient
    clock: Clock
    told: list[Receipt] = field(default_factory=list)

    def come_in(self, who: Operator = COORDINATOR, page: str = "/letters") -> str:
        """The address of the page where they land."""
        text = ticket(who, Purpose.ENTER, secrets=[A_SECRET], now=self.clock())
        asked = {"ticket": text, "page": page}
        return self.http.get("/enter", params=asked, follow_redirects=False).headers["location"]


@pytest.fixture
def room(database: Database, clock: Clock) -> Room:
    letters, app, told = Letters(database), FastAPI(), list[Receipt]()
    answer_failures(app)
    door = FrontDoor(secrets=[A_SECRET], clock=clock, secure=False, sooner="http://sooner.example")
    open_door(app, door)

    def receive(receipt: Receipt, by: str) -> bool:
        told.append(receipt)
        return by == "desk"

    sender = ("Anyshire Council", "County Hall")
    app.include_router(
        letters_router(
            PostRoom(
                letters=letters, receive=receive, clock=clock, sender=sender, workdays=WORKDAYS
            )
        )
    )
    desk = Desk(keep=letters.keep, clock=clock)
    desk.send(LETTER)
    return Room(letters, desk, TestClient(app), clock, told)


LETTER = an_outgoing(
    address=ADDRESS, text="Dear parent,\n\nWe wrote.\nCall us.\n", areas=NORTH, large_print=True
)


def test_a_letter_is_on_the_desk_once_however_often_it_is_sent(room: Room) -> None:
    assert room.desk.send(LETTER).outcome is Outcome.ACCEPTED
    assert [letter.id for letter in room.letters.waiting(NORTH)] == [LETTER.id]


def test_an_address_that_no_postman_finds_is_given_up(room: Room) -> None:
    nowhere = replace(LETTER, id="2", address="The Parent")
    assert room.desk.send(nowhere).outcome is Outcome.PERMANENT
    assert len(room.letters.waiting(NORTH)) == 1


def test_a_letter_is_printed_posted_and_its_message_hears_of_it(room: Room) -> None:
    assert room.come_in() == "/letters"
    page = room.http.get("/letters").text
    assert "The Parent" in page
    assert "large print" in page
    letter = room.http.get(f"/letters/{LETTER.id}").text
    assert re.search(r"The Parent<br>\s*1 Any Street<br>\s*Anytown<br>\s*ZZ99 3AA", letter)
    assert "Anyshire Council" in letter
    assert 'class="sheet large"' in letter
    assert re.search(r"<p>We wrote.<br>\s*Call us.</p>", letter)
    for step in (Step.PRINTED, Step.POSTED):
        answer = room.http.post(f"/letters/{LETTER.id}/{step}", follow_redirects=False)
        assert answer.status_code == 303
    assert "There is nothing to post." in room.http.get("/letters").text
    assert [receipt.state for receipt in room.told] == [ReceiptState.SENT]


@pytest.mark.parametrize("steps", [[Step.NOT_POSTED], [Step.POSTED, Step.CAME_BACK]])
def test_a_letter_that_does_not_arrive_has_failed(room: Room, steps: list[Step]) -> None:
    room.come_in()
    for step in steps:
        room.http.post(f"/letters/{LETTER.id}/{step}")
    assert room.told[-1].state is ReceiptState.PERMANENT_FAILURE
    assert room.told[-1].reference == LETTER.id


def test_the_second_of_two_who_post_it_is_told(room: Room) -> None:
    room.come_in()
    room.http.post(f"/letters/{LETTER.id}/posted")
    html = {"accept": "text/html"}
    again = room.http.post(f"/letters/{LETTER.id}/not-posted", headers=html)
    assert again.status_code == 409
    assert "Somebody has already said" in again.text
    with pytest.raises(Conflict):
        room.letters.mark(LETTER.id, Step.POSTED, by="1", areas=NORTH, now=NOON)


def test_a_letter_waits_no_longer_than_a_day_unseen(room: Room) -> None:
    room.come_in()
    assert "Late" not in room.http.get("/letters").text
    room.clock.now += timedelta(days=1)
    room.come_in()
    assert "Late: post it today" in room.http.get("/letters").text


def test_another_areas_coordinator_sees_nothing_of_it(room: Room) -> None:
    room.come_in(Operator(id="0200", role=Role.COORDINATOR, areas=SOUTH))
    assert "The Parent" not in room.http.get("/letters").text
    assert room.http.get(f"/letters/{LETTER.id}").status_code == 404
    assert room.http.post(f"/letters/{LETTER.id}/posted").status_code == 404
    assert len(room.letters.waiting(NORTH)) == 1


def test_an_administrator_reads_no_letters(room: Room) -> None:
    room.come_in(Operator(id="0201", role=Role.ADMIN))
    assert room.http.get("/letters").status_code == 404
    assert room.http.get(f"/letters/{LETTER.id}").status_code == 404


def test_whoever_has_not_come_from_sooner_sees_where_to_come_from(room: Room) -> None:
    for _ in range(2):
        page = room.http.get("/letters")
        assert page.status_code == 401
        assert "http://sooner.example/sending" in page.text
        room.come_in()
        room.clock.now += LASTS[Purpose.STAY]
    assert room.http.post(f"/letters/{LETTER.id}/posted").status_code == 401


def test_a_ticket_of_a_nursery_opens_nothing(room: Room) -> None:
    text = ticket(Operator(id="1", role=Role.SETTING), Purpose.ENTER, secrets=[A_SECRET], now=NOON)
    assert room.http.get("/enter", params={"ticket": text}).status_code == 401
    assert COOKIE not in room.http.cookies


@pytest.mark.parametrize("page", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_way_in_leads_nowhere_else(room: Room, page: str) -> None:
    assert room.come_in(page=page) == "/letters"


def test_a_form_of_another_site_does_nothing(room: Room) -> None:
    room.come_in()
    path = f"/letters/{LETTER.id}/posted"
    assert room.http.post(path, headers={"origin": "https://evil.example"}).status_code == 401
    assert room.http.post(path, headers={"sec-fetch-site": "cross-site"}).status_code == 401
    assert len(room.letters.waiting(NORTH)) == 1


def test_what_will_not_come_back_any_more_is_forgotten(room: Room) -> None:
    room.letters.mark(LETTER.id, Step.POSTED, by="1", areas=NORTH, now=NOON)
    assert room.letters.forget(now=NOON + KEPT) == 0
    assert room.letters.forget(now=NOON + KEPT + timedelta(seconds=1)) == 1
    letter = room.letters.letter(LETTER.id, NORTH)
    assert (letter.address, letter.text, letter.subject) == ("", "", "")
    assert room.letters.posted(NORTH) == []


def test_what_a_letter_holds_is_shown_and_never_run(room: Room) -> None:
    bad = replace(LETTER, id="2", text="<script>alert(1)</script>", subject="<b>")
    room.desk.send(bad)
    room.come_in()
    answer = room.http.get("/letters/2")
    assert "<script>" not in answer.text
    assert "<b>" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_language_from_right_to_left_is_printed_so(room: Room) -> None:
    room.desk.send(replace(LETTER, id="2", language="ur"))
    room.come_in()
    assert re.search(r'lang="ur" dir="rtl"', room.http.get("/letters/2").text)
