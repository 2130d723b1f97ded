"""What is left out for whom, row by row; and that nothing kept close ever leaves to a family."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.minimum import (
    PRIVATE_ADDRESS,
    ROWS,
    SAFE_TO_CONTACT,
    Standing,
    as_it_leaves,
    concerns,
    put_back,
    standing,
)
from shared.errors import NotAllowed
from shared.identity import Principal, Role, job

Json = dict[str, Any]

CLOSE = {
    "security": [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    ]
}
SECRET = "nobody of the family may read this"
AT_RISK = {"url": PRIVATE_ADDRESS, "valueBoolean": True}
HOME = {"use": "home", "line": [SECRET], "district": "North Anyshire", "postalCode": SECRET}
REACH = {"system": "phone", "value": SECRET}
SAFE = {
    "url": SAFE_TO_CONTACT,
    "extension": [
        {"url": "answer", "valueCode": "limited"},
        {"url": "contact", "valueContactPoint": REACH},
    ],
}
FORM = [
    {"linkId": "about-address", "item": [
        {"linkId": "address.line1", "answer": [{"valueString": SECRET}]},
        {"linkId": "address.keep_private", "answer": [{"valueBoolean": True}]},
    ]},
    {"linkId": "about-carers", "item": [
        {"linkId": "carers.phone", "answer": [{"valueString": SECRET}]},
    ]},
    {"linkId": "about-worry", "item": [{"linkId": "worry", "answer": [{"valueString": "talks"}]}]},
]  # fmt: skip

PATIENT: Json = {
    "resourceType": "Patient",
    "id": "child-1",
    "address": [HOME | {"extension": [AT_RISK]}],
    "telecom": [REACH],
    "contact": [{"telecom": [REACH]}],
    "identifier": [{"value": SECRET}],
    "generalPractitioner": [{"display": SECRET}],
    "birthDate": "2023-01-01",
}
CARER: Json = {
    "resourceType": "RelatedPerson",
    "id": "carer-1",
    "meta": CLOSE,
    "address": [HOME],
    "telecom": [REACH],
    "birthDate": SECRET,
    "identifier": [{"value": SECRET}],
    "extension": [SAFE],
    "name": [{"text": "A carer"}],
}
REQUEST: Json = {
    "resourceType": "ServiceRequest",
    "meta": CLOSE,
    "status": "active",
    "note": [{"text": SECRET}],
    "reasonCode": [{"text": SECRET}],
}
TASK: Json = {
    "resourceType": "Task",
    "meta": CLOSE,
    "status": "rejected",
    "statusReason": {"coding": [{"code": "other"}], "text": SECRET},
    "note": [{"text": SECRET}],
    "description": SECRET,
    "output": [{"valueString": SECRET}],
    "reasonCode": {"text": SECRET},
}
SAFEGUARDING: Json = {
    "resourceType": "Task",
    "status": "rejected",
    "statusReason": {"coding": [{"code": "safeguarding"}], "text": SECRET},
}
ANSWERS: Json = {"resourceType": "QuestionnaireResponse", "item": FORM}
ALL = (PATIENT, CARER, REQUEST, TASK, SAFEGUARDING, ANSWERS)

MOTHER = Principal(id="mother", name="Ada", role=Role.FAMILY, children=frozenset({"child-1"}))
SOMEBODY = Principal(id="p", name="Sam", role=Role.PROFESSIONAL, organisation="trust")


@pytest.mark.parametrize("resource", ALL, ids=lambda one: one["resourceType"])
def test_nothing_kept_close_leaves_to_a_family(resource: Json) -> None:
    assert SECRET in str(resource)
    assert SECRET not in str(as_it_leaves(resource, MOTHER, Standing.FAMILY))


@pytest.mark.parametrize("near", [Standing.RAISER, Standing.HELPER, Standing.COORDINATOR])
@pytest.mark.parametrize("resource", ALL, ids=lambda one: one["resourceType"])
def test_who_visits_writes_or_answers_for_the_area_is_given_the_whole(
    near: Standing, resource: Json
) -> None:
    assert as_it_leaves(resource, SOMEBODY, near) is resource


@pytest.mark.parametrize("resource", [PATIENT, CARER], ids=lambda one: one["resourceType"])
def test_a_service_that_has_not_said_yes_learns_the_district_and_no_more(resource: Json) -> None:
    shown = str({**as_it_leaves(resource, SOMEBODY, Standing.ASKED), "identifier": "",
                 "birthDate": "", "generalPractitioner": ""})  # fmt: skip
    assert SECRET not in shown
    assert "North Anyshire" in shown


def test_nor_does_it_find_the_address_among_the_answers() -> None:
    shown = as_it_leaves(ANSWERS, SOMEBODY, Standing.ASKED)
    assert [group["linkId"] for group in shown["item"]] == ["about-carers", "about-worry"]


def test_an_address_that_nobody_is_at_risk_by_is_shown_to_all_who_work() -> None:
    ordinary = PATIENT | {"address": [HOME]}
    assert as_it_leaves(ordinary, SOMEBODY, Standing.ASKED) is ordinary
    assert not concerns(ordinary)


def test_a_carer_reads_what_is_kept_of_themselves() -> None:
    me = replace(MOTHER, id="carer-1")
    assert as_it_leaves(CARER, me, Standing.FAMILY) is CARER


def test_an_older_version_counts_as_marked_when_a_newer_one_is() -> None:
    older = PATIENT | {"address": [HOME]}
    shown = as_it_leaves(older, SOMEBODY, Standing.ASKED, at_risk=True)
    assert shown["address"] == [{"use": "home", "district": "North Anyshire"}]


@pytest.mark.parametrize(
    ("role", "raised", "took_it_on", "expected"),
    [
        (Role.SETTING, True, False, Standing.RAISER),
        (Role.SETTING, False, False, Standing.ASKED),
        (Role.PROFESSIONAL, False, True, Standing.HELPER),
        (Role.PROFESSIONAL, True, False, Standing.RAISER),
        (Role.PROFESSIONAL, False, False, Standing.ASKED),
        (Role.COORDINATOR, False, False, Standing.COORDINATOR),
        (Role.FAMILY, True, True, Standing.FAMILY),
        (Role.ADMIN, True, True, Standing.OUTSIDE),
        (Role.AUDITOR, True, True, Standing.OUTSIDE),
    ],
)
def test_what_somebody_is_to_a_child(
    role: Role, raised: bool, took_it_on: bool, expected: Standing
) -> None:
    who = replace(SOMEBODY, role=role)
    assert standing(who, raised=raised, took_it_on=took_it_on) is expected


def test_a_job_of_the_service_itself_is_given_all() -> None:
    assert standing(job("relay"), raised=False, took_it_on=False) is Standing.COORDINATOR


def test_who_sends_back_what_they_were_shown_takes_nothing_away() -> None:
    shown = as_it_leaves(PATIENT, SOMEBODY, Standing.ASKED)
    sent = {**shown, "gender": "female"}
    assert put_back(PATIENT, shown, sent) == PATIENT | {"gender": "female"}


@pytest.mark.parametrize("address", [[], [HOME], None])
def test_nobody_changes_an_address_that_they_are_not_shown(address: Any) -> None:
    shown = as_it_leaves(PATIENT, SOMEBODY, Standing.ASKED)
    with pytest.raises(NotAllowed, match="address"):
        put_back(PATIENT, shown, {**shown, "address": address})


_words = st.text(min_size=1, max_size=8).filter(lambda text: SECRET not in text)
_beside = st.dictionaries(st.sampled_from(["gender", "active", "language", "status"]), _words)


@given(st.sampled_from(ALL), _beside, st.booleans())
def test_whatever_else_stands_in_it(resource: Json, beside: Json, close: bool) -> None:
    mixed = {**beside, **resource} | ({"meta": CLOSE} if close else {})
    once = as_it_leaves(mixed, MOTHER, Standing.FAMILY)
    assert SECRET not in str(once)
    assert {key: once[key] for key in beside if key not in resource} == {
        key: beside[key] for key in beside if key not in resource
    }
    assert as_it_leaves(once, MOTHER, Standing.FAMILY) == once


@given(st.sampled_from(ALL), st.sampled_from(Standing))
def test_nothing_is_added_and_the_kept_one_is_not_touched(resource: Json, to: Standing) -> None:
    before = str(resource)
    assert as_it_leaves(resource, SOMEBODY, to).keys() <= resource.keys()
    assert str(resource) == before


def test_every_row_cuts_something_for_somebody() -> None:
    for row in ROWS:
        assert row.whom
        assert row.cuts
