"""A family comes in on a telephone: asks, opens its mail, sees its page; and who else tries."""

import re

import pytest

from services.referral.domain.moves import Move
from services.referral.domain.slowing import PAIR
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from shared.contract import Moment
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_child, a_concern
from tests.referral.families import EMAIL, a_carer_who, carer_of, change_carer, mails
from tests.referral.use_cases.reading import SPEECH, audits, events
from tests.referral.web.browsers import Browser, Browsers, words

SENT = "If we know this email address, we have sent a link to it."


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_(a_concern(carer=a_carer_who()))


@pytest.fixture
def phone(browsers: Browsers) -> Browser:
    return browsers.anybody()


def ask(browser: Browser, email: str = EMAIL) -> str:
    """The code on the page that follows."""
    answer = browser.post("/family/ask", email=email)
    assert answer.headers["location"] == "/family/asked"
    page = browser.read("/family/asked")
    assert SENT in page
    found = re.search(r"\d{3} \d{3}", page)
    assert found
    return found[0]


def link(at: Workplace) -> str:
    path = mails(at)[-1].path
    assert path
    return path


def come_in(browser: Browser, at: Workplace) -> None:
    ask(browser)
    assert browser.post(link(at)).headers["location"] == "/family"


def test_a_mother_asks_and_comes_in_on_her_telephone(
    phone: Browser, at: Workplace, raised: Raised
) -> None:
    assert phone.get("/family").headers["location"] == "/family/ask"
    ask(phone)
    path = link(at)
    page = phone.read(path)
    assert "I did not ask for this" in page
    assert "code" not in page.lower()
    answer = phone.post(path)
    assert answer.headers["location"] == "/family"
    assert "Tobi Okoro" in phone.read("/family")
    assert phone.post(path).status_code == 403


def test_the_mail_opened_on_another_computer_needs_the_code(
    phone: Browser, browsers: Browsers, at: Workplace, raised: Raised
) -> None:
    code, computer = ask(phone), browsers.anybody()
    path = link(at)
    assert "Code of six numbers" in computer.read(path)
    empty = computer.post(path, code="")
    assert empty.status_code == 422
    assert "Type the six numbers" in words(empty.text)
    assert "That is not the code" in words(computer.post(path, code="12").text)
    assert computer.post(path, code=code).headers["location"] == "/family"
    assert phone.get("/family").headers["location"] == "/family/ask"


def test_a_stranger_is_answered_as_the_mother_is(
    browsers: Browsers, at: Workplace, raised: Raised
) -> None:
    pages = []
    for email in (EMAIL, "nobody@example.org"):
        browser = browsers.anybody()
        posted = browser.post("/family/ask", email=email)
        cookie = re.sub(r"asked=[\w-]+", "asked=…", posted.headers["set-cookie"])
        shown = re.sub(r"\d{3} \d{3}", "code", browser.read("/family/asked"))
        pages.append((posted.status_code, posted.text, cookie, shown))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("email", ["", "ada", "a b@example.org", "a" * 250 + "@example.org"])
def test_what_is_no_address_is_said_and_kept(phone: Browser, email: str) -> None:
    answer = phone.post("/family/ask", email=email)
    assert answer.status_code == 422
    assert "Type your email address" in words(answer.text)
    assert f'value="{email[:254]}"' in answer.text or not email


def test_who_asks_too_often_waits(phone: Browser, at: Workplace, raised: Raised) -> None:
    for number in range(PAIR.most):
        ask(phone, f"nobody{number}@example.org")
    answer = phone.post("/family/ask", email=EMAIL)
    assert answer.status_code == 422
    assert "Wait 15 minutes" in words(answer.text)


def test_who_did_not_ask_says_so_and_the_link_is_gone(
    phone: Browser, browsers: Browsers, at: Workplace, raised: Raised
) -> None:
    ask(phone)
    path = link(at)
    answer = browsers.anybody().post(f"{path}/not-me")
    assert "Nobody came in" in phone.read(answer.headers["location"])
    assert phone.post(path).status_code == 403
    assert phone.get(path).status_code == 403


@pytest.mark.parametrize("token", ["x", "%00", "../../etc", "A" * 5000])
def test_a_made_up_link_is_gone(phone: Browser, token: str) -> None:
    for answer in (phone.get(f"/family/link/{token}"), phone.post(f"/family/link/{token}")):
        assert answer.status_code in (403, 404)


def test_without_having_asked_there_is_no_code(phone: Browser) -> None:
    assert phone.get("/family/asked").headers["location"] == "/family/ask"


def test_the_cookie_of_who_asked_is_for_this_host_and_no_script(
    phone: Browser, raised: Raised
) -> None:
    cookie = phone.post("/family/ask", email=EMAIL).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=600" in cookie


@pytest.fixture
def grandmother(anyshire: Anyshire, phone: Browser, at: Workplace) -> tuple[Browser, str]:
    raised = anyshire.raise_(a_concern(carer=a_carer_who(held="no", lives="no")))
    come_in(phone, at)
    return phone, anyshire.referral_at(SPEECH, raised)


def test_a_grandmother_without_responsibility_sees_how_it_goes_and_no_more(
    anyshire: Anyshire, grandmother: tuple[Browser, str]
) -> None:
    phone, task = grandmother
    anyshire.move(task, Move.ASK, text="Is he shy at home?", ask_whom="referrer")
    page = phone.read(f"/referrals/{task}")
    assert "Tobi Okoro" in page
    assert "Information asked for" in page
    for hidden in ("points instead", "Few words", "999 000", "North Anyshire ·", "shy"):
        assert hidden not in page
    assert "/withdraw" not in phone.get(f"/referrals/{task}").text
    assert phone.get(f"/referrals/{task}/looked").status_code == 404
    assert phone.get(f"/referrals/{task}/withdraw").status_code in (403, 404)


def test_a_holder_reads_the_story_and_nothing_of_the_other_parent(
    anyshire: Anyshire, phone: Browser, at: Workplace, raised: Raised
) -> None:
    come_in(phone, at)
    task = anyshire.referral_at(SPEECH, raised)
    page = phone.read(f"/referrals/{task}")
    assert "points instead" in page
    assert "Withdraw" in page
    assert EMAIL not in page
    assert phone.get(f"/referrals/{task}/looked").status_code == 200


def test_a_family_sees_no_other_child(
    anyshire: Anyshire, phone: Browser, at: Workplace, raised: Raised
) -> None:
    sister = a_child(identifier=[], name=[{"family": "Hill", "given": ["Ife"]}])
    others = a_carer_who(telecom=[{"system": "email", "value": "hill@example.org"}])
    other = anyshire.raise_(a_concern(child=sister, carer=others))
    come_in(phone, at)
    assert phone.get(f"/referrals/{anyshire.referral_at(SPEECH, other)}").status_code == 404
    assert "Hill" not in phone.read("/family")


def test_a_carer_who_is_none_any_more_is_out_at_the_next_click(
    anyshire: Anyshire, phone: Browser, at: Workplace, raised: Raised
) -> None:
    come_in(phone, at)
    change_carer(anyshire, carer_of(raised).id, active=False)
    assert phone.get("/family").headers["location"] == "/family/ask"
    task = anyshire.referral_at(SPEECH, raised)
    assert phone.get(f"/referrals/{task}").status_code == 303


def test_signed_out_is_out(phone: Browser, at: Workplace, raised: Raised) -> None:
    come_in(phone, at)
    phone.post("/sign-out")
    assert phone.get("/family").headers["location"] == "/family/ask"


def invitations(at: Workplace) -> list[str]:
    wanted = f"sooner.referral.{Moment.INVITED}"
    found = [event["data"] for event in events(at.records) if event["type"] == wanted]
    return [one["recipients"][0]["id"] for one in found]


@pytest.mark.parametrize("who", ["nursery", "speech", "coordinator"])
def test_staff_send_a_carer_the_way_and_it_is_noted(
    anyshire: Anyshire, browsers: Browsers, at: Workplace, raised: Raised, who: str
) -> None:
    staff, carer = browsers.of(who), carer_of(raised)
    page = f"/referrals/{anyshire.referral_at(SPEECH, raised)}/carers"
    assert page in staff.get(page.removesuffix("/carers")).text
    assert "Send Ada Okoro a link to see this" in staff.read(page)
    assert "not verified" in staff.read(page)
    answer = staff.post(f"{page}/{carer.id}")
    assert "A mail is on its way to Ada Okoro" in staff.read(answer.headers["location"])
    assert invitations(at) == [carer.reference]
    assert mails(at) == []
    assert "invited" in {one.action for one in audits(at.records)}


def test_staff_see_since_when_an_address_is_verified(
    anyshire: Anyshire, phone: Browser, nursery: Browser, at: Workplace, raised: Raised
) -> None:
    come_in(phone, at)
    page = f"/referrals/{anyshire.referral_at(SPEECH, raised)}/carers"
    assert "verified on 20 November 2026" in nursery.read(page)
    telecom = [{"system": "email", "value": "new@example.org"}]
    change_carer(anyshire, carer_of(raised).id, telecom=telecom)
    assert "not verified" in nursery.read(page)


@pytest.mark.parametrize("who", ["camhs", "nursery2", "admin"])
def test_who_may_not_see_the_referral_sends_nothing(
    anyshire: Anyshire, browsers: Browsers, at: Workplace, raised: Raised, who: str
) -> None:
    page = f"/referrals/{anyshire.referral_at(SPEECH, raised)}/carers"
    assert browsers.of(who).get(page).status_code == 404
    assert browsers.of(who).post(f"{page}/{carer_of(raised).id}").status_code == 404
    assert invitations(at) == []


def test_to_a_carer_whom_it_is_not_safe_to_contact_nothing_can_be_sent(
    anyshire: Anyshire, nursery: Browser, at: Workplace
) -> None:
    raised = anyshire.raise_(a_concern(carer=a_carer_who(safe="no")))
    page = f"/referrals/{anyshire.referral_at(SPEECH, raised)}/carers"
    shown = nursery.read(page)
    assert "not recorded as safe" in shown
    assert "Send Ada" not in shown
    assert nursery.post(f"{page}/{carer_of(raised).id}").status_code == 409
    assert nursery.post(f"{page}/nobody").status_code == 404
    assert invitations(at) == []
