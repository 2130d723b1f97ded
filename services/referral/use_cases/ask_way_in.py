"""A carer asks for a link to come in by.

What the browser is answered depends on nothing in the records: its secret and the code made from it
are the same for an address that nobody has. The rest happens after the answer has gone.
"""

import hashlib
from datetime import timedelta

from services.referral.records.ids import new_id
from services.referral.records.ways_in import (
    Asked,
    asked_since,
    carers_at,
    forget_links,
    keep_asked,
)
from services.referral.records.writing import Writing
from services.referral.use_cases.carer_rule import CARERS, Standing, email_hash, standing_of
from services.referral.use_cases.way_in_event import tell_carer
from services.referral.use_cases.workplace import Workplace
from shared.contract import Moment
from shared.passwords import hash_secret

#: OWASP ASVS 4.0.3, 2.7.2, and NIST SP 800-63B, 5.1.3.2: no more than ten minutes.
LASTS = timedelta(minutes=10)
#: So that nobody fills a mailbox that is not theirs.
MOST_LINKS = 3
WITHIN = timedelta(minutes=15)
KEPT = timedelta(days=1)


def code_of(browser: str) -> str:
    """Six digits that only the browser with this secret can show."""
    digest = hashlib.sha256(f"code {browser}".encode()).digest()
    return f"{int.from_bytes(digest) % 1_000_000:06d}"


def code_hash(link: str, code: str) -> str:
    return hash_secret(f"{link} {code}")


def ask_way_in(email: str, browser: str, *, at: Workplace) -> None:
    """Have a link mailed to every carer of this address who has a way in, one for each child."""
    with at.records.writing(CARERS, now=at.clock()) as record:
        forget_links(record.session, before=record.now - KEPT)
        found = _known_by(email, record)
        able = _let_in(found)
        for carer in able:
            _send(carer, browser, record)
        if not able:
            _note_refused(found, record)


def _known_by(email: str, record: Writing) -> list[Standing]:
    """Every record of a carer with this address, the newest first."""
    wanted = email_hash(email)
    found = (standing_of(one, record) for one in carers_at(record, email.strip()))
    return [one for one in found if email_hash(one.email) == wanted]


def _let_in(found: list[Standing]) -> list[Standing]:
    """For each child the newest record of the carer, if they may come in by it."""
    able = [one for one in found if not one.refusal]
    by_child = {one.resource.place.child: one for one in reversed(able)}
    return list(by_child.values())


def _note_refused(found: list[Standing], record: Writing) -> None:
    """That somebody asked with an address that lets nobody in; not which address it was."""
    for carer in found:
        record.note("way-in-refused", carer.resource, carer.refusal)
    if not found:
        record.note("way-in-refused", detail="not-known")


def _send(carer: Standing, browser: str, record: Writing) -> None:
    id = carer.resource.id
    if asked_since(record.session, id, record.now - WITHIN) >= MOST_LINKS:
        record.note("way-in-refused", carer.resource, "too-many")
        return
    link = new_id()
    if not tell_carer(record, carer, Moment.WAY_IN_ASKED, id=link):
        record.note("way-in-refused", carer.resource, "no-referral")
        return
    asked = Asked(
        id=link,
        carer_id=id,
        child_id=carer.resource.place.child or "",
        email_hash=email_hash(carer.email),
        browser_hash=hash_secret(browser),
        code_hash=code_hash(link, code_of(browser)),
        asked_at=record.now,
    )
    keep_asked(record.session, asked)
    record.note("way-in-asked", carer.resource)
