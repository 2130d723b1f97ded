"""A message that somebody asked for: followed until each recipient has heard, or taken back."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from services.referral.records.resource import Json
from services.referral.use_cases.ask_to_tell import ask_to_tell
from services.referral.use_cases.keep_resource import update_resource
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.requested_messages import change_requested
from services.referral.use_cases.resolve_recipients import resolve_recipients
from services.referral.use_cases.take_message_events import take_message_events
from services.referral.use_cases.workplace import Workplace
from shared.contract import Channel, Fate, MessageEvent, Moment, RecipientQuery
from shared.errors import Invalid, NotAllowed
from shared.wire import message_to_cloudevent
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import as_
from tests.referral.use_cases.reading import audience, child_of, events

WORDS = "Please bring the red book."
NURSERY = as_("nursery").reference


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def mother(raised: Raised) -> str:
    return next(one.reference for one in raised.kept if one.type == "RelatedPerson")


def asks(at: Workplace, task: str, to: str, by: str = "speech", in_days: int = 0) -> str:
    """The id of the request."""
    now = at.clock()
    on = (now + timedelta(days=in_days)).date() if in_days else None
    with at.records.writing(as_(by), now=now) as record:
        return ask_to_tell(task, to, WORDS, on, record=record, rules=at.rules).id


def kept(at: Workplace, type: str, id: str) -> Json:
    with at.records.reading(ONLOOKER, now=at.clock()) as record:
        return record.resource(type, id).json


def a_message(at: Workplace, request: str, task: str, raised: Raised, to: str) -> MessageEvent:
    return MessageEvent(
        id=str(uuid4()),
        at=at.clock(),
        fate=Fate.ACCEPTED,
        message=str(uuid4()),
        event=request,
        task=task,
        concern=raised.concern,
        child=child_of(raised),
        recipient=to,
        channel=Channel.EMAIL,
        template="family/message",
    )


def hears(at: Workplace, *messages: MessageEvent) -> None:
    take_message_events([message_to_cloudevent(one) for one in messages], at=at)


def test_the_event_bears_the_id_of_the_request_and_none_of_its_words(
    at: Workplace, raised: Raised, task: str, mother: str
) -> None:
    request = asks(at, task, mother)
    event = events(at.records)[-1]
    assert (event["id"], audience(event)) == (request, {(mother, "family")})
    assert WORDS not in str(event)
    assert kept(at, "CommunicationRequest", request)["requester"]["display"] == as_("speech").name


@pytest.mark.parametrize(
    ("fate", "status"),
    [(Fate.ACCEPTED, "completed"), (Fate.FAILED, "stopped"), (Fate.NOT_SENT, "not-done")],
)
def test_it_is_completed_by_the_end_of_its_message_which_says_what_came_of_it(
    at: Workplace, raised: Raised, task: str, mother: str, fate: Fate, status: str
) -> None:
    request = asks(at, task, mother)
    message = replace(a_message(at, request, task, raised, mother), fate=fate)
    hears(at, message)
    told = kept(at, "Communication", message.message)
    assert told["status"] == status
    assert {"reference": f"CommunicationRequest/{request}"} in told["basedOn"]
    assert kept(at, "CommunicationRequest", request)["status"] == "completed"


def test_two_messages_of_one_request_in_one_batch_complete_it_once(
    at: Workplace, raised: Raised, task: str, mother: str
) -> None:
    request = asks(at, task, mother)
    first = a_message(at, request, task, raised, mother)
    hears(at, first, replace(first, id=str(uuid4()), message=str(uuid4()), channel=Channel.SMS))
    with at.records.reading(ONLOOKER, now=at.clock()) as record:
        assert record.resource("CommunicationRequest", request).version == 2


def test_other_messages_complete_nothing(
    at: Workplace, raised: Raised, task: str, mother: str
) -> None:
    request = asks(at, task, mother)
    other = a_message(at, request, task, raised, mother)
    hears(at, replace(other, template="family/accepted"))
    assert kept(at, "CommunicationRequest", request)["status"] == "active"


def test_it_stays_active_until_each_of_several_has_heard(
    anyshire: Anyshire, at: Workplace, raised: Raised, task: str, mother: str
) -> None:
    request = asks(at, task, mother)
    with at.records.writing(ONLOOKER, now=at.clock()) as record:
        old = record.resource("CommunicationRequest", request)
        both = [{"reference": mother}, {"reference": NURSERY}]
        update_resource(old.type, old.id, {**old.json, "recipient": both}, record=record,
                        version=None)  # fmt: skip
    hears(at, a_message(at, request, task, raised, mother))
    assert kept(at, "CommunicationRequest", request)["status"] == "active"
    inbox = replace(
        a_message(at, request, task, raised, NURSERY),
        channel=Channel.IN_APP, fate=Fate.DELIVERED, template="staff/message",
    )  # fmt: skip
    hears(at, inbox)
    assert kept(at, "CommunicationRequest", request)["status"] == "completed"


def may_send(at: Workplace, request: str, task: str, raised: Raised, to: str) -> tuple[bool, str]:
    query = RecipientQuery(
        recipient=to, child=child_of(raised), task=task, moment=Moment.MESSAGE, event=request
    )
    [answer] = resolve_recipients([query], at=at)
    return answer.may_send, answer.reason


def revoke(at: Workplace, request: str, by: str = "speech", **changes: str) -> None:
    with at.records.writing(as_(by), now=at.clock()) as record:
        old = record.resource("CommunicationRequest", request)
        sent = {**old.json, "status": "revoked", **changes}
        change_requested(old, sent, None, record=record)


def test_what_is_revoked_does_not_leave_any_more(
    at: Workplace, raised: Raised, task: str, mother: str
) -> None:
    request = asks(at, task, mother, in_days=3)
    assert may_send(at, request, task, raised, mother) == (True, "")
    revoke(at, request)
    assert may_send(at, request, task, raised, mother) == (False, "taken-back")


def test_what_was_told_is_not_revoked_and_nothing_else_of_it_changes(
    at: Workplace, raised: Raised, task: str, mother: str
) -> None:
    request = asks(at, task, mother)
    with pytest.raises(Invalid, match="ask anew"):
        revoke(at, request, priority="stat")
    hears(at, a_message(at, request, task, raised, mother))
    with pytest.raises(Invalid, match="only what is active"):
        revoke(at, request)


def test_another_organisation_revokes_nothing(
    at: Workplace, task: str, mother: str, raised: Raised
) -> None:
    request = asks(at, task, mother)
    with pytest.raises(NotAllowed):
        revoke(at, request, by="nursery")
    assert may_send(at, request, task, raised, mother) == (True, "")


def test_only_the_service_and_a_coordinator_ask_at_a_page_and_only_for_people_of_the_case(
    at: Workplace, task: str, mother: str
) -> None:
    assert asks(at, task, NURSERY, by="coordinator")
    with pytest.raises(NotAllowed):
        asks(at, task, mother, by="nursery")
    with pytest.raises(Invalid):
        asks(at, task, as_("camhs").reference)
