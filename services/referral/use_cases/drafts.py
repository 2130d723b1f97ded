"""Start, keep, read and delete concerns that are not sent yet. A draft is its writer's alone."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.referral.domain import access
from services.referral.domain.working_days import LONDON, london_date
from services.referral.records import drafts
from services.referral.records.ids import new_id
from services.referral.records.reading import Reading
from services.referral.records.resource import Json
from services.referral.records.tables import DraftRow
from services.referral.records.writing import Writing
from shared.errors import Conflict, NotFound

#: How long a draft is kept after the last change.
KEPT_FOR = timedelta(days=28)


@dataclass(frozen=True, kw_only=True)
class SavedDraft:
    """What was typed by step, right or wrong; nothing any more once `concern` was sent from it."""

    id: str
    typed: Json
    saved_at: datetime
    concern: str | None = None

    @property
    def deleted_on(self) -> date:
        return london_date(self.saved_at) + KEPT_FOR


def start_draft(typed: Json, *, record: Writing) -> str:
    """A new draft; its id. NotAllowed for someone who could never send it."""
    access.check_raise(record.who)
    id = new_id()
    drafts.add_draft(record.session, id, record.who.id, json.dumps(typed), record.now)
    record.note("draft-start", detail=id)
    return id


def read_draft(id: str, *, record: Reading) -> SavedDraft:
    """One's own draft; NotFound for anybody else's, and once it is due to be deleted."""
    draft = _present(drafts.find_draft(record.session, id, record.who.id))
    if london_date(record.now) >= draft.deleted_on:
        raise NotFound("There is no such draft any more.")
    record.note("draft-read", detail=id)
    return draft


def read_drafts(*, record: Reading) -> list[SavedDraft]:
    """One's own drafts that are not sent, the last changed first."""
    mine = map(_saved, drafts.unsent_drafts(record.session, record.who.id))
    return [draft for draft in mine if london_date(record.now) < draft.deleted_on]


def save_step(id: str, step: str, typed: Json, *, record: Writing) -> None:
    """Keep one step in place of what it held. Raises NotFound, and Conflict once it is sent."""
    draft = _present(drafts.claim_draft(record.session, id, record.who.id))
    if draft.concern:
        raise Conflict("This concern was sent. Its answers cannot be changed here any more.")
    answers = json.dumps({**draft.typed, step: typed})
    drafts.keep_answers(record.session, id, answers, record.now)
    record.note("draft-save", detail=id)


def delete_old_drafts(*, record: Writing) -> int:
    """Delete, whoever wrote them, the drafts whose `deleted_on` has come; how many there were."""
    first_kept = london_date(record.now) - KEPT_FOR + timedelta(days=1)
    deleted = drafts.delete_drafts(record.session, datetime.combine(first_kept, time(), LONDON))
    if deleted:
        record.note("drafts-deleted", detail=str(deleted))
    return deleted


def _present(row: DraftRow | None) -> SavedDraft:
    if row is None:
        raise NotFound("There is no such draft.")
    return _saved(row)


def _saved(row: DraftRow) -> SavedDraft:
    return SavedDraft(
        id=row.id, typed=json.loads(row.answers), saved_at=row.updated_at, concern=row.concern_id
    )
