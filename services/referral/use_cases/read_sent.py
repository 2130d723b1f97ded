"""What became of a draft that was sent: who was asked, by when they answer, and who is told."""

from dataclasses import dataclass

from services.referral.domain.agreement import may_tell_family
from services.referral.domain.concern import Concern
from services.referral.domain.referral import Referral
from services.referral.records.agreements import to_agreement
from services.referral.records.form_resources_family import safe_to_contact
from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.use_cases.drafts import read_draft
from shared.errors import NotFound
from shared.fhir.reading import usual_name


@dataclass(frozen=True, kw_only=True)
class SentDraft:
    """`child` is what the child is called."""

    concern: Concern
    child: str
    family_told: bool

    @property
    def referrals(self) -> list[Referral]:
        """Those that the sending made; what came later is told on the page of the concern."""
        return [one for one in self.concern.referrals if not one.replaces]


def read_sent(id: str, *, record: Reading) -> SentDraft:
    """Raises NotFound for a draft that is not sent, or not one's own."""
    draft = read_draft(id, record=record)
    if draft.concern is None:
        raise NotFound("This concern is not sent yet.")
    concern = record.concern(draft.concern).concern
    child = record.resource("Patient", concern.child)
    record.note("read", child)
    family = record.of_concern(draft.concern, "Consent", "RelatedPerson")
    return SentDraft(
        concern=concern,
        child=usual_name(child.json) or "",
        family_told=is_family_told(family),
    )


def is_family_told(family: list[Resource]) -> bool:
    """Whether the agreement lets us tell anyone, and there is someone safe to tell."""
    agreements = [to_agreement(one.json) for one in family if one.type == "Consent"]
    carers = [one.json for one in family if one.type == "RelatedPerson"]
    may = bool(agreements) and may_tell_family(agreements)
    return may and any(safe_to_contact(carer).get("answer") != "no" for carer in carers)
