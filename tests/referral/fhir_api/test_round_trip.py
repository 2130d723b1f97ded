"""What is sent comes back as it was sent, to the digit, whichever way it came in."""

import json
from typing import Any

from shared.fhir.json import write_json
from shared.fhir.types import STORED_TYPES
from tests.referral.fhir_api.bundles import bundle, entry, where
from tests.referral.fhir_api.invented import Inventor
from tests.referral.fhir_api.systems import System

SEED = 6
#: Routing makes a Task, a document must be a real one, and the others are kept for a purpose.
OTHERWISE = frozenset({"AuditEvent", "Binary", "CommunicationRequest", "Task"})
TYPES = sorted(STORED_TYPES - OTHERWISE)
EACH = 27  # with the Tasks below more than 500 in all, a third of each type each way
MADE_BY_SERVER = frozenset({"versionId", "lastUpdated", "security"})


def to_be_sent(inventor: Inventor, type: str) -> dict[str, Any]:
    made = inventor.resource(type)
    if type == "Consent":
        made["status"] = "active"  # a refusal or a denial would have to name its concern
        made.get("provision", {}).pop("type", None)
    return made


def as_sent(resource: Any) -> Any:
    """Without what the server owns, and with each decimal as it is written."""
    text = resource if isinstance(resource, str) else write_json(resource).decode()
    value = json.loads(text, parse_float=lambda digits: f"decimal {digits}")
    value.pop("id", None)
    value["meta"] = {k: v for k, v in value["meta"].items() if k not in MADE_BY_SERVER}
    return value


def create(system: System, sent: list[dict[str, Any]]) -> list[str]:
    answers = [system.post(f"/{one['resourceType']}", write_json(one)) for one in sent]
    wrong = [
        (one["resourceType"], answer.text)
        for one, answer in zip(sent, answers, strict=True)
        if answer.status_code != 201
    ]
    assert wrong == []
    return [f"{one.json()['resourceType']}/{one.json()['id']}" for one in answers]


def update(system: System, sent: list[dict[str, Any]]) -> list[str]:
    """Of something else there first, but for Provenance, which nobody changes."""
    names = create(system, [{**one, "language": "cy"} if _changes(one) else one for one in sent])
    for name, one in zip(names, sent, strict=True):
        if _changes(one):
            body = write_json({**one, "id": name.partition("/")[2]})
            answer = system.send("PUT", f"/{name}", body, Prefer="return=minimal")
            assert answer.status_code == 200, answer.text
    return names


def _changes(one: dict[str, Any]) -> bool:
    return bool(one["resourceType"] != "Provenance")


def transact(system: System, sent: list[dict[str, Any]]) -> list[str]:
    """A ServiceRequest makes a concern of its Bundle, and goes alone instead."""
    alone = [one for one in sent if one["resourceType"] == "ServiceRequest"]
    names = create(system, alone) if alone else []
    others = [one for one in sent if one["resourceType"] != "ServiceRequest"]
    for some in (others[at : at + 30] for at in range(0, len(others), 30)):
        entries = [entry("POST", one["resourceType"], one) for one in some]
        answer = system.post("", write_json(bundle("transaction", *entries)))
        assert answer.status_code == 200, answer.text
        names += [where(answer, index) for index in range(len(some))]
    sent[:] = alone + others
    return names


def test_every_kept_type_comes_back_as_it_was_sent(nursery: System) -> None:
    inventor = Inventor(SEED)
    total = 0
    for way in (create, update, transact):
        sent = [to_be_sent(inventor, type) for type in TYPES for _ in range(EACH // 3)]
        names = way(nursery, sent)
        for name, one in zip(names, sent, strict=True):
            assert as_sent(nursery.get(f"/{name}").text) == as_sent(one), name
        total += len(sent)
    assert total + EACH >= 500


def with_more(task: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    added: dict[str, Any] = {
        name: made[name] for name in ("note", "input", "identifier") if name in made
    }
    own = [one for one in task["extension"] if one["url"].startswith("https://sooner")]
    return {**task, **added, "extension": own + made["extension"]}


def test_what_is_added_to_a_task_comes_back_as_it_was_sent(
    speech: System, task: dict[str, Any]
) -> None:
    """Everything that is not the server's."""
    inventor = Inventor(SEED)
    for _ in range(EACH):
        body = with_more(task, inventor.resource("Task"))
        where = f"/Task/{task['id']}"
        version = task["meta"]["versionId"]
        answer = speech.send("PUT", where, write_json(body), **{"If-Match": f'W/"{version}"'})
        assert answer.status_code == 200, answer.text
        assert as_sent(speech.get(where).text) == as_sent(body)
        task = json.loads(answer.text)
