"""Say that somebody is away and who covers; say that they are back."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.referral.domain.cover import check_cover
from services.referral.domain.working_days import london_date
from services.referral.records.ids import new_id
from services.referral.records.reading import Reading
from services.referral.records.staff import (
    AT_WORK,
    absences,
    absences_of,
    add_absence,
    end_absence,
    person_at_work,
    staffing,
    to_worker,
)
from services.referral.records.tables import AbsenceRow, AccountRow
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, NotFound
from shared.identity import Principal, Role

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Away:
    """One person's absences that are not over, and the colleagues who could cover."""

    person: AccountRow
    absences: tuple[AbsenceRow, ...]
    colleagues: tuple[AccountRow, ...]
    today: date

    def cover(self, absence: AbsenceRow) -> str:
        return next((one.name for one in self.colleagues if one.id == absence.cover_id), "")


def away(id: str, *, who: Principal, at: Workplace) -> Away:
    """Of oneself, or of somebody whom an admin looks after."""
    with at.records.reading(who, now=at.clock()) as record:
        person, today = _person(record, id), london_date(record.now)
        record.note("absences", detail=id)
        mine = to_worker(person)
        found = [
            person_at_work(record.session, one.id)
            for one in staffing(record.session, today).workers
            if one.id != id and _could_cover(mine.services, one.services, person, one.organisation)
        ]
        return Away(
            person=person,
            absences=tuple(absences_of(record.session, id, today)),
            colleagues=tuple(one for one in found if one),
            today=today,
        )


def _could_cover(
    mine: frozenset[str], theirs: frozenset[str], person: AccountRow, organisation: str | None
) -> bool:
    return bool(mine & theirs) or (not mine and organisation == person.organisation_id)


def be_away(id: str, first: date, last: date, cover: str, *, who: Principal, at: Workplace) -> None:
    """From the first to the last day, both included. Raises NotFound and Invalid."""
    with at.records.writing(who, now=at.clock()) as record:
        person, today = _person(record, id), london_date(record.now)
        _check_days(first, last, today)
        also = absences(record.session, first, last)
        if any(one.account_id == id for one in also):
            raise Invalid("You are away on some of these days already.")
        covering = person_at_work(record.session, cover)
        if covering is None or not covering.active or covering.role not in AT_WORK:
            raise Invalid("Choose a colleague of the same service.")
        check_cover(to_worker(person), to_worker(covering), {one.account_id for one in also})
        if any(one.cover_id == id for one in also):
            raise Invalid("You cover for a colleague on some of these days. Change that first.")
        row = AbsenceRow(id=new_id(), account_id=id, cover_id=cover, first_day=first, last_day=last)
        add_absence(record.session, row)
        record.note("person-away", detail=f"{id} {first} {last} {cover}")


def _check_days(first: date, last: date, today: date) -> None:
    if last < first or last < today:
        raise Invalid("The last day is today or later, and not before the first.")
    if last - first > 366 * _DAY:
        raise Invalid("A year is the longest. Whoever is away for longer leaves.")


def be_back(id: str, absence: str, *, who: Principal, at: Workplace) -> None:
    """From today on; what had not begun never does."""
    with at.records.writing(who, now=at.clock()) as record:
        _person(record, id)
        today = london_date(record.now)
        if all(one.id != absence for one in absences_of(record.session, id, today)):
            raise NotFound("There is no such absence.")
        end_absence(record.session, absence, today - _DAY)
        record.note("person-back", detail=id)


def _person(record: Reading, id: str) -> AccountRow:
    found = person_at_work(record.session, id)
    is_mine = id == record.who.id and record.who.role in AT_WORK
    is_admin = record.who.role is Role.ADMIN
    if found is None or record.who.client or not (is_mine or is_admin) or not found.active:
        raise NotFound("There is no such page for you.")
    return found
