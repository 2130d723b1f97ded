"""What tells of danger, or of somebody who must not know, is marked whoever sent it."""

import pytest

from services.referral.records.marking import marked
from services.referral.records.resource import Json

BASE = "https://sooner.example/fhir/StructureDefinition"
R = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}


def carer(answer: str | None = None, *, knows: bool | None = None) -> Json:
    extensions: list[Json] = []
    if answer:
        said = [{"url": "answer", "valueCode": answer}]
        extensions.append({"url": f"{BASE}/safe-to-contact", "extension": said})
    if knows is not None:
        extensions.append({"url": f"{BASE}/knows-about-concern", "valueBoolean": knows})
    return {"resourceType": "RelatedPerson", "extension": extensions}


PRIVATE = [{"extension": [{"url": f"{BASE}/private-address", "valueBoolean": True}]}]
BY_LAW = [{"url": f"{BASE}/sharing-without-agreement"}]


@pytest.mark.parametrize(
    ("resource", "is_marked"),
    [
        ({"resourceType": "Flag"}, True),
        ({"resourceType": "Consent", "extension": BY_LAW}, True),
        ({"resourceType": "Consent"}, False),
        ({"resourceType": "Patient", "address": PRIVATE}, True),
        ({"resourceType": "Patient", "address": [{"city": "Millbrook"}]}, False),
        (carer("yes", knows=True), False),
        (carer(), False),
        (carer("limited"), True),
        (carer("no"), True),
        (carer("yes", knows=False), True),
        ({"resourceType": "Task"}, False),
    ],
)
def test_what_must_not_reach_everybody_is_marked(resource: Json, is_marked: bool) -> None:
    assert (R in marked(resource).get("meta", {}).get("security", [])) is is_marked


def test_a_mark_is_not_doubled_and_others_stay() -> None:
    other = {"system": "urn:other", "code": "X"}
    flag = {"resourceType": "Flag", "meta": {"security": [R, other], "source": "a"}}
    assert marked(flag)["meta"] == {"security": [other, R], "source": "a"}
    assert marked(marked(flag)) == marked(flag)
