"""A client sends a Consent of a concern, or a new version of one: the same as the pages do."""

from services.referral.domain import access
from services.referral.domain.agreement import Agreement, Choice, may_see
from services.referral.domain.concern import Concern
from services.referral.records.agreements import consent_issues, to_agreement
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.keep_resource import create_resource, update_resource
from services.referral.use_cases.sharing import check_may_decide, consents_of, settle
from shared.errors import Invalid, Issue, Stale
from shared.fhir.references import reference_parts, references


def create_consent(sent: Json, *, record: Writing, rules: Rulebook) -> Resource:
    """Version 1. One that takes something away must say from which concern."""
    _check(sent)
    concern = _concern_named(sent)
    if concern is None:
        if _takes_away(to_agreement(sent)):
            text = "Say which concern this is about, as data of the provision: ServiceRequest/…"
            raise Invalid(Issue(text, "Consent.provision.data", "required"))
        return create_resource(sent, record=record, rules=rules)
    return _settled(concern, None, sent, record, rules)


def change_consent(
    old: Resource, sent: Json, version: int | None, *, record: Writing, rules: Rulebook
) -> Resource:
    """The next version. Raises Stale, NotAllowed and Invalid."""
    _check(sent)
    concern = old.place.concern
    if concern is None or to_agreement(sent) == to_agreement(old.json):
        return update_resource(old.type, old.id, sent, record=record, version=version)
    access.check_change(record.who, old.type, old.place.origin)
    if version is not None and version != old.version:
        raise Stale(f"This is at version {old.version} now, not at {version}.")
    return _settled(concern, old, sent, record, rules)


def _settled(
    concern: str, old: Resource | None, sent: Json, record: Writing, rules: Rulebook
) -> Resource:
    loaded = record.concern(concern)
    others = [one for one in consents_of(record, concern) if not old or one.id != old.id]
    told = [to_agreement(one.json) for one in others]
    before = [*told, to_agreement(old.json)] if old else told
    choice = _choice(loaded.concern, before, [*told, to_agreement(sent)])
    check_may_decide(record, loaded.concern, choice)
    return settle(loaded, others, old, sent, choice=choice, text="", record=record, rules=rules)


def _choice(concern: Concern, before: list[Agreement], after: list[Agreement]) -> Choice:
    """What the change comes to: whoever may decide that may send it."""
    if {law for one in before for law in one.by_law} != {
        law for one in after for law in one.by_law
    }:
        return Choice.BY_LAW
    asked = [one.service for one in concern.referrals]
    lost = [one for one in asked if may_see(one, before) and not may_see(one, after)]
    return Choice.STOP if lost else Choice.AGREE


def _check(sent: Json) -> None:
    issues = list(consent_issues(sent, "Consent"))
    if issues:
        raise Invalid(*issues)


def _concern_named(sent: Json) -> str | None:
    named = (reference_parts(one) for _, one in references(sent))
    return next((parts[1] for parts in named if parts and parts[0] == "ServiceRequest"), None)


def _takes_away(agreement: Agreement) -> bool:
    return bool(agreement.stopped) or not may_see("", [agreement])
