"""What is kept on the way in: half sign-ins, known devices, links to set a password."""

from datetime import datetime

from sqlmodel import Session, col, delete, insert, update

from services.referral.records.account_tables import (
    ChallengeRow,
    HalfSignInRow,
    KnownDeviceRow,
    ParkedFormRow,
    PasswordLinkRow,
)


def is_known_device(session: Session, secret_hash: str, account: str) -> bool:
    return session.get(KnownDeviceRow, (secret_hash, account)) is not None


def know_device(session: Session, secret_hash: str, account: str, now: datetime) -> None:
    session.merge(KnownDeviceRow(secret_hash=secret_hash, account_id=account, seen_at=now))


def add_half_sign_in(
    session: Session, secret_hash: str, account: str, way_on: str, now: datetime
) -> None:
    row = {"secret_hash": secret_hash, "account_id": account, "started_at": now}
    session.execute(insert(HalfSignInRow), [{**row, "secret": "", "way_on": way_on}])


def half_sign_in(session: Session, secret_hash: str) -> HalfSignInRow | None:
    return session.get(HalfSignInRow, secret_hash)


def keep_half_secret(session: Session, secret_hash: str, secret: str) -> None:
    one = update(HalfSignInRow).where(col(HalfSignInRow.secret_hash) == secret_hash)
    session.execute(one.values(secret=secret))


def end_half_sign_in(session: Session, secret_hash: str) -> bool:
    """Whether it was there to be ended: of two who finish it at once, one does."""
    one = delete(HalfSignInRow).where(col(HalfSignInRow.secret_hash) == secret_hash)
    ended = session.execute(one.returning(col(HalfSignInRow.secret_hash)))
    return ended.one_or_none() is not None


def add_password_link(session: Session, secret_hash: str, account: str, now: datetime) -> None:
    """In place of every earlier one."""
    session.execute(delete(PasswordLinkRow).where(col(PasswordLinkRow.account_id) == account))
    row = {"secret_hash": secret_hash, "account_id": account, "made_at": now}
    session.execute(insert(PasswordLinkRow), [row])


def password_link(session: Session, secret_hash: str) -> PasswordLinkRow | None:
    return session.get(PasswordLinkRow, secret_hash)


def use_password_link(session: Session, secret_hash: str) -> bool:
    one = delete(PasswordLinkRow).where(col(PasswordLinkRow.secret_hash) == secret_hash)
    used = session.execute(one.returning(col(PasswordLinkRow.secret_hash)))
    return used.one_or_none() is not None


def end_ways_in(session: Session, account: str) -> None:
    """Nobody finishes what was begun before, and no browser is known any more."""
    for table in (HalfSignInRow, KnownDeviceRow):
        session.execute(delete(table).where(col(table.account_id) == account))


def ask_challenge(session: Session, holder: str, challenge: str, now: datetime) -> None:
    session.merge(ChallengeRow(holder=holder, challenge=challenge, asked_at=now))


def take_challenge(session: Session, holder: str, since: datetime) -> str | None:
    """The challenge asked since then; it can be taken once."""
    one = delete(ChallengeRow).where(
        col(ChallengeRow.holder) == holder, col(ChallengeRow.asked_at) > since
    )
    return session.execute(one.returning(col(ChallengeRow.challenge))).scalar_one_or_none()


def park_form(session: Session, secret_hash: str, account: str, sealed: str, now: datetime) -> None:
    row = {"secret_hash": secret_hash, "account_id": account, "sealed": sealed, "at": now}
    session.execute(insert(ParkedFormRow), [row])


def parked_form(session: Session, secret_hash: str) -> ParkedFormRow | None:
    return session.get(ParkedFormRow, secret_hash)


def drop_parked_form(session: Session, secret_hash: str) -> None:
    session.execute(delete(ParkedFormRow).where(col(ParkedFormRow.secret_hash) == secret_hash))


def forget_before(session: Session, minutes_ago: datetime, devices_since: datetime) -> None:
    """Remove what nobody can use any more."""
    session.execute(delete(HalfSignInRow).where(col(HalfSignInRow.started_at) < minutes_ago))
    session.execute(delete(PasswordLinkRow).where(col(PasswordLinkRow.made_at) < minutes_ago))
    session.execute(delete(ChallengeRow).where(col(ChallengeRow.asked_at) < minutes_ago))
    session.execute(delete(ParkedFormRow).where(col(ParkedFormRow.at) < minutes_ago))
    session.execute(delete(KnownDeviceRow).where(col(KnownDeviceRow.seen_at) < devices_since))
