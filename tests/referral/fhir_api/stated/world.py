"""A county in which there is something to find by every line of the statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.referral.domain.moves import Move
from services.referral.records.included import includes_of
from services.referral.records.queue import About
from services.referral.records.resource import Resource
from services.referral.records.search import Criterion, Query, search
from services.referral.records.search_params import find_param, params_of
from services.referral.records.writing import Writing
from services.referral.use_cases.keep_resource import NOT_SENT
from shared.fhir.types import STORED_TYPES
from tests.referral.anyshire import Anyshire
from tests.referral.builders import as_
from tests.referral.fhir_api.stated.bodies import a_body
from tests.referral.fhir_api.stated.filling import CODE, DAY, filled
from tests.referral.fhir_api.systems import System

Json = dict[str, Any]
#: The audit is written by the server alone, and a Task is made by routing.
MADE_HERE = sorted(STORED_TYPES - {"AuditEvent", "Task"})
#: As it is of the example.
CONCERN, AREA = "speech-language", "communication-interaction"
_ABOUT = About(locality=None, birth_date=None, area_of_need=AREA, concern_code=CONCERN)

_PART_OF = Criterion(name="part-of", modifier="missing", values=("false",))
_EXCEPTION: Json = {
    "url": "https://sooner.example/fhir/StructureDefinition/clock-exception",
    "extension": [
        {"url": "code", "valueString": CODE},
        {"url": "clock", "valueString": "receive"},
        {"url": "from", "valueDate": DAY},
        {"url": "to", "valueDate": DAY},
        {"url": "decidedBy", "valueString": "Practitioner/none"},
        {"url": "decidedAt", "valueInstant": f"{DAY}T10:00:00Z"},
    ],
}


@dataclass(frozen=True, kw_only=True)
class World:
    """`whole` are resources that hold a value for each parameter of their type. `pointing` says
    by type and parameter, and by the type it leads to, what points there, and at what; `ways` are
    references to one of each type."""

    nursery: System
    coordinator: System
    whole: Mapping[str, Resource]
    ways: Mapping[str, str]
    pointing: dict[tuple[str, str, str], tuple[Resource, str]] = field(default_factory=dict)

    def system_for(self, type: str) -> System:
        """Who may see it."""
        return self.coordinator if type == "AuditEvent" else self.nursery

    def resource(self, type: str) -> Json:
        """One that is kept of that type."""
        if type == "AuditEvent":
            one: Json = self.found("AuditEvent", "_count=1")[0]["resource"]
            return one
        return self.whole[type].json

    def sent(self, type: str) -> Json:
        """One that the nursery has sent; where nobody may send any, one that is kept."""
        if type in NOT_SENT:
            return self.resource(type)
        answer = self.nursery.post(f"/{type}", a_body(type, self.ways))
        made: Json = answer.json()
        return made if answer.status_code == 201 else self.resource(type)

    def found(self, type: str, query: str) -> list[Json]:
        answer = self.system_for(type).get(f"/{type}?{query}")
        assert answer.status_code == 200, (type, query, answer.text)
        entries: list[Json] = answer.json().get("entry", [])
        return entries

    def ids(self, type: str, query: str) -> set[str]:
        return {one["resource"]["id"] for one in self.found(type, query)}


def build_world(anyshire: Anyshire, nursery: System, coordinator: System) -> World:
    nursery.raises()
    task = anyshire.queue()[0]
    anyshire.move(task.task_id, Move.RECEIVE)
    anyshire.move(task.task_id, Move.ASK, text="How many words?")
    with anyshire.records.writing(as_("nursery"), now=anyshire.clock()) as record:
        beside = record.resource("Task", task.task_id)
        anchors = {type: _made(record, beside, _least(type)) for type in MADE_HERE}
        anchors["Task"] = beside
        ways = {type: one.reference for type, one in anchors.items()}
        ways["Patient"] = f"Patient/{task.child_id}"
        ways["ServiceRequest"] = f"ServiceRequest/{task.concern_id}"
        whole = {type: _made(record, beside, filled(type, ways)) for type in MADE_HERE}
        whole["Task"] = _task(record, beside, ways)
        world = World(nursery=nursery, coordinator=coordinator, whole=whole, ways=ways)
        for source in sorted(STORED_TYPES):
            for name, targets in includes_of(source).items():
                for target in sorted(targets):
                    at = ways[target]
                    if (source, name) != ("Task", "part-of"):
                        made = _pointing(record, beside, source, name, at)
                        world.pointing[source, name, target] = (made, at)
        (ask,) = search(record, Query(type="Task", criteria=(_PART_OF,))).resources
        world.pointing["Task", "part-of", "Task"] = (ask, beside.reference)
    return world


def _least(type: str) -> Json:
    return {"resourceType": type}


def _made(record: Writing, beside: Resource, sent: Json) -> Resource:
    """Seen by whoever sees that, and about no child: no rule reads it."""
    return record.create(sent, replace(beside.place, child=None, concern=None))


def _task(record: Writing, beside: Resource, ways: Mapping[str, str]) -> Resource:
    """A Task with a value for each parameter that the queue does not answer."""
    in_queue = {"due", "next-escalation", "level", "concern", "area", "exception"}
    others = tuple(
        one for one in params_of("Task")
        if one.name not in in_queue and one.paths and one.paths[0].split(".")[0] not in beside.json
    )  # fmt: skip
    kept = {
        **beside.json,
        **{key: one for key, one in filled("Task", ways, others).items() if key != "partOf"},
        "extension": [*beside.json["extension"], _EXCEPTION],
        "meta": filled("Task", ways)["meta"],
    }
    made = record.create(kept, beside.place)
    record.queue(made, _ABOUT)
    return made


def _pointing(record: Writing, beside: Resource, source: str, name: str, at: str) -> Resource:
    param = find_param(source, name)
    assert param is not None
    sent = filled(source, dict.fromkeys(STORED_TYPES, at), (param,))
    if source != "Task":
        return _made(record, beside, sent)
    made = record.create({**beside.json, **sent}, beside.place)
    record.queue(made, _ABOUT)
    return made
