"""Every concern there is, a page at a time: what walks all of them needs no more memory for it."""

from collections.abc import Iterator, Sequence

from sqlmodel import col, select

from services.referral.records.reading import Reading
from services.referral.records.tables import ResourceRow


def every_concern(record: Reading, *, size: int) -> Iterator[Sequence[str]]:
    """Their ids, in order, `size` at a time at most."""
    after = ""
    while page := _behind(record, after, size):
        yield page
        after = page[-1]


def _behind(record: Reading, after: str, size: int) -> Sequence[str]:
    wanted = (
        select(ResourceRow.id)
        .where(
            ResourceRow.type == "ServiceRequest",
            ResourceRow.id > after,
            col(ResourceRow.deleted).is_(False),
        )
        .order_by(ResourceRow.id)
        .limit(size)
    )
    return record.session.exec(wanted).all()
