"""What is wrong with a concern is named by its place, and nothing of it is kept."""

from dataclasses import replace

import pytest

from services.referral.records.resource import Json
from services.referral.use_cases.sent_concern import SentConcern
from shared.errors import Invalid, NotAllowed
from tests.referral.anyshire import Anyshire
from tests.referral.builders import (
    a_carer,
    a_concern,
    a_request,
    a_story,
    as_,
)


def _dangling() -> SentConcern:
    return a_concern(a_request(supportingInfo=[{"reference": "Observation/no-such"}]))


def _dangling_link() -> SentConcern:
    return a_concern(carer=a_carer(patient={"reference": "urn:uuid:no-such"}))


def _other_child() -> SentConcern:
    return a_concern(story=a_story(subject={"reference": "urn:uuid:other"}))


def _no_request() -> SentConcern:
    whole = a_concern()
    return replace(whole, parts=whole.parts[:-1])


def _no_child() -> SentConcern:
    whole = a_concern(a_request(subject={}))
    return replace(whole, parts=whole.parts[-1:])


def _two_children() -> SentConcern:
    whole = a_concern()
    twin = replace(whole.parts[0], place="Bundle.entry[9].resource")
    return replace(whole, parts=(*whole.parts, twin))


FAULTS = {
    "a reference to nothing": (_dangling, "Bundle.entry[3].resource.supportingInfo[0]"),
    "a link to nothing": (_dangling_link, "Bundle.entry[1].resource.patient"),
    "a story about somebody else": (_other_child, "Bundle.entry[2].resource.subject"),
    "no request": (_no_request, "Bundle.entry"),
    "no child": (_no_child, "Bundle.entry[3].resource.subject"),
    "two children": (_two_children, "Bundle.entry[9].resource"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_concern_is_refused_by_its_place_and_nothing_is_kept(
    anyshire: Anyshire, fault: str
) -> None:
    make, place = FAULTS[fault]
    before = anyshire.counts()
    with pytest.raises(Invalid) as refused:
        anyshire.raise_(make())
    assert place in [issue.expression for issue in refused.value.issues]
    assert anyshire.counts() == before


REQUESTERS: list[tuple[str, Json, bool]] = [
    ("own organisation", {"reference": f"Organization/{as_('nursery').organisation}"}, True),
    ("oneself", {"reference": f"Practitioner/{as_('nursery').id}"}, True),
    ("own code", {"identifier": {"value": "Z99920"}}, True),
    ("another's", {"reference": f"Organization/{as_('nursery2').organisation}"}, False),
    ("somebody of another's", {"reference": f"Practitioner/{as_('nursery2').id}"}, False),
    ("another's code", {"identifier": {"value": "Z99921"}}, False),
]


@pytest.mark.parametrize(("requester", "own"), [row[1:] for row in REQUESTERS])
def test_nobody_raises_a_concern_in_anothers_name(
    anyshire: Anyshire, requester: Json, own: bool
) -> None:
    if "identifier" in requester:
        requester["identifier"]["system"] = "https://fhir.nhs.uk/Id/ods-organization-code"
    before = anyshire.counts()
    sent = a_concern(a_request(requester=requester))
    if own:
        anyshire.raise_(sent)
        return
    with pytest.raises(NotAllowed):
        anyshire.raise_(sent)
    assert anyshire.counts() == before
