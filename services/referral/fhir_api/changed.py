"""A Communication that says that things have changed: kept, and read the same working day."""

from services.referral.domain.change_told import CHOICES, What
from services.referral.domain.concern import AskKind
from services.referral.records.resource import Json, Resource
from services.referral.records.tasks import code_in
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.keep_resource import create_resource
from services.referral.use_cases.things_changed import tell_changed
from shared.errors import Invalid, Issue
from shared.fhir.codes import TASK_KIND
from shared.fhir.references import reference_parts


def says_changed(sent: Json) -> bool:
    """By its category, a code of our task kinds."""
    kinds = (code_in(one, TASK_KIND) for one in sent.get("category", []))
    return sent["resourceType"] == "Communication" and AskKind.CHANGED in kinds


def keep_changed(sent: Json, *, record: Writing, rules: Rulebook) -> Resource:
    """The Communication. Invalid without a Task in partOf; else as `tell_changed` raises."""
    references = (one.get("reference", "") for one in sent.get("partOf", []))
    about = [parts for one in references if (parts := reference_parts(one))]
    task = next((id for type, id in about if type == "Task"), None)
    if task is None:
        text = "Say in partOf which Task it is about."
        raise Invalid(Issue(text, "Communication.partOf", "required"))
    words = " ".join(one.get("contentString", "") for one in sent.get("payload", []))
    tell_changed(task, _what(sent), words, record=record, rules=rules)
    return create_resource(sent, record=record, rules=rules)


def _what(sent: Json) -> What:
    """By a code of its reason; without one, something else has changed."""
    codings = (one for reason in sent.get("reasonCode", []) for one in reason.get("coding", []))
    known = {what.value for what in CHOICES}
    return What(next((c["code"] for c in codings if c.get("code") in known), What.OTHER))
