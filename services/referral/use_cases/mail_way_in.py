"""Says where a carer's link leads, at the moment when its mail leaves.

The token is made then and stands in the mail alone: no event, no outbox and no queue ever holds it.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.referral.records.tables import FamilyLinkRow
from services.referral.records.ways_in import is_open, keep_token, links_of_events
from services.referral.records.writing import Writing
from services.referral.use_cases.ask_way_in import LASTS
from services.referral.use_cases.carer_rule import email_hash, standing
from services.referral.use_cases.resolve_recipients import NOTIFY, resolve_recipients
from services.referral.use_cases.use_way_in import MOST_TRIES
from services.referral.use_cases.workplace import Workplace
from shared.contract import RecipientQuery, RecipientResult
from shared.passwords import hash_secret, new_secret


def resolve_with_links(
    queries: Sequence[RecipientQuery], *, at: Workplace
) -> list[RecipientResult]:
    """One answer a query, in their order; to the mail of a link with the page that it opens."""
    results = resolve_recipients(queries, at=at)
    with at.records.database.read() as session:
        links = links_of_events(session, {query.event for query in queries})
    if not links:
        return results
    with at.records.writing(NOTIFY, now=at.clock()) as record:
        return [
            _with_link(result, links[query.event], record) if query.event in links else result
            for query, result in zip(queries, results, strict=True)
        ]


def _with_link(result: RecipientResult, link: FamilyLinkRow, record: Writing) -> RecipientResult:
    if reason := _why_not(link, record):
        record.note("way-in-refused", record.find("RelatedPerson", link.carer_id), reason)
        return replace(result, may_send=False, reason=reason, email=None)
    if not result.may_send:
        return result
    token = new_secret()
    keep_token(record.session, link.id, hash_secret(token))
    return replace(result, path=f"/family/link/{token}")


def _why_not(link: FamilyLinkRow, record: Writing) -> str:
    """What has changed since it was asked for."""
    if not is_open(link, now=record.now, lasts=LASTS, most_tries=MOST_TRIES):
        return "too-late"
    carer = standing(link.carer_id, record)
    if carer is None or carer.refusal:
        return carer.refusal if carer else "not-a-carer"
    return "" if email_hash(carer.email) == link.email_hash else "address-changed"
