"""As much of each resource as was asked for, and what comes along with it."""

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from services.referral.fhir_api.result_shape import SUBSETTED
from services.referral.records.included import MOST_INCLUDED
from services.referral.use_cases.workplace import Workplace
from shared.fhir.summaries import needed, summary_of
from tests.referral.fhir_api.systems import SPEECH, System, issues_of
from tests.referral.use_cases.reading import audits

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _entries(answer: Any, mode: str) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found = answer.json().get("entry", [])
    return [one["resource"] for one in found if one["search"]["mode"] == mode]


def _types(found: list[dict[str, Any]]) -> list[str]:
    return sorted(one["resourceType"] for one in found)


def test_a_summary_is_what_the_standard_marks(speech: System, task: dict[str, Any]) -> None:
    part = speech.get(f"/Task/{task['id']}?_summary=true").json()
    assert {"id", "meta", "status", "code", "for", "owner"} <= part.keys()
    assert not part.keys() & {"reasonCode", "restriction", "extension", "identifier"}
    assert SUBSETTED in part["meta"]["tag"]
    assert get_fhir_model_class("Task").model_validate(part)


def test_the_parts_of_a_summary_are_cut_as_well() -> None:
    part = {"code": {"text": "a"}, "referenceRange": [{"text": "b"}]}
    cut = summary_of({"resourceType": "Observation", "component": [part], "note": [{"text": "c"}]})
    assert cut == {"resourceType": "Observation", "component": [{"code": {"text": "a"}}]}


def test_a_text_or_the_data_alone(nursery: System, task: dict[str, Any]) -> None:
    made = nursery.post("/Location", {
        "resourceType": "Location", "name": "House", "status": "active",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">A</div>'},
    }).json()  # fmt: skip
    text = nursery.get(f"/Location/{made['id']}?_summary=text").json()
    assert {"text", "status"} <= text.keys()
    assert "name" not in text
    data = nursery.get(f"/Location/{made['id']}?_summary=data").json()
    assert {"name", "status"} <= data.keys()
    assert "text" not in data
    assert nursery.get(f"/Location/{made['id']}?_summary=false").json() == made


def test_a_count_is_only_that(speech: System, task: dict[str, Any]) -> None:
    counted = speech.get(f"/Task?owner={SPEECH}&_summary=count").json()
    assert counted["total"] == 1
    assert "entry" not in counted
    assert [one["relation"] for one in counted["link"]] == ["self"]


def test_elements_come_with_those_that_are_never_left_out(
    speech: System, task: dict[str, Any]
) -> None:
    answer = speech.get(f"/Task?owner={SPEECH}&_elements=authoredOn,restriction")
    (part,) = _entries(answer, "match")
    assert part.keys() == {
        "resourceType", "id", "meta", "status", "intent", "authoredOn", "restriction",
    }  # fmt: skip
    assert part["restriction"] == task["restriction"]
    assert SUBSETTED in part["meta"]["tag"]
    self_link = answer.json()["link"][0]["url"]
    assert "_elements=authoredOn" in self_link


def test_a_choice_is_asked_for_by_its_common_name(nursery: System, task: dict[str, Any]) -> None:
    found = nursery.get("/Observation?_elements=value").json()["entry"]
    values = {key for one in found for key in one["resource"] if key.startswith("value")}
    assert values
    assert "value" in needed("Observation") | {key[:5] for key in values}


@pytest.mark.parametrize(
    "query",
    [
        "_summary=most",
        "_elements=colour",
        "_elements=status&_summary=true",
        "_include=Task:colour",
        "_include=Task",
        "_include=*",
        "_include=Patient:organization",
        "_include=Task:focus:AuditEvent",
        "_revinclude=AuditEvent:patient",
        "_include:recurse=Task:focus",
        "_include=Task:focus&_summary=text",
    ],
)
def test_what_cannot_be_understood_is_refused(
    speech: System, task: dict[str, Any], query: str
) -> None:
    answer = speech.get(f"/Task?{query}")
    assert answer.status_code == 422, answer.text
    assert issues_of(answer)


def test_whoever_is_lenient_gets_what_is_understood(speech: System, task: dict[str, Any]) -> None:
    query = f"/Task?owner={SPEECH}&_include=Task:colour&_include=Task:focus"
    answer = speech.get(query, Prefer="handling=lenient")
    assert _types(_entries(answer, "include")) == ["ServiceRequest"]
    assert "colour" not in answer.json()["link"][0]["url"]


def test_what_a_task_points_at_comes_along_once(speech: System, task: dict[str, Any]) -> None:
    wanted = "_include=Task:focus&_include=Task:patient&_include=Task:subject&_include=Task:owner"
    answer = speech.get(f"/Task?owner={SPEECH}&{wanted}")
    along = _entries(answer, "include")
    assert _types(along) == ["HealthcareService", "Patient", "ServiceRequest"]
    assert [one["id"] for one in _entries(answer, "match")] == [task["id"]]
    assert all(one["fullUrl"].startswith("http") for one in answer.json()["entry"])


def test_a_target_type_narrows_what_comes_along(speech: System, task: dict[str, Any]) -> None:
    found = speech.get(f"/Task?owner={SPEECH}&_include=Task:requester:Practitioner")
    assert set(_types(_entries(found, "include"))) <= {"Practitioner"}
    one = speech.get(f"/Task?owner={SPEECH}&_include=Task:subject:Patient")
    assert _types(_entries(one, "include")) == ["Patient"]


def test_what_points_at_it_comes_along(speech: System, task: dict[str, Any]) -> None:
    query = f"/ServiceRequest?_id={task['focus']['reference'].partition('/')[2]}"
    answer = speech.get(f"{query}&_revinclude=Task:focus&_revinclude=Provenance:target")
    types = _types(_entries(answer, "include"))
    assert "Task" in types
    assert set(types) <= {"Task", "Provenance"}


def test_one_step_further_is_taken_when_asked(speech: System, task: dict[str, Any]) -> None:
    query = f"/Task?owner={SPEECH}&_include=Task:focus"
    assert _types(_entries(speech.get(query), "include")) == ["ServiceRequest"]
    further = f"{query}&_include:iterate=ServiceRequest:subject"
    assert _types(_entries(speech.get(further), "include")) == ["Patient", "ServiceRequest"]
    back = f"{query}&_revinclude:iterate=Observation:subject&_include=Task:patient"
    assert "Observation" in _types(_entries(speech.get(back), "include"))


def test_what_one_may_not_see_never_comes_along(
    nursery2: System, speech: System, task: dict[str, Any]
) -> None:
    child = task["for"]["reference"]
    mine = nursery2.get("/Organization?_revinclude=Task:requester&_revinclude=Patient:organization")
    assert _entries(mine, "include") == []
    assert child not in mine.text


def test_a_type_that_the_token_may_not_read_stays_behind(
    nursery: System, speech: System, task: dict[str, Any]
) -> None:
    form = {"grant_type": "client_credentials", "scope": "system/Task.rs system/Patient.r"}
    token = speech.http.post("/oauth/token", data=form, auth=("demo-speech", "demo-only")).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    path = f"/fhir/Task?owner={SPEECH}&_include=Task:focus&_include=Task:patient"
    assert _types(_entries(speech.http.get(path, headers=headers), "include")) == ["Patient"]


def test_what_comes_along_is_in_the_audit(
    speech: System, task: dict[str, Any], at: Workplace
) -> None:
    before = len(audits(at.records))
    speech.get(f"/Task?owner={SPEECH}&_include=Task:patient&_include=Task:focus")
    lines = audits(at.records)[before:]
    assert [(one.action, one.type) for one in lines] == [
        ("search", "Task"), ("search", "Patient"), ("search", "ServiceRequest"),
    ]  # fmt: skip
    child = task["for"]["reference"].partition("/")[2]
    assert {one.child_id for one in lines} == {child}


def test_there_is_an_end_to_what_comes_along(
    speech: System, task: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_INCLUDED == 1000
    monkeypatch.setattr("services.referral.records.included.MOST_INCLUDED", 1)
    answer = speech.get(f"/Task?owner={SPEECH}&_include=Task:patient&_include=Task:focus")
    assert len(_entries(answer, "include")) == 1
    (told,) = _entries(answer, "outcome")
    assert told["issue"][0]["code"] == "incomplete"


def test_a_search_may_come_as_a_form(nursery: System, task: dict[str, Any]) -> None:
    form = "family=Rahimi-Okafor&_include=Patient%3Ageneral-practitioner"
    answer = nursery.post("/Patient/_search?_count=5", form, **FORM)
    assert [f"Patient/{one['id']}" for one in _entries(answer, "match")] == [
        task["for"]["reference"]
    ]
    link = answer.json()["link"][0]["url"]
    assert "_count=5" in link
    assert "family=Rahimi-Okafor" in link
    assert "_search" not in link
    assert nursery.post("/Patient/_search", "{}").status_code == 415
    assert nursery.post("/Patient/_search", "colour=red", **FORM).status_code == 422
    assert nursery.post("/Patient/_search", b"family=\xff", **FORM).status_code == 400


def test_the_audit_is_searched_by_a_form_too(coordinator: System, nursery: System) -> None:
    nursery.raises()
    found = coordinator.post("/AuditEvent/_search", "_count=1", **FORM)
    assert _types(_entries(found, "match")) == ["AuditEvent"]
    assert nursery.post("/AuditEvent/_search", "", **FORM).status_code == 403


def test_what_is_kept_of_one_child(nursery: System, nursery2: System, task: dict[str, Any]) -> None:
    child = task["for"]["reference"]
    for type in ("ServiceRequest", "Task", "Observation", "RelatedPerson"):
        assert _entries(nursery.get(f"/{child}/{type}"), "match"), type
        assert not _entries(nursery2.get(f"/{child}/{type}"), "match"), type
    assert not _entries(nursery.get(f"/{child}/Task?status=completed"), "match")
    assert nursery.get(f"/{child}/Organization").status_code == 404
    assert nursery.get(f"/{child}/Nothing").status_code == 404
