"""A family that was not reached, or did not answer, becomes work for a named person."""

from uuid import UUID, uuid5

from services.referral.domain.changes import Change
from services.referral.domain.concern import Ask, AskId, AskKind, Taker
from services.referral.domain.referral import ReferralId
from services.referral.records.ids import new_id
from services.referral.records.key_contacts import key_contact_of
from services.referral.records.reading import Loaded
from services.referral.records.tasks import is_ask_of
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook, circumstances
from services.referral.use_cases.concern_changes import write_change
from services.referral.use_cases.things_changed import coordinator_of
from shared.contract import Audience, Moment, Recipient, ReferralEvent

MOVE = "reach-family"
_NAMESPACE = UUID("0d0c4a52-5d3f-5f0e-8a9d-6f2b7c1e9d44")

NOT_DELIVERED = (
    "A message to the family did not arrive, or nobody can know whether it did. Reach them in "
    "another way, tell them what it said, and put their address right if it is wrong."
)
NOT_POSTED = (
    "A letter to the family has lain on the desk for longer than a working day. Print it and post "
    "it, or reach them in another way, and say here what was done."
)
NOT_ANSWERED = (
    "The family has not answered a question by its date. Speak with them, and write their answer "
    "down for them if that helps. Nothing is closed because of it."
)


def ask_to_reach(
    loaded: Loaded, task: str, why: str, *, because_of: str, record: Writing, rules: Rulebook
) -> bool:
    """Whether somebody has been asked now: once for each thing it is because of (the id of a
    message or a question), and never while the same concern has this to do already.

    It goes to the key contact, or to a coordinator where nobody is. Conflict where nobody is there.
    """
    contact = key_contact_of(record, loaded.request.id, loaded.concern.setting)
    return _ask(loaded, task, why, contact, because_of=because_of, record=record, rules=rules)


def ask_desk(
    loaded: Loaded, task: str, why: str, *, because_of: str, record: Writing, rules: Rulebook
) -> bool:
    """The same of a coordinator, who has the letters."""
    return _ask(loaded, task, why, None, because_of=because_of, record=record, rules=rules)


def _ask(
    loaded: Loaded,
    task: str,
    why: str,
    person: str | None,
    *,
    because_of: str,
    record: Writing,
    rules: Rulebook,
) -> bool:
    id = AskId(str(uuid5(_NAMESPACE, because_of)))
    if record.find("Task", id) or _is_asked(loaded, record):
        return False
    given = circumstances(rules, record, areas=(), now=record.now)
    ask = Ask(
        id=id,
        kind=AskKind.REACH,
        referral=_referral(loaded, task),
        owner=Taker.PERSON,
        person=person or coordinator_of(record, rules, loaded),
        text=why,
        made_at=record.now,
        due_at=given.ask_due(AskKind.REACH),
    )
    # The concern's own status stays: also what has ended may still have to be told.
    change = Change(concern=loaded.concern.with_ask(ask), happened=())
    write_change(record, loaded, change, move=MOVE, text=None, sent={})
    moment = Moment.REACH_FAMILY if why == NOT_ANSWERED else Moment.UNDELIVERED
    record.tell([_event(moment, loaded, ask, record)])
    return True


def _is_asked(loaded: Loaded, record: Writing) -> bool:
    made = record.created("Task")
    concern = loaded.request.id
    is_new = any(one.place.concern == concern and is_ask_of(one, AskKind.REACH) for one in made)
    return is_new or any(one.kind is AskKind.REACH for one in loaded.concern.open_asks)


def _referral(loaded: Loaded, task: str) -> ReferralId:
    """That of the Task, which may itself ask something because of a referral."""
    asked = (one.referral for one in loaded.concern.asks if one.id == task)
    return next(asked, ReferralId(task))


def _event(moment: Moment, loaded: Loaded, ask: Ask, record: Writing) -> ReferralEvent:
    referral = loaded.concern.referral(ask.referral)
    return ReferralEvent(
        id=new_id(),
        at=record.now,
        moment=moment,
        task=referral.id,
        concern=loaded.concern.id,
        child=loaded.concern.child,
        service=referral.service,
        move=MOVE,
        state=referral.state,
        level=referral.level,
        recipients=(Recipient(id=ask.person or "", audience=Audience.KEY_CONTACT),),
    )
