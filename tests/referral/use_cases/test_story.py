"""The story is told once, and with care for who must not be found or told."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.minimum import PRIVATE_ADDRESS, SAFE_TO_CONTACT
from services.referral.records.form_resources_family import (
    PARENTAL_RESPONSIBILITY,
    WITHOUT_AGREEMENT,
)
from services.referral.records.resource import Json
from services.referral.use_cases.story_answers import CARDS, sorted_answers
from services.referral.use_cases.story_people import agreement_lines, carer_lines, child_facts
from services.referral.use_cases.story_words import value_in_words
from tests.referral.builders import a_carer, a_child


def inside(url: str, **parts: Any) -> Json:
    """An extension made of parts, each a code, a text or a boolean."""
    return {"url": url, "extension": [{"url": name, **value} for name, value in parts.items()]}


def test_an_address_that_must_not_be_known_is_not_shown() -> None:
    address = {
        "use": "home", "line": ["3 Mill Street"], "city": "Millbrook", "postalCode": "ZZ99 3AB",
    }  # fmt: skip
    hidden = {**address, "extension": [{"url": PRIVATE_ADDRESS, "valueBoolean": True}]}
    assert ("Home", ("3 Mill Street", "Millbrook", "ZZ99 3AB")) in child_facts(
        a_child(address=[address])
    )
    told = str(child_facts(a_child(address=[hidden])))
    assert "must not become known" in told
    assert "Mill" not in told


def test_a_carer_who_is_not_safe_to_contact_is_marked_before_any_number() -> None:
    number = {"url": "contact", "valueContactPoint": {"system": "phone", "value": "07700 900123"}}
    limited = inside(
        SAFE_TO_CONTACT,
        answer={"valueCode": "limited"},
        ways={"valueString": "Text only, before noon"},
    )
    limited["extension"].append(number)
    lines = carer_lines(a_carer(extension=[limited], telecom=[]))
    assert lines[-3:] == (
        "Safe to contact only in these ways:",
        "Text only, before noon",
        "07700 900123",
    )
    no = inside(SAFE_TO_CONTACT, answer={"valueCode": "no"})
    assert "Not safe to contact" in carer_lines(a_carer(extension=[no]))


def test_who_may_decide_for_the_child_is_said() -> None:
    held = inside(PARENTAL_RESPONSIBILITY, held={"valueCode": "no"})
    assert "Does not hold parental responsibility" in carer_lines(a_carer(extension=[held]))
    assert "responsibility" not in str(carer_lines(a_carer()))


def test_sharing_without_agreement_says_why_and_that_the_family_must_not_be_told() -> None:
    without = inside(
        WITHOUT_AGREEMENT,
        **{
            "reason": {"valueString": "Telling would put him at risk."},
            "decided-by": {"valueString": "Safeguarding lead"},
            "safe-to-tell": {"valueBoolean": False},
        },
    )
    consent = {"status": "rejected", "extension": [without], "policyRule": {"text": "Shared."}}
    told = dict(agreement_lines(consent, ""))
    assert told["Why without agreement"] == ("Telling would put him at risk.",)
    assert told["Decided by"] == ("Safeguarding lead",)
    assert "not safe to tell them" in told["Take care"][0]
    assert "Not in force (rejected)" in told["Sharing"]


def test_an_agreement_names_who_agreed() -> None:
    told = dict(agreement_lines({"status": "active", "policyRule": {"text": "Share."}}, "Ada"))
    assert told == {"Sharing": ("Share.",), "Agreed by": ("Ada",)}


def test_values_read_as_words() -> None:
    values: list[Json] = [
        {"valueBoolean": False},
        {"valueCoding": {"code": "not-known"}},
        {"valueCoding": {"code": "x", "display": "At home"}},
        {"valueDate": "2026-11-19"},
        {"valueDate": "2026-11"},
        {"valueQuantity": {"value": 15, "unit": "score"}},
        {"valueQuantity": {"value": 12, "unit": "kg"}},
        {"valueInteger": 3},
        {},
    ]
    assert [value_in_words(one) for one in values] == [
        "No", "not known", "At home", "19 November 2026", "2026-11", "15", "12 kg", "3", "not said",
    ]  # fmt: skip


def test_answers_of_our_form_stand_with_their_page() -> None:
    inner = {"linkId": "where.impact", "text": "What does it change?", "answer": [_said("Much.")]}
    page = {"linkId": "about-where", "text": "Where it happens", "item": [inner]}
    (answer,) = sorted_answers([page])
    assert (answer.card, answer.label, answer.lines) == (
        "What has been noticed",
        "What does it change?",
        ("Much.",),
    )


def test_what_other_resources_tell_is_not_told_twice() -> None:
    inner = {"linkId": "address.line1", "answer": [_said("3 Mill Street")]}
    assert sorted_answers([{"linkId": "about-address", "item": [inner]}]) == []


def _said(text: str) -> Json:
    return {"valueString": text}


LINKS = st.sampled_from(["worry", "tried", "about-worry", "about-elsewhere", "made-up", ""])
LEAVES = st.builds(
    lambda link, texts: {"linkId": link, "answer": [_said(text) for text in texts]},
    LINKS,
    st.lists(st.text(min_size=1), min_size=1, max_size=2),
)
ITEMS = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda link, items: {"linkId": link, "text": "A page", "item": items},
        LINKS,
        st.lists(inner),
    ),
    max_leaves=8,
)


def texts(item: Json) -> list[str]:
    own = [answer["valueString"] for answer in item.get("answer", [])]
    return own + [text for inner in item.get("item", []) for text in texts(inner)]


@given(st.lists(ITEMS, max_size=5))
def test_whoever_sent_it_every_answer_stands_on_exactly_one_card(items: list[Json]) -> None:
    answers = sorted_answers(items)
    assert [line for one in answers for line in one.lines] == [
        text for item in items for text in texts(item)
    ]
    assert {one.card for one in answers} <= set(CARDS)
