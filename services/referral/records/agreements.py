"""Agreements as FHIR Consents, and back: who was told, who is denied, and what the law decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.referral.domain.agreement import Agreement, ByLaw, Choice, Standing
from services.referral.records.form_resources_child import RESTRICTED
from services.referral.records.form_resources_family import (
    KNOWS,
    PARENTAL_RESPONSIBILITY,
    SHARED_WITH,
    WITHOUT_AGREEMENT,
)
from services.referral.records.resource import Json, instant
from services.referral.records.tasks import concept, extension
from shared.errors import Issue
from shared.fhir.codes import EXTENSION_BASE
from shared.fhir.references import reference_parts

DENIED_TO = f"{EXTENSION_BASE}/denied-service"
DECIDED = f"{EXTENSION_BASE}/sharing-decision"

_HL7 = "http://terminology.hl7.org/CodeSystem"
_STANDINGS = {"active": Standing.GIVEN, "inactive": Standing.WITHDRAWN,
              "rejected": Standing.WITHDRAWN}  # fmt: skip
_NEEDED = {
    "reason": "Say why it is shared without agreement.",
    "decided-by": "Say who decided to share without agreement.",
    "safe-to-tell": "Say whether it is safe to tell the family.",
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided about sharing, and as whose: `said_by` names who decided, `how` says how
    that is known. `law`, `reason`, `decided_as` and `is_safe_to_tell` belong to BY_LAW alone."""

    choice: Choice
    service: str | None = None
    said_by: str = ""
    how: str = ""
    law: str = ""
    reason: str = ""
    decided_as: str = ""
    is_safe_to_tell: bool = True


def to_agreement(consent: Json) -> Agreement:
    by_law = tuple(_by_law(consent))
    standing = _STANDINGS.get(consent["status"], Standing.VOID)
    if standing is not Standing.VOID and any(one.service is None for one in by_law):
        standing = Standing.WITHOUT
    return Agreement(
        standing=standing,
        told=frozenset(_services(_values(consent, SHARED_WITH))),
        stopped=frozenset(_services(_denied(consent))),
        by_law=by_law,
    )


def consent_issues(consent: Json, place: str) -> Iterator[Issue]:
    """What a Consent leaves unsaid: sharing without agreement needs its reason, its decider, and
    whether the family may be told."""
    said = _complex(consent, WITHOUT_AGREEMENT)
    denies = consent.get("provision", {}).get("type") == "deny"
    if not said and (consent["status"] == "rejected" or (consent["status"] == "active" and denies)):
        text = "Nobody agreed to this. To share it all the same, say why, who decided, and whether "
        yield Issue(f"{text}it is safe to tell the family.", f"{place}.extension", "required")
    if not all(_values(one, DENIED_TO) for one in _denials(consent)):
        text = "Say which service is denied, by the extension denied-service of the provision."
        yield Issue(text, f"{place}.provision.provision", "required")
    for one in said:
        parts = {part["url"] for part in one.get("extension", [])}
        for missing in _NEEDED.keys() - parts:
            yield Issue(_NEEDED[missing], f"{place}.extension", "required")


def new_consent(child: str, concern: str, now: datetime) -> Json:
    """For a concern that came without one: everybody who was asked may see it, until told."""
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": concept(f"{_HL7}/consentscope", "patient-privacy"),
        "category": [concept(f"{_HL7}/v3-ActCode", "INFA")],
        "patient": {"reference": f"Patient/{child}"},
        "dateTime": instant(now),
        "policyRule": {"text": "No agreement was recorded when the concern was raised."},
        "provision": {
            "type": "permit",
            "data": [
                {"meaning": "related", "reference": {"reference": f"ServiceRequest/{concern}"}}
            ],
        },
    }


def decided(consent: Json, decision: Decision, now: datetime) -> Json:
    """The Consent once something is decided; what was agreed before stays in its versions."""
    changed = {**consent, "extension": [*consent.get("extension", []), _said(decision, now)]}
    match decision.choice:
        case Choice.STOP:
            return _stopped(changed, decision.service or "", now)
        case Choice.STOP_ALL:
            return {**changed, "status": "inactive"}
        case Choice.AGREE:
            return _agreed(changed, decision.service or "")
        case Choice.BY_LAW:
            law = _law(decision, now)
            restricted = {} if decision.is_safe_to_tell else {"meta": _restricted(changed)}
            return {**changed, **restricted, "extension": [*changed["extension"], law]}


def responsibility(carer: Json | None) -> str:
    """Whether a RelatedPerson holds parental responsibility: yes, no or not-known."""
    for one in _complex(carer or {}, PARENTAL_RESPONSIBILITY):
        for part in one.get("extension", []):
            if part["url"] == "held":
                return str(part.get("valueCode", "not-known"))
    return "not-known"


def knows_of_it(carer: Json) -> bool:
    """False for a carer of whom it is recorded that they do not know of the concern."""
    return extension(carer, KNOWS) is not False


def _stopped(consent: Json, service: str, now: datetime) -> Json:
    if service in set(_services(_denied(consent))):
        return consent
    provision = consent.get("provision", {"type": "permit"})
    denied = {
        "type": "deny",
        "period": {"start": instant(now)},
        "extension": [
            {
                "url": DENIED_TO,
                "valueReference": {"reference": f"HealthcareService/{service}"},
            }
        ],
    }
    inner = [*provision.get("provision", []), denied]
    return {**consent, "provision": {**provision, "provision": inner}}


def _agreed(consent: Json, service: str) -> Json:
    """The service is no longer denied, and is one of those that the family was told about. After
    everything was withdrawn, only this one is agreed to."""
    reference = {"reference": f"HealthcareService/{service}"}
    extensions = consent["extension"]
    if consent["status"] == "inactive":
        extensions = [one for one in extensions if one["url"] != SHARED_WITH]
    told = list(_services(_values({"extension": extensions}, SHARED_WITH)))
    if (told or consent["status"] == "inactive") and service not in told:
        extensions = [*extensions, {"url": SHARED_WITH, "valueReference": reference}]
    provision = {**consent.get("provision", {}), "type": "permit"}
    kept = [left for one in provision.pop("provision", []) if (left := _except(one, service))]
    if kept:
        provision["provision"] = kept
    return {**consent, "status": "active", "extension": extensions, "provision": provision}


def _except(provision: Json, service: str) -> Json | None:
    """A denial without that service; None when it denied nobody else."""
    kept = [
        one
        for one in provision.get("extension", [])
        if list(_services([one.get("valueReference", {})])) != [service]
    ]
    is_empty = provision.get("type") == "deny" and not kept
    if is_empty:
        return None
    return {**provision, "extension": kept} if kept else provision


def _law(decision: Decision, now: datetime) -> Json:
    service = {"reference": f"HealthcareService/{decision.service}"}
    return {
        "url": WITHOUT_AGREEMENT,
        "extension": [
            {"url": "service", "valueReference": service},
            {"url": "law", "valueCode": decision.law},
            {"url": "reason", "valueString": decision.reason},
            {"url": "decided-by", "valueString": decision.said_by},
            {"url": "decided-as", "valueCode": decision.decided_as},
            {"url": "decided-at", "valueDateTime": instant(now)},
            {"url": "safe-to-tell", "valueBoolean": decision.is_safe_to_tell},
        ],
    }


def _said(decision: Decision, now: datetime) -> Json:
    said: list[Json] = [
        {"url": "choice", "valueCode": decision.choice},
        {"url": "at", "valueDateTime": instant(now)},
        {"url": "said-by", "valueString": decision.said_by},
    ]
    if decision.service:
        service = {"reference": f"HealthcareService/{decision.service}"}
        said.append({"url": "service", "valueReference": service})
    if decision.how:
        said.append({"url": "how", "valueString": decision.how})
    return {"url": DECIDED, "extension": said}


def _restricted(consent: Json) -> Json:
    return {**consent.get("meta", {}), **RESTRICTED}


def _by_law(consent: Json) -> Iterator[ByLaw]:
    for one in _complex(consent, WITHOUT_AGREEMENT):
        parts = {part["url"]: part for part in one.get("extension", [])}
        named = list(_services([parts.get("service", {}).get("valueReference", {})]))
        yield ByLaw(
            service=named[0] if named else None,
            is_safe_to_tell=parts.get("safe-to-tell", {}).get("valueBoolean") is not False,
        )


def _denied(consent: Json) -> list[Json]:
    """The services of every denial. R4 lets no HealthcareService be an actor, so an extension of
    the denial names it; whoever does not know the extension reads that everybody is denied."""
    return [ref for one in _denials(consent) for ref in _values(one, DENIED_TO)]


def _denials(consent: Json) -> list[Json]:
    inner = consent.get("provision", {}).get("provision", [])
    return [one for one in inner if one.get("type") == "deny"]


def _services(references: list[Any]) -> Iterator[str]:
    for one in references:
        kind, id = reference_parts(one.get("reference", "")) or ("", "")
        if kind == "HealthcareService":
            yield id


def _values(resource: Json, url: str) -> list[Json]:
    return [one["valueReference"] for one in resource.get("extension", [])
            if one.get("url") == url and "valueReference" in one]  # fmt: skip


def _complex(resource: Json, url: str) -> list[Json]:
    return [one for one in resource.get("extension", []) if one.get("url") == url]
