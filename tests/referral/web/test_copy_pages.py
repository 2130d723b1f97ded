"""A family takes away everything about its child that it may see, on paper or as a file."""

import pytest

from services.referral.domain.moves import Move
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.builders import a_concern
from tests.referral.families import a_carer_who
from tests.referral.use_cases.reading import SPEECH, audits, child_of
from tests.referral.web.browsers import Browser, Browsers
from tests.referral.web.test_family_pages import come_in


@pytest.fixture
def raised(anyshire: Anyshire) -> Raised:
    return anyshire.raise_()


@pytest.fixture
def family(browsers: Browsers, raised: Raised) -> Browser:
    return browsers.of_family(child_of(raised))


@pytest.fixture
def everything(raised: Raised) -> str:
    return f"/family/children/{child_of(raised)}/everything"


def test_on_paper_stand_the_story_and_what_happened(
    anyshire: Anyshire, family: Browser, raised: Raised, everything: str
) -> None:
    anyshire.move(anyshire.referral_at(SPEECH, raised), Move.ACCEPT)
    assert everything in family.get("/family").text
    page = family.read(everything)
    for said in ("Tobi Okoro", "points instead", "Concern raised and sent", "Accepted"):
        assert said in page


def test_the_file_is_a_bundle_of_what_is_theirs_and_its_name_says_nothing(
    family: Browser, everything: str
) -> None:
    answer = family.get(f"{everything}.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="record.json"'
    assert answer.headers["cache-control"] == "no-store"
    bundle = answer.json()
    kinds = {one["resource"]["resourceType"] for one in bundle["entry"]}
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert {"Patient", "ServiceRequest", "Task", "QuestionnaireResponse", "Provenance"} <= kinds
    assert "Consent" not in kinds
    assert "reasonCode" not in {key for one in tasks(bundle) for key in one}


def tasks(bundle: dict[str, list[dict[str, dict[str, str]]]]) -> list[dict[str, str]]:
    found = [one["resource"] for one in bundle["entry"]]
    return [one for one in found if one["resourceType"] == "Task"]


def test_what_staff_say_of_a_risk_is_in_neither(
    anyshire: Anyshire, family: Browser, nursery: Browser, raised: Raised, everything: str
) -> None:
    task = anyshire.referral_at(SPEECH, raised)
    nursery.send(f"/referrals/{task}/changed", {"what": "risk", "text": "He came drunk."})
    for place in (everything, f"{everything}.json"):
        said = family.get(place).text
        for word in ("drunk", "risk-told", "safeguarding", "may not be safe"):
            assert word not in said


def test_each_copy_is_in_the_audit_and_on_the_list_of_who_looked(
    anyshire: Anyshire, family: Browser, raised: Raised, everything: str
) -> None:
    before = len(audits(anyshire.records))
    for place in (everything, f"{everything}.json"):
        family.get(place)
    lines = audits(anyshire.records)[before:]
    assert [(one.action, one.child_id) for one in lines] == [("copy", child_of(raised))] * 2
    task = anyshire.referral_at(SPEECH, raised)
    assert "to print or keep" in family.read(f"/referrals/{task}/looked")


def test_who_may_not_read_the_story_takes_none_away(
    anyshire: Anyshire, browsers: Browsers, at: Workplace
) -> None:
    made = anyshire.raise_(a_concern(carer=a_carer_who(held="no", lives="yes")))
    phone = browsers.anybody()
    come_in(phone, at)
    here = f"/family/children/{child_of(made)}/everything"
    assert here not in phone.get("/family").text
    for place in (here, f"{here}.json"):
        assert phone.get(place).status_code == 404
        assert audits(anyshire.records)[-1].action == "refuse"
