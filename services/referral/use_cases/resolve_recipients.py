"""Say where somebody can be written to now, or why they may not be."""

from collections.abc import Sequence

from services.referral.domain.agreement import WITHDRAWN_REASON, may_see, may_tell_family
from services.referral.records.accounts import accounts
from services.referral.records.agreements import knows_of_it
from services.referral.records.form_resources_family import safe_to_contact
from services.referral.records.reading import Reading
from services.referral.records.tasks import to_referral
from services.referral.use_cases.appointments import is_over
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.message_figures import figures_for
from services.referral.use_cases.requested_messages import is_revoked
from services.referral.use_cases.same_carer import others_of
from services.referral.use_cases.sharing import agreements_of
from services.referral.use_cases.ways_to_reach import Reach, reach_of
from services.referral.use_cases.workplace import Workplace
from shared.contract import Figures, Moment, RecipientQuery, RecipientResult
from shared.identity import job

NOTIFY = job("notify")


def resolve_recipients(
    queries: Sequence[RecipientQuery], *, at: Workplace
) -> list[RecipientResult]:
    """One answer a query, in their order.

    Asked when a message is about to be sent: what the family took back a minute ago stops it.
    """
    with at.records.reading(NOTIFY, now=at.clock()) as record:
        answers = [_resolve(query, record, at.rules) for query in queries]
        for query, answer in zip(queries, answers, strict=True):
            about = record.find("Patient", query.child)
            record.note("address" if answer.may_send else "no-address", about, query.recipient)
    return answers


def _resolve(query: RecipientQuery, record: Reading, rules: Rulebook) -> RecipientResult:
    kind, _, id = query.recipient.partition("/")
    is_staff = kind == "Practitioner"
    reach, reason = _of_staff(id, record) if is_staff else _of_carer(query, id, record)
    if reach.is_possible and _is_stopped(query, record):
        reach, reason = Reach(), WITHDRAWN_REASON
    if (
        reach.is_possible
        and query.moment == Moment.APPOINTMENT_REMINDER
        and _is_over(query, record)
    ):
        reach, reason = Reach(), "too-late"
    if reach.is_possible and is_revoked(query, record):
        reach, reason = Reach(), "taken-back"
    return RecipientResult(
        recipient=query.recipient,
        may_send=reach.is_possible,
        reason=reason,
        **vars(reach),
        areas=_areas(query, record) if reach.post else (),
        same_as=() if is_staff or not reach.is_possible else others_of(id, record),
        figures=Figures() if is_staff else figures_for(query, record, rules),
    )


def _of_staff(id: str, record: Reading) -> tuple[Reach, str]:
    account = accounts(record, [id]).get(id)
    if account is None or not account.active:
        return Reach(), "left"
    return Reach(email=account.email), ""


def _of_carer(query: RecipientQuery, id: str, record: Reading) -> tuple[Reach, str]:
    carer = record.find("RelatedPerson", id)
    if carer is None or carer.place.child != query.child or not carer.json.get("active", True):
        return Reach(), "not-a-carer"
    if not may_tell_family(agreements_of(record, carer.place.concern or "")):
        return Reach(), WITHDRAWN_REASON
    if not knows_of_it(carer.json):
        return Reach(), "does-not-know"
    if safe_to_contact(carer.json).get("answer", "yes") != "yes":
        return Reach(), "not-safe"
    child = record.find("Patient", query.child)
    reach = reach_of(carer.json, child.json if child else None)
    return reach, "" if reach.is_possible else "no-address"


def _areas(query: RecipientQuery, record: Reading) -> tuple[str, ...]:
    """Whose coordinators may see a letter to somebody about this child."""
    child = record.find("Patient", query.child)
    tags = child.place.tags if child else frozenset()
    return tuple(sorted(tag.removeprefix("area:") for tag in tags if tag.startswith("area:")))


def _is_stopped(query: RecipientQuery, record: Reading) -> bool:
    """Of a referral at a service with which the family no longer shares, only its end is told."""
    task = record.find("Task", query.task)
    if task is None or task.place.concern is None or query.moment == Moment.WITHDRAWN:
        return False
    kind, _, service = task.json.get("owner", {}).get("reference", "").partition("/")
    agreements = agreements_of(record, task.place.concern)
    return kind == "HealthcareService" and not may_see(service, agreements)


def _is_over(query: RecipientQuery, record: Reading) -> bool:
    task = record.find("Task", query.task)
    if task is None or task.place.concern is None:
        return True
    return is_over(task.place.concern, to_referral(task), record)
