"""Sooner's own code systems: one table, checked at the edge and served as FHIR CodeSystems."""

from collections.abc import Mapping
from typing import Any

_BASE = "https://sooner.example/fhir"
OWN_CODE_SYSTEMS = f"{_BASE}/CodeSystem/"

CONCERN = f"{OWN_CODE_SYSTEMS}concern"
AREA_OF_NEED = f"{OWN_CODE_SYSTEMS}area-of-need"
RETURN_REASON = f"{OWN_CODE_SYSTEMS}return-reason"
OUTCOME = f"{OWN_CODE_SYSTEMS}outcome"
BUSINESS_STATUS = f"{OWN_CODE_SYSTEMS}business-status"
STATUS_REASON = f"{OWN_CODE_SYSTEMS}status-reason"
TASK_KIND = f"{OWN_CODE_SYSTEMS}task-kind"
MOVE = f"{OWN_CODE_SYSTEMS}move"
HELP_PART = f"{OWN_CODE_SYSTEMS}help-part"
SERVICE_KIND = f"{OWN_CODE_SYSTEMS}service-kind"
EXTENSION_BASE = f"{_BASE}/StructureDefinition"
OWN_SEARCH_PARAMETERS = f"{_BASE}/SearchParameter"

#: https://hl7.org/fhir/R4/codesystem-task-code.html
TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"

#: For each code system, its codes and what people read instead of them.
CODE_SYSTEMS: dict[str, dict[str, str]] = {
    CONCERN: {
        "speech-language": "Talking, understanding or speech sounds",
        "stammer": "Stammering, voice or not speaking in some places",
        "eating-swallowing": "Eating, drinking or swallowing",
        "global-delay": "Development in several areas",
        "social-communication": "Social communication",
        "learning-play-attention": "Learning, play or attention",
        "emotions-behaviour": "Feelings or behaviour",
        "hearing": "Hearing",
        "vision": "Seeing",
        "motor": "Moving or using hands",
        "lost-skills": "Losing words or skills the child had",
        "family-stress": "Family life, housing or parenting",
        "long-term-complex": "Long-term or complex needs",
        "immediate-danger": "In danger now",
        "possible-abuse-neglect": "Possible abuse or neglect",
    },
    AREA_OF_NEED: {
        "communication-interaction": "Communication and interaction",
        "cognition-learning": "Cognition and learning",
        "semh": "Social, emotional and mental health",
        "sensory-physical": "Sensory or physical needs",
    },
    RETURN_REASON: {
        "duplicate": "The same concern is with us already",
        "inappropriate": "Another service can help better",
        "incomplete": "We need more to go on",
        "wrong-age": "We help children of another age",
        "wrong-area": "We help children who live elsewhere",
        "below-threshold-advice-given": "Advice will help more than our service",
        "not-agreed": "The family has not agreed",
        "needs-earlier-step": "Another step comes first",
        "open-elsewhere": "Another service is helping with this already",
        "other": "Another reason",
        "agreement-withdrawn": "The family has stopped sharing with this service",
    },
    OUTCOME: {
        "need-met": "The need has been met",
        "plan-agreed": "A plan has been agreed",
        "advice-given": "Advice has been given",
        "assessed-no-further-need": "Assessed; no further help needed",
        "redirected": "Passed to a service that can help",
        "moved-on": "The family has moved or the child has moved on",
    },
    BUSINESS_STATUS: {
        "awaiting-receipt": "Sent, not opened yet",
        "awaiting-triage": "Received, being considered",
        "information-requested": "Waiting for an answer to a question",
        "waiting-list": "Accepted, waiting",
        "appointment-offered": "Appointment offered",
        "assessing": "Being assessed",
        "supporting": "Support has begun",
        "redirected": "Passed to a service that can help",
        "not-accepted": "Returned with advice",
        "withdrawn": "Withdrawn",
        "paused-by-family": "Paused at the family's request",
        "closed-outcome": "Closed with an outcome",
    },
    STATUS_REASON: {
        "further-information-needed": "The service has asked for more information",
        "paused-by-family": "The family asked to wait",
    },
    TASK_KIND: {
        "referral": "A service is asked to help",
        "coordination": "A coordinator finds a service that will help",
        "question": "Somebody is asked for more information",
        "next-step": "Something a person has to do next",
        "action": "What a named person must do because a referral waits too long",
        "things-changed": "Somebody said that things have changed: a person looks the same day",
        "reach-family": "A family did not get a message, or did not answer: a person reaches them",
        "appointment-missed": "A child was not brought: a person finds a new time with the family",
    },
    HELP_PART: {
        "assessment": "The needs have been assessed",
        "baseline": "The baseline outcome is recorded",
        "plan": "A care plan has been agreed",
        "intervention": "The help itself has begun",
    },
}


def code_system_resource(url: str, codes: Mapping[str, str]) -> dict[str, Any]:
    """One of our code systems, with its codes and what people read, as a FHIR CodeSystem."""
    concepts = [{"code": code, "display": display} for code, display in codes.items()]
    return {
        **_resource("CodeSystem", _name(url)),
        "caseSensitive": True,
        "valueSet": f"{_BASE}/ValueSet/{_name(url)}",
        "content": "complete",
        "count": len(concepts),
        "concept": concepts,
    }


def value_set_resource(url: str) -> dict[str, Any]:
    """All codes of one of our code systems (given by its url) as a FHIR ValueSet."""
    return {**_resource("ValueSet", _name(url)), "compose": {"include": [{"system": url}]}}


def _name(url: str) -> str:
    return url.removeprefix(OWN_CODE_SYSTEMS)


def _resource(kind: str, name: str) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "id": name,
        "url": f"{_BASE}/{kind}/{name}",
        "name": "Sooner" + name.title().replace("-", ""),
        "title": name.replace("-", " ").capitalize(),
        "status": "active",
        "experimental": False,
    }
