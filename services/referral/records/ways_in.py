"""The one-time links of families and their verified addresses, in and out of the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, func, insert, update
from sqlmodel import Session, col, select

from services.referral.records.reading import Reading
from services.referral.records.resource import Resource, to_resource
from services.referral.records.tables import (
    CarerAddressRow,
    FamilyLinkRow,
    ResourceRow,
    SearchRow,
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A link that somebody asks for, before its mail leaves."""

    id: str
    carer_id: str
    child_id: str
    email_hash: str
    browser_hash: str
    code_hash: str
    asked_at: datetime


def carers_at(record: Reading, email: str) -> list[Resource]:
    """Every carer in the records with this address, however its letters are written."""
    wanted = (
        select(ResourceRow)
        .join(
            SearchRow,
            (col(SearchRow.type) == ResourceRow.type) & (col(SearchRow.id) == ResourceRow.id),
        )
        .where(
            ResourceRow.type == "RelatedPerson",
            col(ResourceRow.deleted).is_(False),
            SearchRow.param == "email",
            func.lower(col(SearchRow.value)) == email.lower(),
        )
        .order_by(col(ResourceRow.id).desc())
        .distinct()
    )
    return [to_resource(row) for row in record.session.exec(wanted)]


def keep_asked(session: Session, asked: Asked) -> None:
    session.execute(insert(FamilyLinkRow), [{**asked.__dict__, "tries": 0}])


def asked_since(session: Session, carer: str, since: datetime) -> int:
    """How many links this carer was sent, or is about to be sent, since then."""
    counted = select(func.count()).where(
        FamilyLinkRow.carer_id == carer, FamilyLinkRow.asked_at > since
    )
    return session.exec(counted).one()


def links_of_events(session: Session, events: Iterable[str]) -> dict[str, FamilyLinkRow]:
    """The links whose mails these events ask for, by event."""
    wanted = select(FamilyLinkRow).where(col(FamilyLinkRow.id).in_(list(events)))
    return {row.id: row for row in session.exec(wanted)}


def keep_token(session: Session, link: str, token_hash: str) -> None:
    """A mail that is tried again carries another token; the one before is worth nothing."""
    session.execute(_link(link).values(token_hash=token_hash))


def link_of_token(session: Session, token_hash: str) -> FamilyLinkRow | None:
    wanted = select(FamilyLinkRow).where(FamilyLinkRow.token_hash == token_hash)
    return session.exec(wanted).one_or_none()


def note_try(session: Session, link: str) -> None:
    session.execute(_link(link).values(tries=FamilyLinkRow.tries + 1))


def take_link(session: Session, link: FamilyLinkRow, *, now: datetime, most_tries: int) -> bool:
    """Use it up; False when somebody did so first, or guessed too often meanwhile."""
    unused = _link(link.id).where(
        col(FamilyLinkRow.ended_at).is_(None), col(FamilyLinkRow.tries) < most_tries
    )
    taken = cast("CursorResult[Any]", session.execute(unused.values(ended_at=now)))
    return taken.rowcount == 1


def end_links(session: Session, carer: str, *, now: datetime) -> None:
    """Every link of this carer that is still open."""
    of_carer = update(FamilyLinkRow).where(
        col(FamilyLinkRow.carer_id) == carer, col(FamilyLinkRow.ended_at).is_(None)
    )
    session.execute(of_carer.values(ended_at=now))


def forget_links(session: Session, *, before: datetime) -> int:
    """Delete what was asked for before then."""
    old = FamilyLinkRow.metadata.tables["family_link"]
    gone = session.execute(old.delete().where(old.c.asked_at < before))
    return cast("CursorResult[Any]", gone).rowcount


def verify_address(session: Session, carer: str, email_hash: str, *, now: datetime) -> None:
    """An address that is verified already keeps its date."""
    known = addresses_of(session, [carer]).get(carer)
    if known and known.email_hash == email_hash:
        return
    table = CarerAddressRow.metadata.tables["carer_address"]
    session.execute(table.delete().where(table.c.carer_id == carer))
    row = {"carer_id": carer, "email_hash": email_hash, "verified_at": now}
    session.execute(table.insert(), [row])


def addresses_of(session: Session, carers: Sequence[str]) -> dict[str, CarerAddressRow]:
    wanted = select(CarerAddressRow).where(col(CarerAddressRow.carer_id).in_(carers))
    return {row.carer_id: row for row in session.exec(wanted)}


def is_open(link: FamilyLinkRow, *, now: datetime, lasts: timedelta, most_tries: int) -> bool:
    return link.ended_at is None and link.tries < most_tries and now - link.asked_at < lasts


def _link(id: str) -> Any:
    return update(FamilyLinkRow).where(col(FamilyLinkRow.id) == id)
