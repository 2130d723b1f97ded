"""Find who can help with a concern and ask each of them, with the reason in words."""

from collections.abc import Set
from dataclasses import dataclass

from services.referral.domain import access
from services.referral.domain.access import Compartments, Tags
from services.referral.domain.agreement import Agreement, Standing, shared_tags
from services.referral.domain.changes import Change, make_referrals
from services.referral.domain.concern import Concern, Target
from services.referral.domain.routing import Routing, Suggestion, route
from services.referral.domain.routing_asks import Strength
from services.referral.domain.routing_rules import Priority
from services.referral.domain.service_directory import ServiceKind, Wanted, refusal
from services.referral.domain.working_days import age_in_months, london_date
from services.referral.records.agreements import to_agreement
from services.referral.records.matching import open_at
from services.referral.records.provenance import key_contact
from services.referral.records.queue import about
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Place, Resource
from services.referral.records.tasks import new_task
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook, circumstances, target
from services.referral.use_cases.facts import facts_of, home_district, referrer_kind
from services.referral.use_cases.new_risks import coded_risks
from services.referral.use_cases.sent_concern import SentConcern
from shared.errors import Conflict, Invalid, Issue
from shared.fhir.codes import CONCERN
from shared.fhir.reading import birth_date, codes
from shared.identity import Principal, job

CHILD_INDEX = job("child-index")
CHOSEN = "because the person who raised the concern chose this service"
NOBODY_CHOSEN = "because no service was chosen, and nobody may be left waiting"


class Stopped(Conflict):
    """This is for the telephone, now; nothing was stored. `stop` has the numbers."""

    def __init__(self, routing: Routing) -> None:
        self.stop = routing.stop
        phones = [f"{one.name} {one.number}" for one in routing.stop.phones] if routing.stop else []
        title, say = (routing.stop.title, routing.stop.say) if routing.stop else ("", "")
        super().__init__(f"{title}. {say} {'; '.join(phones)}. Nothing was stored or sent.")


class AlreadyOpen(Conflict):
    """The same concern about this child is open at the same service; `tasks` are those."""

    def __init__(self, tasks: list[str]) -> None:
        self.tasks = tasks
        super().__init__(
            "This concern about this child is open at the same service already. "
            "If it is a new one, say so and send it again."
        )


@dataclass(frozen=True, kw_only=True)
class Referred:
    """A concern with the referrals that are being made, and who may see it from now on."""

    change: Change
    tags: Tags

    @property
    def concern(self) -> Concern:
        return self.change.concern


def suggest(sent: SentConcern, child: Json, *, record: Reading, rules: Rulebook) -> Routing:
    """Where this concern would go today. Raises Stopped when it is for the telephone."""
    entries = rules.directory.entries(record)
    today = london_date(record.now)
    referrer = referrer_kind(record.who, entries)
    facts = facts_of(sent.story(child), referrer, rules.policies.places, on=today)
    routing = route(facts, rules.policies.rules, entries, on=today)
    if routing.stop:
        raise Stopped(routing)
    return routing


def refer(
    concern: Concern,
    sent: SentConcern,
    child: Json,
    routing: Routing,
    *,
    record: Writing,
    rules: Rulebook,
    is_known: bool = True,
) -> Referred:
    """Make the referrals, in memory. Raises AlreadyOpen when one of them is open already.

    `is_known` is False for a child nobody has told of before: then nothing can be open.
    """
    stopped = _stopped(concern.child, sent, record) if is_known else frozenset()
    suggestions = [one for one in _suggested(routing) if one.service.id not in stopped]
    if sent.services is not None:
        _check_not_stopped(stopped & sent.services, record, rules)
        suggestions = _chosen(routing, sent.services, child, record, rules)
    if is_known and not sent.is_said_to_be_new:
        _check_not_open(concern.child, sent, suggestions, record)
    district = home_district(child, rules.policies.places)
    given = circumstances(rules, record, areas=(district,) if district else (), now=record.now)
    targets: list[tuple[Target, str]] = [
        (target(record, one.service), one.because) for one in suggestions
    ]
    flagged = frozenset(risk for part in sent.parts for risk in coded_risks(part.resource))
    change = make_referrals(
        concern,
        targets or [(given.desk(), NOBODY_CHOSEN)],
        routing.priority.or_higher(Priority.URGENT if flagged else None),
        given,
        risks=routing.risks | flagged,
    )
    tags = tags_of(change.concern, child, record.who, rules)
    return Referred(change=change, tags=shared_tags(tags, change.concern, agreements_in(sent)))


def agreements_in(sent: SentConcern) -> list[Agreement]:
    """What was sent along of the family's agreement."""
    return [to_agreement(part.resource) for part in sent.parts if part.type == "Consent"]


def _suggested(routing: Routing) -> list[Suggestion]:
    return [one for one in routing.suggestions if one.strength is Strength.FIRST]


def _chosen(
    routing: Routing, services: Set[str], child: Json, record: Reading, rules: Rulebook
) -> list[Suggestion]:
    """What a person chose, suggested or not. Invalid with every service that cannot take it."""
    entries = rules.directory.entries(record)
    birth = birth_date(child)
    wanted = Wanted(
        kind=ServiceKind.COORDINATION,
        area=None,
        only=None,
        age_months=age_in_months(birth, london_date(record.now)) if birth else None,
        referrer=referrer_kind(record.who, entries),
    )
    suggested = {one.service.id: one for one in routing.suggestions}
    free = [one for one in entries if one.id in services and one.id not in suggested]
    refusals = [(one, why) for one in free if (why := refusal(one, wanted))]
    if refusals:
        raise Invalid(
            *(Issue(f"{one.name}: {why}.", code="business-rule") for one, why in refusals)
        )
    return [
        *(one for id, one in suggested.items() if id in services),
        *(Suggestion(service=one, strength=Strength.FIRST, because=CHOSEN) for one in free),
    ]


def _stopped(child: str, sent: SentConcern, record: Reading) -> frozenset[str]:
    """Services with which the family stopped sharing in a concern that the sender knows of; an
    agreement that comes along and names one of them, or the law, opens it anew."""
    agreements = [to_agreement(one.json) for one in record.of_child(child, "Consent")]
    stopped = {service for one in agreements for service in one.stopped}
    new = agreements_in(sent)
    named = {service for one in new for service in one.told}
    by_law = any(one.standing is Standing.WITHOUT for one in new)
    return frozenset() if by_law else frozenset(stopped - named)


def _check_not_stopped(chosen: Set[str], record: Reading, rules: Rulebook) -> None:
    entries = [rules.directory.entry(record, one) for one in sorted(chosen)]
    text = (
        "the family has stopped sharing with this service. Ask them, and name it in the agreement"
    )
    refused = [Issue(f"{one.name}: {text}.", code="business-rule") for one in entries if one]
    if refused:
        raise Invalid(*refused)


def _check_not_open(
    child: str, sent: SentConcern, suggestions: list[Suggestion], record: Writing
) -> None:
    services = [str(one.service.id) for one in suggestions]
    named = codes(sent.request.resource.get("reasonCode", []), CONCERN)
    with record.seeing_as(CHILD_INDEX):
        rows = [row for code in named for row in open_at(record, child, services, code)]
    if rows:
        raise AlreadyOpen([row.task_id for row in rows])


def tags_of(concern: Concern, child: Json, who: Principal, rules: Rulebook) -> Tags:
    """Who raised it, the services asked, the child's family, and the area that is answerable."""
    places = rules.policies.places
    district = home_district(child, places)
    return access.tags_of_record(
        Compartments(
            areas=frozenset({area for area in (places.county, district) if area}),
            organisations=frozenset({concern.setting}),
            services=who.services | {referral.service for referral in concern.referrals},
            child=concern.child,
        )
    )


def write_referrals(
    concern: Concern, child: Resource, request: Json, place: Place, *, record: Writing
) -> list[Resource]:
    """A Task for each referral, in the queue, and the key contact of the child."""
    facts = about(child.json, request)
    tasks = []
    for referral in concern.referrals:
        task = record.create(new_task(referral, concern), place, id=referral.id)
        record.queue(task, facts)
        tasks.append(task)
    record.create(key_contact(concern.child, record.who), place)
    return tasks
