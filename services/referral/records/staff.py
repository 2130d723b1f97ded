"""The people at work: who is there, who is away, and what is theirs to do."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import bindparam, insert, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, or_, select

from services.referral.domain.cover import Staffing, Worker, cover_of
from services.referral.domain.working_days import london_date
from services.referral.records.client_tables import ClientRow
from services.referral.records.reading import Reading
from services.referral.records.tables import (
    AbsenceRow,
    AccountRow,
    QueueRow,
    SearchRow,
    SessionRow,
)
from shared.identity import Role

AT_WORK = (Role.SETTING, Role.PROFESSIONAL, Role.COORDINATOR)
#: Everybody that an admin looks after; families are not staff.
LISTED = (*AT_WORK, Role.ADMIN, Role.AUDITOR)

_ABSENCE = AbsenceRow.metadata.tables["absence"]
# Built once: building it costs more than asking, and every concern asks.
_COVERS = (
    columns(_ABSENCE.c.account_id, _ABSENCE.c.cover_id)
    .where(_ABSENCE.c.last_day >= bindparam("day"), _ABSENCE.c.first_day <= bindparam("day"))
    .order_by(_ABSENCE.c.id)
)


def coordinators(record: Reading, areas: Iterable[str]) -> list[AccountRow]:
    """The active coordinators of any of these areas, by id; whoever is above them hears only of
    referrals that climb."""
    wanted = frozenset(areas)
    found = select(AccountRow).where(
        AccountRow.role == Role.COORDINATOR,
        AccountRow.post == "",
        col(AccountRow.active).is_(True),
    )
    people = record.session.exec(found.order_by(AccountRow.id))
    return [one for one in people if wanted.intersection(one.areas)]


def staffing(session: Session, day: date) -> Staffing:
    """Everybody who works with children, by id, and who is away on that day in London."""
    active = select(AccountRow).where(
        col(AccountRow.role).in_(AT_WORK), col(AccountRow.active).is_(True)
    )
    people = session.exec(active.order_by(AccountRow.id))
    return Staffing(workers=tuple(map(_at_work, people)), covers=covers_on(session, day))


def _at_work(account: AccountRow) -> Worker:
    """Who is told only when referrals climb can be covered, and takes over nobody's daily work."""
    return Worker(id=account.id) if account.post else to_worker(account)


def to_worker(account: AccountRow) -> Worker:
    return Worker(
        id=account.id,
        organisation=account.organisation_id,
        services=frozenset(account.services),
        coordinates=account.role == Role.COORDINATOR,
    )


def covers_on(session: Session, day: date) -> dict[str, str]:
    """For each who is away that day, who covers."""
    return {
        account: cover for account, cover in session.connection().execute(_COVERS, {"day": day})
    }


def covers(record: Reading) -> dict[str, str]:
    """For each who is away now, by reference, the reference of whoever is there in their place."""
    day = london_date(record.now)
    if not covers_on(record.session, day):
        return {}
    now = staffing(record.session, day)
    acting = {id: cover_of(id, now) for id in now.covers}
    return {f"Practitioner/{id}": f"Practitioner/{to}" for id, to in acting.items() if to}


def absences(session: Session, first: date, last: date) -> list[AbsenceRow]:
    """All that touch these days."""
    touching = select(AbsenceRow).where(
        col(AbsenceRow.last_day) >= first, col(AbsenceRow.first_day) <= last
    )
    return list(session.exec(touching.order_by(AbsenceRow.id)))


def absences_of(session: Session, account: str, since: date) -> list[AbsenceRow]:
    mine = select(AbsenceRow).where(
        AbsenceRow.account_id == account, col(AbsenceRow.last_day) >= since
    )
    return list(session.exec(mine.order_by(col(AbsenceRow.first_day))))


def add_absence(session: Session, row: AbsenceRow) -> None:
    session.execute(insert(AbsenceRow), [row.model_dump()])


def end_absence(session: Session, id: str, last_day: date) -> None:
    of_id = update(AbsenceRow).where(col(AbsenceRow.id) == id)
    session.execute(of_id.values(last_day=last_day))


def change_cover(session: Session, old: str, new: str, since: date) -> None:
    """Whoever was to cover and has left is replaced in what is not over yet."""
    theirs = update(AbsenceRow).where(
        col(AbsenceRow.cover_id) == old, col(AbsenceRow.last_day) >= since
    )
    session.execute(theirs.values(cover_id=new))


def people(session: Session, words: Iterable[str], *, after: str, at_most: int) -> list[AccountRow]:
    """Everybody at work by name, behind the name and id `after`, left ones too."""
    wanted = select(AccountRow).where(col(AccountRow.role).in_(LISTED))
    for word in words:
        called = col(AccountRow.name).icontains(word, autoescape=True)
        wanted = wanted.where(or_(called, col(AccountRow.email).icontains(word, autoescape=True)))
    name, _, id = after.rpartition("|")
    if after:
        same = (col(AccountRow.name) == name) & (col(AccountRow.id) > id)
        wanted = wanted.where(or_(col(AccountRow.name) > name, same))
    ordered = wanted.order_by(col(AccountRow.name), col(AccountRow.id))
    return list(session.exec(ordered.limit(at_most)))


def person_at_work(session: Session, id: str) -> AccountRow | None:
    wanted = select(AccountRow).where(AccountRow.id == id, col(AccountRow.role).in_(LISTED))
    return session.exec(wanted).one_or_none()


def clients_of(session: Session, account: str) -> list[str]:
    """The systems in use that act as this person."""
    active = select(ClientRow.id).where(
        ClientRow.account_id == account, col(ClientRow.active).is_(True)
    )
    return list(session.exec(active.order_by(ClientRow.id)))


def change_account(session: Session, id: str, **parts: object) -> None:
    session.execute(update(AccountRow).where(col(AccountRow.id) == id).values(**parts))


def end_sessions_of(session: Session, account: str, now: datetime) -> None:
    lasting = update(SessionRow).where(
        col(SessionRow.account_id) == account, col(SessionRow.revoked_at).is_(None)
    )
    session.execute(lasting.values(revoked_at=now))


def open_rows_of(record: Reading, person: str) -> list[QueueRow]:
    """What is open and assigned to somebody, by their reference."""
    rows = select(QueueRow).where(QueueRow.assigned_to == person, col(QueueRow.open).is_(True))
    return list(record.session.exec(rows.order_by(QueueRow.task_id)))


def unassigned_at(
    record: Reading, services: Iterable[str], owners: Iterable[str]
) -> list[QueueRow]:
    """What is open at these services, or asked of these owners, and no person's by name."""
    theirs = or_(
        col(QueueRow.service_id).in_(list(services)), col(QueueRow.owner).in_(list(owners))
    )
    rows = select(QueueRow).where(
        theirs, col(QueueRow.open).is_(True), col(QueueRow.assigned_to).is_(None)
    )
    return list(record.session.exec(rows.order_by(QueueRow.task_id)))


def key_contacts(record: Reading, person: str) -> list[str]:
    """The ids of the CareTeams in which this person is."""
    teams = select(SearchRow.id).where(
        SearchRow.type == "CareTeam", SearchRow.param == "participant", SearchRow.value == person
    )
    return sorted(set(record.session.exec(teams)))
