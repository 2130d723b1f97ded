"""A carer comes in by a link: once, soon, by the browser that asked or its code."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.referral.records.tables import CarerAddressRow, FamilyLinkRow
from services.referral.use_cases.ask_way_in import LASTS, MOST_LINKS, ask_way_in, code_of
from services.referral.use_cases.carer_rule import CARERS
from services.referral.use_cases.sign_in import visitor
from services.referral.use_cases.use_way_in import (
    GONE,
    MOST_TRIES,
    WrongCode,
    open_link,
    refuse_way_in,
    use_way_in,
)
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from shared.identity import Role
from shared.passwords import hash_secret
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_child, a_concern
from tests.referral.families import EMAIL, a_carer_who, carer_of, change_carer, mails, token
from tests.referral.use_cases.reading import audits, child_of, events

BROWSER = "the secret of the browser that asked"
OTHER = "the secret of another browser"


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def carer(anyshire: Anyshire) -> str:
    return carer_of(anyshire.raise_(a_concern(carer=a_carer_who()))).id


def asked(at: Workplace, email: str = EMAIL) -> str:
    """The token of the newest mail."""
    ask_way_in(email, BROWSER, at=at)
    return token(mails(at)[-1])


def links(at: Workplace) -> list[FamilyLinkRow]:
    with at.records.database.read() as session:
        return list(session.scalars(select(FamilyLinkRow)))


def is_gone(found: str, at: Workplace, browser: str = BROWSER) -> bool:
    with pytest.raises(NotAllowed, match=GONE):
        use_way_in(found, code_of(BROWSER), browser=browser, at=at)
    return True


def test_the_browser_that_asked_comes_in_without_a_code(at: Workplace, carer: str) -> None:
    found = asked(at)
    assert not open_link(found, browser=BROWSER, at=at).needs_code
    came = visitor(use_way_in(found, "", browser=BROWSER, at=at), at=at)
    assert came is not None
    assert (came.who.id, came.who.role, len(came.who.children)) == (carer, Role.FAMILY, 1)


def test_another_browser_needs_the_code_of_the_one_that_asked(at: Workplace, carer: str) -> None:
    found = asked(at)
    assert open_link(found, browser=OTHER, at=at).needs_code
    for code in ("", "000000", code_of(OTHER), "not a number"):
        with pytest.raises(WrongCode):
            use_way_in(found, code, browser=OTHER, at=at)
    typed = f" {code_of(BROWSER)[:3]} {code_of(BROWSER)[3:]} "
    assert visitor(use_way_in(found, typed, browser="", at=at), at=at) is not None


def test_after_five_wrong_codes_the_right_one_is_worth_nothing(at: Workplace, carer: str) -> None:
    found = asked(at)
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongCode):
            use_way_in(found, "000000", browser=OTHER, at=at)
    assert is_gone(found, at, OTHER)
    assert is_gone(found, at, BROWSER)
    assert [one.detail for one in audits(at.records)].count("wrong-code") == MOST_TRIES


def test_a_link_works_once_and_looking_at_it_uses_nothing_up(at: Workplace, carer: str) -> None:
    found = asked(at)
    for _ in range(3):
        open_link(found, browser="", at=at)
    use_way_in(found, "", browser=BROWSER, at=at)
    assert is_gone(found, at)


def test_the_second_of_two_tabs_is_told_that_it_is_gone(at: Workplace, carer: str) -> None:
    first, second = asked(at), asked(at)
    use_way_in(second, "", browser=BROWSER, at=at)
    assert is_gone(first, at)


def test_a_link_lasts_ten_minutes_from_asking(
    anyshire: Anyshire, at: Workplace, carer: str
) -> None:
    found = asked(at)
    anyshire.clock.pass_(seconds=LASTS.total_seconds())
    assert is_gone(found, at)
    (late,) = mails(at)
    assert (late.may_send, late.reason, late.email) == (False, "too-late", None)


def test_only_hashes_are_kept_and_no_event_holds_a_secret(at: Workplace, carer: str) -> None:
    found = asked(at)
    (kept,) = links(at)
    assert kept.token_hash == hash_secret(found)
    stored = (
        f"{kept.model_dump()} {events(at.records)} {[one.detail for one in audits(at.records)]}"
    )
    for secret in (found, BROWSER, code_of(BROWSER), EMAIL):
        assert secret not in stored


def test_a_mail_that_is_tried_again_carries_another_link(at: Workplace, carer: str) -> None:
    first = asked(at)
    again = token(mails(at)[0])
    assert first != again
    assert is_gone(first, at)
    use_way_in(again, "", browser=BROWSER, at=at)


@pytest.mark.parametrize(
    "email", ["", "@", "nobody@example.org", "ada.okoro@example.com", "%@example.org", "A" * 254]
)
def test_for_an_address_that_nobody_has_nothing_is_sent(
    at: Workplace, carer: str, email: str
) -> None:
    ask_way_in(email, BROWSER, at=at)
    assert mails(at) == []
    assert links(at) == []


def test_the_letters_of_an_address_may_be_written_otherwise(at: Workplace, carer: str) -> None:
    assert asked(at, " Ada.OKORO@Example.org ")


NOT_LET_IN: dict[str, dict[str, Any]] = {
    "not safe": {"safe": "no"},
    "safe only in some ways": {"safe": "limited"},
    "does not know": {"knows": False},
    "no carer any more": {"period": {"end": "2020-01-01"}},
    "the address is old": {"telecom": [{"system": "email", "value": EMAIL, "use": "old"}]},
}


@pytest.mark.parametrize("said", NOT_LET_IN.values(), ids=NOT_LET_IN)
def test_who_has_no_way_in_is_sent_nothing(
    anyshire: Anyshire, at: Workplace, said: dict[str, Any]
) -> None:
    anyshire.raise_(a_concern(carer=a_carer_who(**said)))
    ask_way_in(EMAIL, BROWSER, at=at)
    assert mails(at) == []


def test_nobody_fills_a_mailbox(anyshire: Anyshire, at: Workplace, carer: str) -> None:
    for _ in range(MOST_LINKS + 3):
        ask_way_in(EMAIL, BROWSER, at=at)
    assert len(links(at)) == MOST_LINKS
    anyshire.clock.pass_(minutes=16)
    ask_way_in(EMAIL, BROWSER, at=at)
    assert len(links(at)) == MOST_LINKS + 1


def test_links_of_the_day_before_are_forgotten(
    anyshire: Anyshire, at: Workplace, carer: str
) -> None:
    ask_way_in(EMAIL, BROWSER, at=at)
    anyshire.clock.pass_(days=2)
    ask_way_in("nobody@example.org", BROWSER, at=at)
    assert links(at) == []


CHANGES: dict[str, dict[str, Any]] = {
    "ended": {"active": False},
    "another address": {"telecom": [{"system": "email", "value": "new@example.org"}]},
    "no address": {"telecom": []},
    "over": {"period": {"end": "2026-11-19"}},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changes_meanwhile_stops_the_link(
    anyshire: Anyshire, at: Workplace, carer: str, change: dict[str, Any]
) -> None:
    found = asked(at)
    change_carer(anyshire, carer, **change)
    assert is_gone(found, at)
    assert not any(mail.may_send or mail.path for mail in mails(at))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changes_later_ends_the_session_at_once(
    anyshire: Anyshire, at: Workplace, carer: str, change: dict[str, Any]
) -> None:
    secret = use_way_in(asked(at), "", browser=BROWSER, at=at)
    before = carer_json(at, carer)
    change_carer(anyshire, carer, **change)
    assert visitor(secret, at=at) is None
    change_carer(anyshire, carer, **{name: before.get(name, {}) for name in change})
    assert visitor(secret, at=at) is None


def carer_json(at: Workplace, carer: str) -> dict[str, Any]:
    with at.records.reading(CARERS, now=at.clock()) as record:
        return record.resource("RelatedPerson", carer).json


def test_an_address_is_verified_when_a_link_to_it_was_used(
    anyshire: Anyshire, at: Workplace, carer: str
) -> None:
    found = asked(at)
    assert addresses(at) == []
    use_way_in(found, "", browser=BROWSER, at=at)
    (verified,) = addresses(at)
    assert (verified.carer_id, verified.verified_at) == (carer, anyshire.clock())
    anyshire.clock.pass_(days=1)
    use_way_in(asked(at), "", browser=BROWSER, at=at)
    assert addresses(at)[0].verified_at == verified.verified_at


def addresses(at: Workplace) -> list[CarerAddressRow]:
    with at.records.database.read() as session:
        return list(session.scalars(select(CarerAddressRow)))


@pytest.mark.parametrize(
    ("minutes", "often", "stays"), [(19, 1, True), (20, 1, False), (15, 7, True), (15, 8, False)]
)
def test_a_family_is_signed_out_sooner_than_staff(
    anyshire: Anyshire, at: Workplace, carer: str, minutes: int, often: int, stays: bool
) -> None:
    secret = use_way_in(asked(at), "", browser=BROWSER, at=at)
    seen = None
    for _ in range(often):
        anyshire.clock.now += timedelta(minutes=minutes)
        seen = visitor(secret, at=at)
    assert (seen is not None) is stays


def test_who_did_not_ask_ends_every_link_and_the_audit_says_so(at: Workplace, carer: str) -> None:
    first, second = asked(at), asked(at)
    refuse_way_in(second, at=at)
    assert is_gone(first, at)
    assert is_gone(second, at)
    assert "way-in-unasked" in {one.action for one in audits(at.records)}


def test_of_two_children_each_has_a_link_of_its_own(
    anyshire: Anyshire, at: Workplace, carer: str
) -> None:
    sister = a_child(
        identifier=[], name=[{"family": "Okoro", "given": ["Ife"]}], birthDate="2022-02-02"
    )
    other = anyshire.raise_(a_concern(child=sister, carer=a_carer_who()))
    ask_way_in(EMAIL, BROWSER, at=at)
    seen = [
        visitor(use_way_in(token(mail), "", browser=BROWSER, at=at), at=at) for mail in mails(at)
    ]
    children = [one.who.children for one in seen if one]
    assert len(children) == 2
    assert children[0] != children[1]
    assert frozenset({child_of(other)}) in children
