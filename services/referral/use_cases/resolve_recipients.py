"""Say where somebody can be written to now, or why they may not be."""

from collections.abc import Sequence

from services.referral.records.accounts import accounts
from services.referral.records.resource import Json
from services.referral.records.store import Reading
from services.referral.use_cases.workplace import Workplace
from shared.contract import RecipientQuery, RecipientResult
from shared.identity import job

NOTIFY = job("notify")
PERMITS = frozenset({"active"})


def resolve_recipients(
    queries: Sequence[RecipientQuery], *, at: Workplace
) -> list[RecipientResult]:
    """One answer a query, in their order.

    Asked when a message is about to be sent: what the family took back a minute ago stops it.
    """
    with at.records.reading(NOTIFY, now=at.clock()) as record:
        answers = [_resolve(query, record) for query in queries]
        for query, answer in zip(queries, answers, strict=True):
            about = record.find("Patient", query.child)
            record.note("address" if answer.may_send else "no-address", about, query.recipient)
    return answers


def _resolve(query: RecipientQuery, record: Reading) -> RecipientResult:
    kind, _, id = query.recipient.partition("/")
    is_staff = kind == "Practitioner"
    email, reason = _of_staff(id, record) if is_staff else _of_carer(query, id, record)
    return RecipientResult(
        recipient=query.recipient, may_send=email is not None, reason=reason, email=email
    )


def _of_staff(id: str, record: Reading) -> tuple[str | None, str]:
    account = accounts(record, [id]).get(id)
    if account is None or not account.active:
        return None, "left"
    return account.email, ""


def _of_carer(query: RecipientQuery, id: str, record: Reading) -> tuple[str | None, str]:
    carer = record.find("RelatedPerson", id)
    if carer is None or carer.place.child != query.child or not carer.json.get("active", True):
        return None, "not-a-carer"
    if is_withdrawn(record, carer.place.concern):
        return None, "agreement-withdrawn"
    email = email_of(carer.json)
    return (email, "") if email else (None, "no-address")


def is_withdrawn(record: Reading, concern: str | None) -> bool:
    """Whether the family has taken back every agreement that came with the concern."""
    agreements = record.of_concern(concern or "", "Consent")
    return bool(agreements) and not any(one.json["status"] in PERMITS for one in agreements)


def email_of(carer: Json) -> str | None:
    """The address that the carer would rather have used; an old one is none."""
    found = [
        one
        for one in carer.get("telecom", [])
        if one.get("system") == "email" and one.get("use") != "old" and one.get("value")
    ]
    first = min(found, key=lambda one: one.get("rank", 99), default=None)
    return first["value"] if first else None
