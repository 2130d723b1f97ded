"""Emergency access as those see it who check each use: the coordinators of the area."""

from dataclasses import dataclass
from datetime import date

from services.referral.domain.clocks import is_late
from services.referral.domain.emergency import REASONS, REVIEW_WITHIN
from services.referral.domain.working_days import add_working_days, london_date
from services.referral.records.accounts import accounts
from services.referral.records.emergencies import change_emergency, emergencies, emergency
from services.referral.records.look_up import look_up
from services.referral.records.reading import Reading
from services.referral.records.tables import AccountRow, EmergencyRow
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.fhir.reading import official_name
from shared.identity import Principal, Role

MOST = 200
_MAY_LOOK = frozenset({Role.COORDINATOR, Role.AUDITOR})


@dataclass(frozen=True, kw_only=True)
class Use:
    """One use of emergency access. `child` is empty for whoever may not know it."""

    row: EmergencyRow
    by: str
    organisation: str
    child: str
    reason: str
    review_by: date
    is_late: bool

    @property
    def is_reviewed(self) -> bool:
        return self.row.reviewed_at is not None


def uses(*, who: Principal, at: Workplace) -> list[Use]:
    """All that a coordinator's area had, unreviewed first. An auditor sees those that nobody
    reviewed in time, without the child and without the words."""
    if who.role not in _MAY_LOOK or who.client:
        return []
    with at.records.reading(who, now=at.clock()) as record:
        rows = emergencies(record, at_most=MOST)
        found = _in_words(record, rows, at)
        record.note("emergency-list")
    if who.role is Role.AUDITOR:
        return [one for one in found if one.is_late and not one.is_reviewed]
    return found


def use(id: str, *, who: Principal, at: Workplace) -> Use:
    """For whoever reviews it; NotFound for anybody else."""
    with at.records.reading(who, now=at.clock()) as record:
        row = _reviewable(record, id)
        record.note("emergency-read", record.find("Patient", row.child_id), row.id)
        return _in_words(record, [row], at)[0]


def review(id: str, *, justified: bool, words: str, who: Principal, at: Workplace) -> None:
    """Say once whether it was justified. Raises NotFound, NotAllowed, Conflict and Invalid."""
    with at.records.writing(who, now=at.clock()) as record:
        row = _reviewable(record, id)
        if row.reviewed_at:
            raise Conflict("Somebody has reviewed this already.")
        if not justified and not words:
            raise Invalid("Say why it was not justified, and what happens now.")
        change_emergency(
            record,
            id,
            reviewed_at=record.now,
            reviewed_by=who.reference,
            justified=justified,
            review_words=words,
        )
        code = "justified" if justified else "not-justified"
        record.note("emergency-reviewed", record.resource("Patient", row.child_id), code)


def _reviewable(record: Reading, id: str) -> EmergencyRow:
    row = emergency(record, id)
    if row is None or record.who.role is not Role.COORDINATOR or record.who.client:
        raise NotFound("There is no such emergency access to review.")
    if row.account_id == record.who.id:
        raise NotAllowed("Somebody else reviews what you opened.")
    return row


def _in_words(record: Reading, rows: list[EmergencyRow], at: Workplace) -> list[Use]:
    people = accounts(record, {row.account_id for row in rows})
    children = look_up(record, {f"Patient/{row.child_id}" for row in rows})
    employers = look_up(record, {f"Organization/{one.organisation_id}" for one in people.values()})

    def organisation(person: AccountRow | None) -> str:
        found = employers.get(f"Organization/{person.organisation_id}") if person else None
        return found.json["name"] if found else ""

    built = []
    for row in rows:
        person, child = people.get(row.account_id), children.get(f"Patient/{row.child_id}")
        by = add_working_days(london_date(row.started_at), REVIEW_WITHIN, at.rules.holidays)
        built.append(
            Use(
                row=row,
                by=person.name if person else "Somebody",
                organisation=organisation(person),
                child=official_name(child.json) or "A child" if child else "",
                reason=REASONS[row.reason],
                review_by=by,
                is_late=is_late(by, record.now),
            )
        )
    return built
