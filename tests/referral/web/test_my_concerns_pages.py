"""What a setting raised: what waits for it first, then what waits for others."""

import html
import re

import pytest

from services.referral.domain.concern import Taker
from services.referral.domain.moves import Move
from services.referral.use_cases.list_concerns import SIZE
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern
from tests.referral.use_cases.reading import child_of
from tests.referral.web.browsers import Browser, Browsers, links, words
from tests.referral.web.children import SPEECH, named

MINE, OTHERS = "You need to do something", "Waiting for others"


def parts(page: str) -> tuple[str, str]:
    """What stands under each of the two headings."""
    mine, _, others = words(page).partition(OTHERS)
    return mine, others


def asked(anyshire: Anyshire, given: str, whom: Taker = Taker.REFERRER) -> str:
    """A concern of which speech and language therapy has a question; the question's Task."""
    made = anyshire.raise_(a_concern(child=named(given, "Okoro")))
    task = anyshire.referral_at(SPEECH, made)
    anyshire.move(task, Move.ASK, text="Does he turn when you whisper?", ask_whom=whom)
    return anyshire.open_ask(made.concern)


def test_a_question_to_the_setting_waits_for_the_setting(
    anyshire: Anyshire, nursery: Browser
) -> None:
    ask = asked(anyshire, "Tobi")
    anyshire.raise_(a_concern(child=named("Ada", "Marsh")))
    page = nursery.get("/concerns").text
    mine, others = parts(page)
    assert "Tobi Okoro" in mine
    assert "Answer a question from Speech and language therapy, North Anyshire" in mine
    assert "Ada Marsh" in others
    assert "Tobi" not in others
    assert links(page, "/asks/.+?") == [f"/asks/{ask}"]


def test_a_question_to_the_family_waits_for_others(anyshire: Anyshire, nursery: Browser) -> None:
    asked(anyshire, "Tobi", Taker.FAMILY)
    mine, others = parts(nursery.get("/concerns").text)
    assert "Nothing is waiting for you" in mine
    assert "Tobi Okoro" in others


def test_a_next_step_waits_for_the_setting(anyshire: Anyshire, nursery: Browser) -> None:
    made = anyshire.raise_()
    task = anyshire.referral_at(SPEECH, made)
    anyshire.move(task, Move.RETURN, reason="incomplete", text="We need the hearing test.")
    mine, _ = parts(nursery.get("/concerns").text)
    assert "Take the next step that Speech and language therapy, North Anyshire named" in mine


def test_what_has_ended_is_listed_apart(anyshire: Anyshire, nursery: Browser) -> None:
    made = anyshire.raise_()
    anyshire.withdraw(made.concern, "The family moved.", by="nursery")
    assert "Tobi" not in nursery.read("/concerns")
    assert "Tobi Okoro" in nursery.read("/concerns?ended=yes")


def test_another_setting_s_concerns_are_not_there(anyshire: Anyshire, browsers: Browsers) -> None:
    anyshire.raise_()
    assert "Tobi" not in browsers.of("nursery2").read("/concerns")


def test_a_draft_waits_to_be_sent_for_its_writer_alone(
    nursery: Browser, browsers: Browsers
) -> None:
    draft = nursery.post("/raise", safe="safe").headers["location"]
    nursery.post(f"{draft}/child", given="Amina")
    page = nursery.get("/concerns").text
    assert "Amina Not sent yet" in parts(page)[0]
    assert draft in page
    assert "Amina" not in browsers.of("nursery2").read("/concerns")


def test_pages_show_every_concern_once(anyshire: Anyshire, nursery: Browser) -> None:
    ask = asked(anyshire, "Tobi")
    made = [
        anyshire.raise_(a_concern(child=named("Ada", "Marsh", number))).concern
        for number in range(SIZE + 1)
    ]
    first = nursery.get("/concerns").text
    found = re.search(r'href="([^"]+)">Next page', first)
    assert found
    second = nursery.get(html.unescape(found[1])).text
    assert first.count("Ada Marsh") == SIZE
    assert second.count("Ada Marsh") == 1
    assert len(made) == SIZE + 1
    assert ask in first
    assert ask not in second


def test_a_family_has_a_page_of_its_own(anyshire: Anyshire, browsers: Browsers) -> None:
    assert browsers.of_family(child_of(anyshire.raise_())).get("/concerns").status_code == 404


def test_a_concern_leads_to_its_referral(anyshire: Anyshire, nursery: Browser) -> None:
    made = anyshire.raise_()
    went = nursery.get(f"/concerns/{made.concern}").headers["location"]
    assert went in {f"/referrals/{one.id}" for one in made.referrals}


@pytest.mark.parametrize("key", ["nursery2", "camhs", "admin"])
def test_to_others_a_concern_is_not_there(anyshire: Anyshire, browsers: Browsers, key: str) -> None:
    made = anyshire.raise_()
    assert browsers.of(key).get(f"/concerns/{made.concern}").status_code == 404
