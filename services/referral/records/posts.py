"""Who is told when a referral climbs: managers of services, and those who answer for an area."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from services.referral.records.store import Reading
from services.referral.records.tables import AccountRow
from shared.identity import Role


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who is told, by reference, and for which services or areas."""

    reference: str
    post: str
    services: frozenset[str]
    areas: frozenset[str]


def holders(record: Reading) -> list[Holder]:
    """Everybody active with a post, and the coordinators, whose post is empty; by id."""
    found = select(AccountRow).where(
        col(AccountRow.active).is_(True),
        (col(AccountRow.post) != "") | (col(AccountRow.role) == Role.COORDINATOR),
    )
    return [_holder(one) for one in record.session.exec(found.order_by(AccountRow.id))]


def _holder(account: AccountRow) -> Holder:
    return Holder(
        reference=f"Practitioner/{account.id}",
        post=account.post,
        services=frozenset(account.services),
        areas=frozenset(account.areas),
    )


def at(holders: Iterable[Holder], post: str, service: str, areas: frozenset[str]) -> list[str]:
    """Whoever holds this post for the service or for one of the areas."""
    return [
        one.reference
        for one in holders
        if one.post == post and (service in one.services or areas & one.areas)
    ]
