"""A family says which days suit it for an appointment: it reaches whoever has the request."""

from services.referral.domain.carers import Sight
from services.referral.domain.change_told import What
from services.referral.domain.moves import Kind, State
from services.referral.domain.referral import Referral
from services.referral.records.reading import Loaded, Reading
from services.referral.records.resource import Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.carer_rule import sight
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.things_changed import find_changed, tell_changed
from shared.errors import NotAllowed
from shared.identity import Role

#: From here on a service sees the child.
_SEES_CHILDREN = frozenset({State.ACCEPTED, State.OFFERED, State.ASSESSING, State.SUPPORTING})


def takes_times(referral: Referral) -> bool:
    """Whether days that suit are of use to the service now."""
    return referral.kind is Kind.SERVICE and referral.state in _SEES_CHILDREN


def find_times(task: str, record: Reading) -> Loaded:
    """NotFound and Conflict as for what has changed; NotAllowed for who may not know of the
    child's appointments, and before a service has accepted."""
    loaded, referral = find_changed(task, record)
    is_family = record.who.role is Role.FAMILY
    if not is_family or Sight.APPOINTMENTS not in sight(record.who, record):
        raise NotAllowed("Only carers who know of the appointments can say which days suit.")
    if not takes_times(referral):
        raise NotAllowed("The service has not said yes yet. Say which days suit when it has.")
    return loaded


def offer_times(task: str, text: str, *, record: Writing, rules: Rulebook) -> Resource:
    """The Task of the person at the service who is to read it. Errors as above, and Invalid."""
    find_times(task, record)
    return tell_changed(task, What.TIMES, text, record=record, rules=rules)
