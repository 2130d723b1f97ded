"""What is added to a record, or changed in it, can make what is open more urgent.

Only what was just written is read, so that nothing old comes up again with every note.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.referral.domain.changes import Change
from services.referral.domain.more_urgent import more_urgent
from services.referral.domain.routing import priority_of
from services.referral.domain.routing_rules import Priority
from services.referral.domain.running import Risk
from services.referral.domain.service_directory import Referrer
from services.referral.domain.working_days import london_date
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.concern_changes import QUEUE_KEEPER, write_change
from services.referral.use_cases.facts import Story, facts_of
from shared.fhir.codes import CONCERN

MOVE = "more-urgent"
_SNOMED = "http://snomed.info/sct"
#: Codes of a Flag, a Condition or an Observation that let a referral climb swiftly.
RISK_CODES: Mapping[tuple[str, str], Risk] = {
    (_SNOMED, "764841000000100"): Risk.LOOKED_AFTER,
    (_SNOMED, "342191000000101"): Risk.SAFEGUARDING,
    (CONCERN, "lost-skills"): Risk.LOST_SKILLS,
    (CONCERN, "possible-abuse-neglect"): Risk.SAFEGUARDING,
    (CONCERN, "immediate-danger"): Risk.SAFEGUARDING,
}
_IS_NOT_SO = frozenset({"inactive", "entered-in-error", "cancelled"})


@dataclass(frozen=True, kw_only=True)
class Danger:
    """What one or several resources say."""

    priority: Priority = Priority.ROUTINE
    risks: frozenset[Risk] = frozenset()

    def __or__(self, other: "Danger") -> "Danger":
        priority = self.priority.or_higher(other.priority)
        return Danger(priority=priority, risks=self.risks | other.risks)


def take_new_risks(written: Sequence[Resource], *, record: Writing, rules: Rulebook) -> None:
    """Let the open referrals that these resources are about climb by what they say, together and
    once: of the concern that they belong to, or of every concern of the child."""
    found: dict[str, Danger] = {}
    for one in written:
        danger = _danger(one, record, rules)
        if danger != Danger():
            for concern in _concerns(one, record):
                found[concern] = found.get(concern, Danger()) | danger
    for concern, danger in found.items():
        _raise(concern, danger, record, rules)


def _raise(concern: str, danger: Danger, record: Writing, rules: Rulebook) -> None:
    """Also what is with services that whoever wrote it does not see."""
    with record.seeing_as(QUEUE_KEEPER):
        loaded = record.concern(concern)
        after = more_urgent(
            loaded.concern,
            danger.priority,
            danger.risks,
            now=record.now,
            rules=rules.clock_rules(record),
        )
        if after != loaded.concern:
            change = Change(concern=after, happened=())
            write_change(record, loaded, change, move=MOVE, text=None, sent={})


def _concerns(one: Resource, record: Writing) -> list[str]:
    is_request = one.type == "ServiceRequest"  # about a child who is not kept here: no concern
    if one.place.concern or is_request or not one.place.child:
        return [one.place.concern] if one.place.concern else []
    with record.seeing_as(QUEUE_KEEPER):
        return [request.id for request in record.of_child(one.place.child, "ServiceRequest")]


def _danger(one: Resource, record: Writing, rules: Rulebook) -> Danger:
    if one.type not in ("ServiceRequest", "QuestionnaireResponse"):
        return Danger(risks=frozenset(coded_risks(one.json)))
    if one.json.get("status") in _IS_NOT_SO:
        return Danger()
    request = one.json if one.type == "ServiceRequest" else {}
    told = Story(patient={}, request=request, responses=(one.json,))
    today = london_date(record.now)
    facts = facts_of(told, Referrer.HEALTH, rules.policies.places, on=today)
    priority = priority_of(facts, rules.policies.rules, on=today)
    return Danger(priority=priority, risks=facts.risks)


def coded_risks(resource: Json) -> Iterator[Risk]:
    """What a Flag, a Condition or an Observation says by its code, unless it says that it is not
    so."""
    if resource["resourceType"] not in ("Flag", "Condition", "Observation"):
        return
    if resource.get("status") in _IS_NOT_SO or resource.get("valueBoolean") is False:
        return
    for coding in resource.get("code", {}).get("coding", []):
        risk = RISK_CODES.get((coding.get("system", ""), coding.get("code", "")))
        if risk:
            yield risk
