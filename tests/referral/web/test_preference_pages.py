"""How somebody wants to hear from us: asked here, kept by notify."""

import pytest
from fastapi import FastAPI

from services.referral.demo.people import person
from services.referral.records.resource import Place
from services.referral.web.preference_form import as_typed
from shared.contract import Channel
from shared.signed_call import NoAnswer
from shared.wishes import Wish, Wishes
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.use_cases.reading import child_of
from tests.referral.web.browsers import Browser, Browsers, a_mother

FAMILY = {
    **dict.fromkeys(("appointments", "questions", "decisions"), "sms"),
    "waiting": "letter",
    "news": "off",
    "language": "cy",
    "large_print": "yes",
    "shared_phone": "no",
    "days": "week",
    "safe_from": "09:30",
    "safe_until": "15:00",
}
STAFF = {"new-work": "at-once", "questions": "daily", "overdue": "daily", "news": "off"}


class AtNotify:
    """Keeps wishes as notify does, or is away."""

    def __init__(self) -> None:
        self.kept: dict[str, Wishes] = {}
        self.is_away = False

    def of(self, recipient: str) -> Wishes:
        if self.is_away:
            raise NoAnswer("/wishes/of")
        return self.kept.get(recipient, Wishes(recipient=recipient))

    def keep(self, wishes: Wishes) -> None:
        if self.is_away:
            raise NoAnswer("/wishes")
        self.kept[wishes.recipient] = wishes


@pytest.fixture
def notify(app: FastAPI) -> AtNotify:
    kept = AtNotify()
    app.state.preferences = kept
    return kept


@pytest.fixture
def child(anyshire: Anyshire) -> str:
    return child_of(anyshire.raise_())


def test_staff_choose_what_comes_by_mail_and_how_soon(notify: AtNotify, speech: Browser) -> None:
    assert "Choose how we write to you" in speech.read("/account")
    assert "How you hear from Sooner" in speech.read("/preferences")
    speech.post("/preferences", **STAFF)
    me = f"Practitioner/{person('speech').id}"
    paces = {one.category: one.pace for one in notify.kept[me].wishes}
    assert paces == STAFF
    assert notify.kept[me].by == me
    assert as_typed(notify.kept[me]) == STAFF


def test_a_family_chooses_the_way_the_language_and_when_it_is_safe(
    notify: AtNotify, browsers: Browsers, child: str
) -> None:
    mother = browsers.of_family(child)
    assert "How we write to you" in mother.read("/preferences")
    mother.post("/preferences", **FAMILY)
    [kept] = notify.kept.values()
    assert kept.recipient.startswith("RelatedPerson/")
    assert Wish(category="decisions", channel=Channel.SMS, pace="at-once") in kept.wishes
    assert Wish(category="news", channel=Channel.EMAIL, pace="off") in kept.wishes
    assert (kept.language, kept.large_print, kept.days) == ("cy", True, (0, 1, 2, 3, 4))
    assert as_typed(kept) == FAMILY


def test_a_time_that_ends_before_it_begins_is_asked_again(
    notify: AtNotify, browsers: Browsers, child: str
) -> None:
    answer = browsers.of_family(child).post("/preferences", **{**FAMILY, "safe_until": "08:00"})
    assert answer.status_code == 422
    assert notify.kept == {}
    assert answer.text.count('<details class="app-choice" open>') == 1, "where it is put right"


def test_what_stands_is_said_in_a_line_before_anything_is_opened(
    notify: AtNotify, browsers: Browsers, child: str
) -> None:
    mother = browsers.of_family(child)
    page = mother.read("/preferences")
    assert "By which way E-mail" in page
    assert "Language and print As it stands in the record, usual print" in page
    assert "When it is safe On any day, at any time but at night" in page
    assert " open>" not in mother.get("/preferences").text
    mother.post("/preferences", **FAMILY)
    page = mother.read("/preferences")
    assert (
        "By which way Text message. "
        "Letter: How long it may take. I do not need this: Other news of your child's referrals"
    ) in page
    assert "Cymraeg (Welsh), large print" in page
    assert "Monday to Friday, from 09:30 until 15:00" in page


def test_while_notify_is_away_the_page_says_so(notify: AtNotify, speech: Browser) -> None:
    notify.is_away = True
    assert speech.get("/preferences").status_code == 503
    assert speech.post("/preferences", **STAFF).status_code == 503


def test_a_carer_of_two_children_says_it_once(
    anyshire: Anyshire, notify: AtNotify, browsers: Browsers, child: str
) -> None:
    family = browsers.of_family(child)
    with anyshire.records.writing(ONLOOKER, now=anyshire.clock()) as record:
        place = Place(tags=frozenset({"fam:another"}), child="another")
        other = record.create(a_mother("another"), place).reference
    family.post("/preferences", **FAMILY)
    assert set(notify.kept) == {"RelatedPerson/carer", other}
    del notify.kept["RelatedPerson/carer"]
    assert 'value="09:30"' in family.get("/preferences").text, "also what they said there"
