"""Suggest who can help, from what a form says so far. Nothing is kept."""

from services.referral.domain.routing import Routing
from services.referral.records.filled_form import FilledForm
from services.referral.records.reading import Reading
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.concern_from_form import concern_from_form
from services.referral.use_cases.refer_concern import suggest
from shared.errors import Conflict

#: The steps without which the rules would only guess.
NEEDED = frozenset({"child", "address", "concern"})


def suggest_services(form: FilledForm, *, record: Reading, rules: Rulebook) -> Routing | None:
    """What the rules say today; None as long as too little is answered, or nobody could help.

    What is for the telephone ended the form earlier; a rule that stops suggests nothing here.
    """
    if not form.answers.keys() >= NEEDED:
        return None
    sent = concern_from_form(form, who=record.who, now=record.now)
    child = sent.patient
    try:
        return suggest(sent, child.resource, record=record, rules=rules) if child else None
    except Conflict:
        return None
