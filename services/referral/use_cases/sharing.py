"""Change with whom a concern is shared: who loses sight of it does so in the same transaction."""

from dataclasses import replace

from services.referral.domain import agreement
from services.referral.domain.access import Tags
from services.referral.domain.agreement import WITHDRAWN_REASON, Agreement, Choice
from services.referral.domain.changes import Change, Details, stop_sharing, withdraw
from services.referral.domain.concern import Concern
from services.referral.domain.moves import Kind
from services.referral.domain.referral import ServiceId
from services.referral.records.agreements import (
    Decision,
    decided,
    new_consent,
    responsibility,
    to_agreement,
)
from services.referral.records.form_resources_child import RESTRICTED
from services.referral.records.provenance import provenance
from services.referral.records.reading import Loaded, Reading
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook, circumstances
from services.referral.use_cases.concern_changes import write_change
from services.referral.use_cases.facts import home_district
from shared.errors import Conflict, Invalid, Issue, NotAllowed
from shared.identity import Role, job

AGREEMENTS = job("agreements")

#: What stands in the record's history for each choice.
ACTIVITY: dict[Choice, str] = {
    Choice.STOP: "stop-sharing",
    Choice.STOP_ALL: "stop-sharing",
    Choice.AGREE: "agree-to-share",
    Choice.BY_LAW: "share-by-law",
}
STOPPED = "The family has stopped sharing with this service."


def consents_of(record: Reading, concern: str) -> list[Resource]:
    """The Consents of a concern, oldest first, whoever asks: they decide what the asker may do."""
    with record.seeing_as(AGREEMENTS):
        return record.of_concern(concern, "Consent")


def agreements_of(record: Reading, concern: str) -> list[Agreement]:
    return [to_agreement(one.json) for one in consents_of(record, concern)]


def check_may_ask(record: Reading, concern: str, service: str) -> None:
    """Invalid, with the reason, where the family's agreement does not let a service be asked."""
    why = agreement.why_not_ask(service, agreements_of(record, concern))
    if why:
        raise Invalid(Issue(why, "Task.output", "business-rule"))


def check_may_decide(record: Reading, concern: Concern, choice: Choice) -> None:
    """Raises NotAllowed. Of a family account, the parental responsibility recorded counts."""
    held = "not-known"
    if record.who.role is Role.FAMILY:
        with record.seeing_as(AGREEMENTS):
            carer = record.find("RelatedPerson", record.who.id)
        held = responsibility(carer.json if carer else None)
    agreement.check_choice(record.who, choice, concern, held)


def decide(concern: str, decision: Decision, *, record: Writing, rules: Rulebook) -> None:
    """One decision about sharing. Raises NotFound, NotAllowed, and Invalid or Conflict when it
    changes nothing."""
    loaded = record.concern(concern)
    check_may_decide(record, loaded.concern, decision.choice)
    _check_service(loaded, decision, record, rules)
    kept = consents_of(record, concern)
    old = kept[-1] if kept else None
    child = str(loaded.concern.child)
    before = old.json if old else new_consent(child, concern, record.now)
    after = decided(before, decision, record.now)
    _check_changes(before, after, decision)
    others = [one for one in kept if old and one.id != old.id]
    if decision.choice in (Choice.STOP_ALL, Choice.AGREE):
        others = _follow(others, decision, record)
    settle(
        loaded, others, old, after, choice=decision.choice, text=_text(decision), record=record,
        rules=rules,
    )  # fmt: skip


def _check_service(loaded: Loaded, decision: Decision, record: Writing, rules: Rulebook) -> None:
    if decision.choice is Choice.STOP_ALL:
        return
    entry = rules.directory.entry(record, decision.service or "")
    if entry is None or entry.is_desk:
        raise Invalid(Issue("There is no such service to share with.", "Consent.provision"))
    own = decision.service in record.who.services
    if decision.choice is Choice.STOP and record.who.role is Role.PROFESSIONAL and not own:
        raised_here = loaded.concern.setting == record.who.organisation
        if not raised_here:
            raise NotAllowed("You may write down what the family said of your own service only.")


def _check_changes(before: Json, after: Json, decision: Decision) -> None:
    """Of two who stop the same at once, the second is told, and nothing is written twice."""
    if decision.choice is not Choice.BY_LAW and to_agreement(before) == to_agreement(after):
        raise Conflict("This has been decided already. Nothing was changed.")


def _follow(others: list[Resource], decision: Decision, record: Writing) -> list[Resource]:
    """Everything means every agreement of the concern; so does agreeing again."""
    changed = []
    for one in others:
        after = decided(one.json, decision, record.now)
        same = to_agreement(after) == to_agreement(one.json)
        changed.append(one if same else record.update(one, after))
    return changed


def settle(
    loaded: Loaded,
    others: list[Resource],
    old: Resource | None,
    after: Json,
    *,
    choice: Choice,
    text: str,
    record: Writing,
    rules: Rulebook,
) -> Resource:
    """Write a Consent of the concern, and all that follows: referrals that end, and who may see."""
    agreements = [to_agreement(one) for one in (*(other.json for other in others), after)]
    tags = agreement.shared_tags(loaded.request.place.tags, loaded.concern, agreements)
    place = replace(loaded.request.place, tags=tags)
    record.retag(loaded.request.id, tags)
    with record.seeing_as(AGREEMENTS):  # whoever decides may lose sight of it by that
        kept = record.update(old, after, place) if old else record.create(after, place)
        change = _change(loaded, agreements, record, rules)
        if change.happened:
            write_change(record, loaded, change, move="withdraw", text=STOPPED, sent={}, tags=tags)
        made = provenance(ACTIVITY[choice], [kept], record.who, record.now, text)
        if choice is Choice.BY_LAW:
            made["meta"] = RESTRICTED
        record.create(made, place)
        record.note(ACTIVITY[choice], kept)
        _let_see_child(record, loaded, tags)
    return kept


def _let_see_child(record: Writing, loaded: Loaded, tags: Tags) -> None:
    """What is kept of the child besides the concern; last, because the writer may lose sight of it.
    A service that is asked with another concern, too, goes on seeing who the child is."""
    before = loaded.request.place.tags
    with record.seeing_as(AGREEMENTS):
        child = record.resource("Patient", loaded.concern.child)
        requests = record.of_child(child.id, "ServiceRequest")
    elsewhere = frozenset(
        tag for one in requests if one.id != loaded.request.id for tag in one.place.tags
    )
    record.retag_child(child.id, add=tags - before, remove=before - tags - elsewhere)


def _change(
    loaded: Loaded, agreements: list[Agreement], record: Writing, rules: Rulebook
) -> Change:
    """Referrals at services that may not see it any more end; a desk's too, when nobody may."""
    concern = loaded.concern
    with record.seeing_as(AGREEMENTS):
        child = record.resource("Patient", concern.child).json
    district = home_district(child, rules.policies.places)
    given = circumstances(rules, record, areas=(district,) if district else (), now=record.now)
    said = Details(reason=WITHDRAWN_REASON, text=STOPPED)
    asked = [one for one in concern.referrals if one.kind is Kind.SERVICE]
    lost = frozenset(ServiceId(one.service) for one in asked
                     if not agreement.may_see(one.service, agreements))  # fmt: skip
    is_all = bool(asked) and len(lost) == len({one.service for one in asked})
    if is_all and _is_withdrawn(agreements) and (concern.open_referrals or concern.open_asks):
        return withdraw(concern, said, given)
    return stop_sharing(concern, lost, said, given)


def _is_withdrawn(agreements: list[Agreement]) -> bool:
    return not agreement.may_tell_family(agreements)


def _text(decision: Decision) -> str:
    """Who said so and how it is known; of a decision under the law the Consent says more."""
    if decision.choice is Choice.BY_LAW:
        return ""
    how = f", {decision.how}" if decision.how else ""
    return f"As {decision.said_by} asked{how}." if decision.said_by else ""
