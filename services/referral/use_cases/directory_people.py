"""Joiners, movers and leavers, as the directory of one organisation says them over SCIM."""

from dataclasses import dataclass, replace

from services.referral.records.accounts import account_of_email
from services.referral.records.directory import DIRECTORY_READER
from services.referral.records.directory_people import (
    Known,
    Sought,
    Wanted,
    count_known,
    keep_entry,
    known,
    lock_account,
)
from services.referral.records.identities import organisation_of_ods
from services.referral.records.reading import Reading
from services.referral.records.tables import AccountRow, DirectoryPersonRow
from services.referral.records.writing import Writing
from services.referral.use_cases.manage_staff import (
    GIVEN,
    Post,
    changed,
    check_may_manage,
    joined,
    left,
    readdressed,
    returned,
)
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotFound, Stale
from shared.identity import Principal, Role


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a directory says of one person: `organisation` is an ODS code or one of our ids, and
    its own where it says none."""

    email: str
    post: Post
    active: bool = True
    external_id: str | None = None
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    people: tuple[Known, ...]
    total: int


def find(id: str, *, who: Principal, at: Workplace) -> Known:
    """NotFound for whoever is not of this organisation, is no longer in its directory, or has a
    role that no directory gives."""
    check_may_manage(who)
    with at.records.reading(who, now=at.clock()) as record:
        found = _one(record, id)
        record.note("person-read", detail=id)
        return found


def search(sought: Sought, *, who: Principal, at: Workplace, skip: int, at_most: int) -> Page:
    """Those of this organisation, in the order of their ids."""
    check_may_manage(who)
    wanted = replace(_mine(who), sought=sought)
    with at.records.reading(who, now=at.clock()) as record:
        people = known(record.session, wanted, skip=skip, at_most=at_most)
        record.note("people-listed", detail=" ".join(one.account.id for one in people))
        return Page(people=tuple(people), total=count_known(record.session, wanted))


def add(said: Said, *, who: Principal, at: Workplace) -> Known:
    """Somebody new, or somebody back whom this or another organisation had let go.

    Raises Invalid, and Conflict where somebody here has that e-mail.
    """
    check_may_manage(who)
    with at.records.writing(who, now=at.clock()) as record:
        post = _post(said, record)
        before = account_of_email(record.session, said.email)
        if before is None:
            id = joined(said.email, post, record=record, at=at)
        else:
            id = before.id
            returned(_copy(before), said.email, post, record=record, at=at)
        _keep(record, id, said)
        if not said.active:
            left(id, record=record)
        return _one(record, id)


def change(before: Known, said: Said, *, who: Principal, at: Workplace) -> Known:
    """To what is said now; Stale where they are not as `before` any more.

    Raises NotFound, NotAllowed, Invalid and Conflict.
    """
    check_may_manage(who)
    with at.records.writing(who, now=at.clock()) as record:
        account = _unchanged(record, before)
        if said.active and not account.active:
            returned(account, said.email, _post(said, record), record=record, at=at)
        elif account.active:
            _change_at_work(record, account, said, at)
        _keep(record, account.id, said)
        return _one(record, account.id)


def _change_at_work(record: Writing, account: AccountRow, said: Said, at: Workplace) -> None:
    """A leaver's post is not looked at: what a directory empties with it is no mistake."""
    if not said.active:
        left(account.id, record=record)
        return
    post = _post(said, record)
    if post != _post_of(account):
        changed(account.id, post, record=record, at=at)
    if said.email != account.email:
        readdressed(account.id, said.email, record=record)


def remove(before: Known, *, who: Principal, at: Workplace) -> None:
    """They leave, if they have not yet, and are in this directory no more."""
    check_may_manage(who)
    with at.records.writing(who, now=at.clock()) as record:
        account = _unchanged(record, before)
        if account.active:
            left(account.id, record=record)
        keep_entry(record.session, DirectoryPersonRow(account_id=account.id, removed=True))
        record.note("person-removed", detail=account.id)


def _mine(who: Principal) -> Wanted:
    if who.organisation is None:
        raise NotFound("There is nobody whom you look after.")
    return Wanted(organisation=who.organisation, roles=GIVEN)


def _one(record: Reading, id: str) -> Known:
    found = known(
        record.session, replace(_mine(record.who), sought=Sought(id=id)), skip=0, at_most=1
    )
    if not found:
        raise NotFound("There is no such person.")
    return found[0]


def _unchanged(record: Writing, before: Known) -> AccountRow:
    lock_account(record.session, before.account.id)
    found = _one(record, before.account.id)
    if found.parts() != before.parts():
        raise Stale("Somebody has changed this person meanwhile. Read them again.")
    return found.account


def _copy(account: AccountRow) -> AccountRow:
    """As it is now: the row itself changes when the account does."""
    return AccountRow(**account.model_dump())


def _post(said: Said, record: Reading) -> Post:
    named = said.post.organisation
    with record.seeing_as(DIRECTORY_READER):
        found = organisation_of_ods(record, named) if named else record.who.organisation
    return replace(said.post, organisation=found or named)


def _post_of(account: AccountRow) -> Post:
    return Post(
        name=account.name,
        role=Role(account.role),
        organisation=account.organisation_id or "",
        services=frozenset(account.services),
    )


def _keep(record: Writing, id: str, said: Said) -> None:
    said_of = DirectoryPersonRow(
        account_id=id, external_id=said.external_id, title=said.title, removed=False
    )
    keep_entry(record.session, said_of)
