"""Where a concern would go today, with reasons and clocks. Nothing is kept, and nobody is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from services.referral.domain import access
from services.referral.domain.changes import make_referrals
from services.referral.domain.concern import Concern
from services.referral.domain.expected_wait import ExpectedWait
from services.referral.domain.referral import ChildId, ConcernId, OrganisationId, Referral
from services.referral.domain.routing import Routing, Suggestion, route
from services.referral.domain.routing_rules import ConcernFacts, Priority
from services.referral.domain.service_directory import Referrer, ServiceKind
from services.referral.domain.working_days import london_date
from services.referral.records.ids import new_id
from services.referral.records.reading import Reading
from services.referral.records.resource import Json
from services.referral.records.search import Criterion, Query, search
from services.referral.use_cases.circumstances import circumstances, target
from services.referral.use_cases.facts import facts_of, home_district, referrer_kind
from services.referral.use_cases.leaving import all_leaving, leaving
from services.referral.use_cases.new_risks import coded_risks
from services.referral.use_cases.sent_concern import (
    Part,
    SentConcern,
    reference_issues,
    subject_issues,
)
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue
from shared.identity import Principal

#: What the rules ask of a concern, and how a sender says it.
_ASKED: tuple[tuple[Callable[[ConcernFacts], object], str], ...] = (
    (lambda facts: facts.concerns, "what the worry is: a ServiceRequest.reasonCode of our list"),
    (lambda facts: facts.age_months is not None, "the day of birth: Patient.birthDate"),
    (lambda facts: facts.home_area, "where the child lives: the postcode in Patient.address"),
    (lambda facts: facts.gp_area, "the GP practice: its code in Patient.generalPractitioner"),
    (
        lambda facts: facts.hearing_checked is not None,
        "whether the hearing was checked: the answer “hearing-checked”",
    ),
    (
        lambda facts: facts.lost_skills is not None,
        "whether skills were lost: the answer “lost-skills”",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One service that is suggested, with the referral as it would be and how long families waited
    there."""

    suggestion: Suggestion
    referral: Referral
    wait: ExpectedWait


@dataclass(frozen=True, kw_only=True)
class TriedRoute:
    """`routing` has the words; nothing is `tried` where it stops. `missing` is what would let the
    rules say more."""

    routing: Routing
    tried: tuple[Tried, ...]
    missing: tuple[str, ...]


def try_route(sent: SentConcern, *, who: Principal, at: Workplace) -> TriedRoute:
    """As if it were raised now. Raises Invalid with what is wrong, NotAllowed for whoever may raise
    nothing."""
    access.check_raise(who)
    with at.records.reading(who, now=at.clock()) as record:
        issues = [*reference_issues(record, sent), *subject_issues(sent)]
        if issues:
            raise Invalid(*issues)
        child = sent.patient.resource if sent.patient else _known(sent, record)
        kind = referrer_kind(who, at.rules.directory.entries(record))
        record.note("route")
        return _tried(sent, child, kind, record, at)


def try_route_of(request: str, *, who: Principal, at: Workplace) -> TriedRoute:
    """Of a concern that is kept, as it is shown to this principal. Raises NotFound."""
    with at.records.reading(who, now=at.clock()) as record:
        found = record.resource("ServiceRequest", request)
        parts = all_leaving(record.of_concern(found.place.concern or request), record)
        sent = SentConcern(parts=tuple(Part(place=one.type, resource=one.json) for one in parts))
        child = leaving(record.resource("Patient", found.place.child or ""), record).json
        record.note("route", found)
        return _tried(sent, child, _raised_by(found.place.origin, record, at), record, at)


def _known(sent: SentConcern, record: Reading) -> Json:
    """Invalid where nobody is said, or somebody who is not to be seen."""
    kind, _, id = sent.request.resource["subject"].get("reference", "").partition("/")
    found = record.find("Patient", id) if kind == "Patient" else None
    if found is None:
        text = "Send the Patient along, or a reference to one whom you may see."
        raise Invalid(Issue(text, f"{sent.request.place}.subject", "required"))
    return leaving(found, record).json


def _raised_by(organisation: str | None, record: Reading, at: Workplace) -> Referrer:
    """By what the organisation does, as the directory has it."""
    of_it = Criterion(name="organization", values=(f"Organization/{organisation}",))
    run = search(record, Query(type="HealthcareService", criteria=(of_it,), size=100)).resources
    ids = {one.id for one in run}
    kinds = {one.kind for one in at.rules.directory.entries(record) if one.id in ids}
    if not kinds:
        return Referrer.SETTING
    return Referrer.SCHOOL if ServiceKind.SCHOOL in kinds else Referrer.HEALTH


def _tried(
    sent: SentConcern, child: Json, referrer: Referrer, record: Reading, at: Workplace
) -> TriedRoute:
    policies, today = at.rules.policies, london_date(record.now)
    facts = facts_of(sent.story(child), referrer, policies.places, on=today)
    routing = route(facts, policies.rules, at.rules.directory.entries(record), on=today)
    risks = frozenset(risk for part in sent.parts for risk in coded_risks(part.resource))
    priority = routing.priority.or_higher(Priority.URGENT if risks else None)
    flagged = replace(routing, priority=priority, risks=routing.risks | risks)
    referrals = _referrals(flagged, home_district(child, policies.places), record, at)
    waits = [at.rules.waits.at_service(record, one.service.id) for one in routing.suggestions]
    pairs = zip(routing.suggestions, referrals, waits, strict=True)
    return TriedRoute(
        routing=flagged,
        tried=tuple(Tried(suggestion=s, referral=r, wait=w) for s, r, w in pairs),
        missing=tuple(words for is_said, words in _ASKED if not is_said(facts)),
    )


def _referrals(
    routing: Routing, district: str | None, record: Reading, at: Workplace
) -> tuple[Referral, ...]:
    """As they would be made, with their clocks."""
    concern = Concern(
        id=ConcernId(new_id()),
        child=ChildId(new_id()),
        setting=OrganisationId(record.who.organisation or ""),
    )
    targets = [(target(record, one.service), one.because) for one in routing.suggestions]
    areas = (district,) if district else ()
    given = circumstances(at.rules, record, areas=areas, now=record.now)
    change = make_referrals(concern, targets, routing.priority, given, risks=routing.risks)
    return change.concern.referrals
