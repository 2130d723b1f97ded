"""Take a concern: find the child, find who can help and why, and start the clocks."""

from dataclasses import dataclass, replace

from services.referral.domain import access
from services.referral.domain.access import Compartments
from services.referral.domain.changes import Change, make_referrals
from services.referral.domain.concern import Concern, ConcernStatus, Target
from services.referral.domain.referral import ChildId, ConcernId, OrganisationId
from services.referral.domain.routing import Routing, Suggestion, route
from services.referral.domain.routing_asks import Strength
from services.referral.domain.working_days import london_date
from services.referral.records.matching import open_at, same_child
from services.referral.records.provenance import key_contact, provenance
from services.referral.records.queue import about
from services.referral.records.resource import Json, Place, Resource
from services.referral.records.store import Writing, new_id
from services.referral.records.tasks import new_task
from services.referral.use_cases.circumstances import Rulebook, circumstances, target
from services.referral.use_cases.facts import facts_of, home_district, referrer_kind
from services.referral.use_cases.sent_concern import (
    Part,
    SentConcern,
    reference_issues,
    requester_issues,
    subject_issues,
)
from services.referral.use_cases.telling import tell
from shared.errors import Conflict, Invalid, Issue, NotAllowed
from shared.fhir.codes import CONCERN
from shared.fhir.reading import codes
from shared.fhir.references import rewrite_references
from shared.identity import job

CHILD_INDEX = job("child-index")


@dataclass(frozen=True, kw_only=True)
class Raised:
    """What became of a concern: each part as it is kept, the referrals made, and the routing."""

    concern: str
    child: Resource
    child_was_known: bool
    kept: tuple[Resource, ...]
    referrals: tuple[Resource, ...]
    routing: Routing


class Stopped(Conflict):
    """This is for the telephone, now; nothing was stored. `routing.stop` has the numbers."""

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


def raise_concern(sent: SentConcern, *, record: Writing, rules: Rulebook) -> Raised:
    """Keep what was sent and ask every service that can help, or refuse with all that is wrong.

    Raises Invalid, NotAllowed, Stopped (danger now: nothing is stored) and AlreadyOpen.
    """
    access.check_raise(record.who)
    _check(sent, record)
    known = _known_child(sent, record)
    child = known.json if known else _sent_child(sent)
    routing = _route(sent, child, record, rules)
    raising = _Raising(sent, record, rules, known, child, routing)
    return raising.write()


def _check(sent: SentConcern, record: Writing) -> None:
    forbidden = list(requester_issues(record, sent, record.who))
    if forbidden:
        raise NotAllowed(f"{forbidden[0].text} ({forbidden[0].expression})")
    issues = [*reference_issues(record, sent), *subject_issues(sent)]
    if issues:
        raise Invalid(*issues)


def _known_child(sent: SentConcern, record: Writing) -> Resource | None:
    """The child as kept already. The index sees every child, so that nobody is made twice."""
    if sent.patient is None:
        subject = sent.request.resource["subject"].get("reference", "")
        return record.resource("Patient", subject.partition("/")[2])
    with record.seeing_as(CHILD_INDEX):
        return same_child(record, sent.patient.resource)


def _sent_child(sent: SentConcern) -> Json:
    if sent.patient is None:
        text = "The ServiceRequest must say about which child it is."
        raise Invalid(Issue(text, f"{sent.request.place}.subject", "required"))
    return sent.patient.resource


def _route(sent: SentConcern, child: Json, record: Writing, rules: Rulebook) -> Routing:
    entries = rules.directory.entries(record)
    facts = facts_of(
        sent.story(child),
        referrer_kind(record.who, entries),
        rules.policies.places,
        on=london_date(record.now),
    )
    routing = route(facts, rules.policies.rules, entries, on=london_date(record.now))
    if routing.stop:
        raise Stopped(routing)
    return routing


def chosen(routing: Routing, services: frozenset[str] | None) -> list[Suggestion]:
    """The suggestions that become referrals: a person's choice, else all that stand first."""
    if services is None:
        return [one for one in routing.suggestions if one.strength is Strength.FIRST]
    return [one for one in routing.suggestions if one.service.id in services]


class _Raising:
    """One concern on its way into the records."""

    def __init__(
        self,
        sent: SentConcern,
        record: Writing,
        rules: Rulebook,
        known: Resource | None,
        child: Json,
        routing: Routing,
    ) -> None:
        self.sent, self.record, self.rules = sent, record, rules
        self.known, self.child, self.routing = known, child, routing
        self.child_id = known.id if known else new_id()
        self.concern_id = new_id()
        self.suggestions = [] if sent.is_draft else chosen(routing, sent.services)

    def write(self) -> Raised:
        self._check_not_open()
        change = self._referrals()
        place = self._place(change.concern)
        kept = self._keep(place)
        child = self._keep_child(kept, place)
        tasks = self._make_tasks(change.concern, child, place)
        self._trace([*kept.values(), *tasks], place, change)
        return Raised(
            concern=self.concern_id,
            child=child,
            child_was_known=self.known is not None,
            kept=tuple(child if p.type == "Patient" else kept[p.place] for p in self.sent.parts),
            referrals=tuple(tasks),
            routing=self.routing,
        )

    def _check_not_open(self) -> None:
        if self.known is None or self.sent.is_said_to_be_new:
            return
        services = [one.service.id for one in self.suggestions]
        with self.record.seeing_as(CHILD_INDEX):
            for concept in self.sent.request.resource.get("reasonCode", []):
                for code in codes(concept, CONCERN):
                    open_ones = open_at(self.record, self.known.id, [*services], code)
                    if open_ones:
                        raise AlreadyOpen([row.task_id for row in open_ones])

    def _referrals(self) -> Change:
        concern = Concern(
            id=ConcernId(self.concern_id),
            child=ChildId(self.child_id),
            setting=OrganisationId(self.record.who.organisation or ""),
            status=ConcernStatus.DRAFT if self.sent.is_draft else ConcernStatus.ACTIVE,
        )
        if self.sent.is_draft:
            return Change(concern=concern, happened=())
        district = home_district(self.child, self.rules.policies.places)
        areas = (district,) if district else ()
        given = circumstances(self.rules, self.record, areas=areas, now=self.record.now)
        targets: list[tuple[Target, str]] = [
            (target(self.record, one.service), one.because) for one in self.suggestions
        ]
        if not targets:
            targets = [
                (given.desk, "because no service was chosen, and nobody may be left waiting")
            ]
        return make_referrals(concern, targets, self.routing.priority, given)

    def _place(self, concern: Concern) -> Place:
        places = self.rules.policies.places
        district = home_district(self.child, places)
        where = Compartments(
            areas=frozenset({area for area in (places.county, district) if area}),
            organisations=frozenset({concern.setting}),
            services=frozenset(referral.service for referral in concern.referrals),
            child=self.child_id,
        )
        return Place(
            tags=access.tags_of_record(where),
            child=self.child_id,
            concern=self.concern_id,
            origin=concern.setting,
        )

    def _keep(self, place: Place) -> dict[str, Resource]:
        """Write every part but the child, each reference leading to what is kept."""
        ids = {part.place: self._id_of(part) for part in self.sent.parts}
        links = {
            part.full_url: f"{part.type}/{ids[part.place]}"
            for part in self.sent.parts
            if part.full_url
        }
        self.links = links
        return {
            part.place: self.record.create(
                rewrite_references(part.resource, links), place, id=ids[part.place]
            )
            for part in self.sent.parts
            if part.type != "Patient"
        }

    def _id_of(self, part: Part) -> str:
        if part.type == "Patient":
            return self.child_id
        return self.concern_id if part.type == "ServiceRequest" else new_id()

    def _keep_child(self, kept: dict[str, Resource], place: Place) -> Resource:
        """The child belongs to no one concern; whoever helps with any of them sees who it is."""
        if self.known is None:
            sent = rewrite_references(self.child, self.links)
            return self.record.create(sent, replace(place, concern=None), id=self.child_id)
        self.record.let_see(self.known, place.tags)
        return self.known

    def _make_tasks(self, concern: Concern, child: Resource, place: Place) -> list[Resource]:
        facts = about(child.json, self.sent.request.resource)
        tasks = []
        for referral in concern.referrals:
            task = self.record.create(new_task(referral, concern), place, id=referral.id)
            self.record.queue(task, facts)
            tasks.append(task)
        return tasks

    def _trace(self, made: list[Resource], place: Place, change: Change) -> None:
        """Who brought it, who is the key contact, the audit, and the events."""
        who, now = self.record.who, self.record.now
        name = "draft" if self.sent.is_draft else "raise"
        self.record.create(provenance(name, made, who, now), place)
        if not self.sent.is_draft:
            self.record.create(key_contact(self.child_id, who), place)
        self.record.note(name, made[0] if made else None, _services_in_words(change.concern))
        tell(self.record, change, name)


def _services_in_words(concern: Concern) -> str:
    return " ".join(f"Task/{referral.id}" for referral in concern.referrals)
