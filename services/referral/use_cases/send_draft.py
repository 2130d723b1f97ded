"""Send a finished draft, once: however often and wherever it is pressed, it is one concern."""

from services.referral.records.drafts import claim_draft, mark_sent
from services.referral.records.filled_form import FilledForm
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.concern_from_form import concern_from_form
from services.referral.use_cases.raise_concern import raise_concern
from shared.errors import NotFound


def send_draft(form: FilledForm, *, record: Writing, rules: Rulebook, is_new: bool = False) -> str:
    """The id of the concern, which is the first one's when the draft was sent before.

    `is_new` says that it is not the concern that is open already. Raises NotFound for somebody
    else's draft and whatever `raise_concern` raises; the draft then stays as it was.
    """
    draft = claim_draft(record.session, form.id, record.who.id)
    if draft is None:
        raise NotFound("There is no such draft.")
    if draft.concern_id:
        return draft.concern_id
    sent = concern_from_form(form, who=record.who, now=record.now, is_new=is_new)
    raised = raise_concern(sent, record=record, rules=rules)
    mark_sent(record.session, form.id, raised.concern, record.now)
    return raised.concern
