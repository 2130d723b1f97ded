"""A Consent sent through the API does the same as the pages, and leaves nothing to be read."""

from typing import Any

import pytest

from tests.referral.fhir_api.systems import (
    SPEECH,
    System,
    issues_of,
    places_of,
    resource_in,
    the_bundle,
)

BASE = "https://sooner.example/fhir/StructureDefinition"
DENIED = {
    "type": "deny",
    "extension": [{"url": f"{BASE}/denied-service", "valueReference": {"reference": SPEECH}}],
}


def consent_of(system: System) -> dict[str, Any]:
    (entry,) = system.get("/Consent").json()["entry"]
    found: dict[str, Any] = entry["resource"]
    return found


def puts(system: System, consent: dict[str, Any]) -> int:
    return system.send("PUT", f"/Consent/{consent['id']}", consent).status_code


def denying(consent: dict[str, Any]) -> dict[str, Any]:
    return {**consent, "provision": {"type": "permit", "provision": [DENIED]}}


def test_every_route_is_blind_after_a_denial(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    id, consent = task["id"], consent_of(nursery)
    request = task["focus"]["reference"]
    child = task["for"]["reference"]
    assert speech.get(f"/{request}").status_code == 200
    assert puts(nursery, denying(consent)) == 200
    for path in (
        f"/Task/{id}", f"/Task/{id}/_history", f"/Task/{id}/_history/1", f"/{request}",
        f"/{request}/_history", f"/{child}", f"/{child}/_history/1", f"/Consent/{consent['id']}",
        f"/Consent/{consent['id']}/_history/1",
    ):  # fmt: skip
        assert speech.get(path).status_code == 404, path
    for path in (
        "/Task", f"/Task?owner={SPEECH}", "/Patient", "/ServiceRequest", "/Consent", "/Provenance",
        "/QuestionnaireResponse", "/RelatedPerson", "/Communication", "/Task?_total=accurate",
        f"/Task?patient={child}", f"/ServiceRequest?_id={request.partition('/')[2]}",
    ):  # fmt: skip
        found = speech.get(path).json()
        assert found.get("entry", []) == [], path
        assert found.get("total", 0) == 0, path
    assert speech.changes(task, status="accepted").status_code == 404
    ended = nursery.get(f"/Task/{id}").json()
    assert (ended["status"], ended["statusReason"]["coding"][0]["code"]) == (
        "cancelled", "agreement-withdrawn",
    )  # fmt: skip


def test_a_denial_that_names_no_service_is_refused(nursery: System, task: dict[str, Any]) -> None:
    nameless = {"type": "permit", "provision": [{"type": "deny"}]}
    assert puts(nursery, {**consent_of(nursery), "provision": nameless}) == 422


def test_taking_the_denial_back_opens_it_again(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    consent = consent_of(nursery)
    assert puts(nursery, denying(consent)) == 200
    assert puts(nursery, {**consent, "provision": {"type": "permit"}}) == 200
    assert speech.get(f"/Task/{task['id']}").status_code == 200


def test_an_inactive_consent_ends_it_for_every_service(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    assert puts(nursery, {**consent_of(nursery), "status": "inactive"}) == 200
    assert speech.tasks() == []
    assert {one["status"] for one in nursery.tasks()} == {"cancelled"}


def test_a_setting_does_not_decide_under_the_law(nursery: System, task: dict[str, Any]) -> None:
    consent = consent_of(nursery)
    said = [
        {"url": "service", "valueReference": {"reference": SPEECH}},
        {"url": "reason", "valueString": "Harm"},
        {"url": "decided-by", "valueString": "Sam Lee"},
        {"url": "safe-to-tell", "valueBoolean": True},
    ]
    by_law = {"url": f"{BASE}/sharing-without-agreement", "extension": said}
    assert puts(nursery, {**consent, "extension": [by_law]}) == 403


def without_agreement(*parts: dict[str, Any]) -> dict[str, Any]:
    bundle = the_bundle()
    consent = resource_in(bundle, "Consent")
    consent["status"] = "rejected"
    consent["provision"] = {"type": "deny"}
    if parts:
        url = f"{BASE}/sharing-without-agreement"
        consent["extension"] = [{"url": url, "extension": list(parts)}]
    found: dict[str, Any] = bundle
    return found


PARTS: tuple[dict[str, Any], ...] = (
    {"url": "reason", "valueString": "The child may be harmed"},
    {"url": "decided-by", "valueString": "Jo Hill, safeguarding lead"},
    {"url": "safe-to-tell", "valueBoolean": False},
)


@pytest.mark.parametrize("left_out", [0, 1, 2, None])
def test_sharing_without_agreement_needs_all_three(nursery: System, left_out: int | None) -> None:
    parts = [one for n, one in enumerate(PARTS) if n != left_out] if left_out is not None else []
    answer = nursery.raises(without_agreement(*parts))
    assert answer.status_code == 422
    assert places_of(answer) == ["Bundle.entry[2].resource.extension"]
    assert issues_of(answer)[0]["code"] == "required"


def test_where_all_is_said_services_see_it(nursery: System, speech: System) -> None:
    assert nursery.raises(without_agreement(*PARTS)).status_code == 200
    assert len(speech.tasks(f"owner={SPEECH}")) == 1


def test_a_denial_alone_says_which_concern_it_is_about(
    nursery: System, task: dict[str, Any]
) -> None:
    sent = {key: value for key, value in consent_of(nursery).items() if key not in ("id", "meta")}
    refused = nursery.post("/Consent", denying(sent))
    assert refused.status_code == 422
    assert places_of(refused) == ["Consent.provision.data"]
    named = denying(sent)
    named["provision"]["data"] = [{"meaning": "related", "reference": task["focus"]}]
    assert nursery.post("/Consent", named).status_code == 201
    assert nursery.get(f"/Task/{task['id']}").json()["status"] == "cancelled"
