import json
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.cloudevents import LARGEST_BATCH, CloudEvent, Unreadable, join, read_batch, to_json
from shared.contract import (
    Answer,
    AnswerStatus,
    Audience,
    Channel,
    Fate,
    MessageEvent,
    Moment,
    Recipient,
    RecipientQuery,
    RecipientResult,
    ReferralEvent,
)
from shared.errors import Invalid
from shared.wire import (
    message_to_cloudevent,
    read_answers,
    read_message_event,
    read_queries,
    read_referral_event,
    read_results,
    referral_to_cloudevent,
    write_answers,
    write_queries,
    write_results,
)
from tests.notify.builders import NOON, an_envelope, an_event

IDS = st.from_regex(r"[A-Za-z0-9.-]{1,64}", fullmatch=True)
CODES = st.from_regex(r"[a-z-]{0,20}", fullmatch=True)
PEOPLE = st.builds("{}/{}".format, st.sampled_from(["Practitioner", "RelatedPerson"]), IDS)
TIMES = st.datetimes(timezones=st.just(UTC))

RECIPIENTS = st.builds(
    Recipient, id=PEOPLE, audience=st.sampled_from(Audience), urgent=st.booleans()
)
REFERRAL_EVENTS = st.builds(
    ReferralEvent,
    id=IDS,
    at=TIMES,
    moment=st.sampled_from(Moment),
    task=IDS,
    concern=IDS,
    child=IDS,
    service=IDS,
    move=CODES,
    state=CODES,
    level=st.integers(0, 4),
    recipients=st.lists(RECIPIENTS, max_size=3).map(tuple),
)
MESSAGE_EVENTS = st.builds(
    MessageEvent,
    id=IDS,
    at=TIMES,
    fate=st.sampled_from(Fate),
    message=IDS,
    event=IDS,
    task=IDS,
    concern=IDS,
    child=IDS,
    recipient=PEOPLE,
    channel=st.sampled_from(Channel),
    template=CODES,
)


def over_the_wire(event: CloudEvent) -> CloudEvent:
    [arrived] = read_batch(join([to_json(event)]))
    assert isinstance(arrived, CloudEvent)
    return arrived


@given(REFERRAL_EVENTS)
def test_what_happened_arrives_as_it_was_sent(event: ReferralEvent) -> None:
    assert read_referral_event(over_the_wire(referral_to_cloudevent(event))) == event


@given(MESSAGE_EVENTS)
def test_what_became_of_a_message_arrives_as_it_was_sent(event: MessageEvent) -> None:
    assert read_message_event(over_the_wire(message_to_cloudevent(event))) == event


def test_any_reader_of_cloudevents_understands_ours() -> None:
    event = an_envelope()
    read = JSONFormat().read(None, to_json(event))
    assert (read.get_id(), read.get_type()) == (event.id, "sooner.referral.made")
    assert (read.get_time(), read.get_data()) == (NOON, event.data)


def test_an_event_says_only_ids_and_codes() -> None:
    assert set(an_envelope().data) == {
        *("task", "concern", "child", "service", "move", "state", "level", "medium", "recipients")
    }


WORDY: dict[str, Any] = {
    "task": "",
    "child": "Ann Example",
    "concern": "does not talk yet",
    "service": "Speech & language",
    "move": "he said no",
    "state": "x" * 81,
    "id": "a/b",
    "at": NOON.replace(tzinfo=None),
}


@pytest.mark.parametrize("field", WORDY)
def test_words_where_a_code_belongs_never_leave(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        replace(an_event(), **{field: WORDY[field]})


@pytest.mark.parametrize("id", ["Patient/1", "Practitioner/", "Practitioner/A Name", "a@b.example"])
def test_only_people_who_can_be_told_are_recipients(id: str) -> None:
    with pytest.raises(ValueError, match="id"):
        Recipient(id=id, audience=Audience.FAMILY)


WRONG: dict[str, Any] = {
    "specversion": "0.3",
    "type": "",
    "time": "yesterday",
    "source": 7,
    "data": "text",
    "datacontenttype": "text/plain",
}


@pytest.mark.parametrize("field", WRONG)
def test_an_entry_that_is_no_event_is_named_and_holds_up_no_other(field: str) -> None:
    good = json.loads(to_json(an_envelope()))
    bad = {**good, "id": "bad", field: WRONG[field]}
    first, second = read_batch(json.dumps([bad, good]).encode())
    assert isinstance(first, Unreadable)
    assert first.id == "bad"
    assert field in first.reason
    assert isinstance(second, CloudEvent)


@pytest.mark.parametrize("entry", [1, None, [], {}, {"id": ""}, {"id": 7}])
def test_an_entry_without_an_id_spoils_its_batch(entry: object) -> None:
    with pytest.raises(Invalid):
        read_batch(json.dumps([entry]).encode())


def test_a_batch_has_an_end() -> None:
    entry = to_json(an_envelope())
    assert len(read_batch(join([entry] * LARGEST_BATCH))) == LARGEST_BATCH
    with pytest.raises(Invalid):
        read_batch(join([entry] * (LARGEST_BATCH + 1)))


@given(st.binary())
def test_rubbish_is_refused_and_never_an_error(body: bytes) -> None:
    for read in (read_batch, read_answers, read_queries, read_results):
        try:
            read(body)
        except Invalid:
            continue
        assert json.loads(body) == []


def test_what_is_wrong_is_named_without_repeating_it() -> None:
    body = b'{"recipients": [{"recipient": "Ann Example", "child": "c", "task": "t"}]}'
    with pytest.raises(Invalid) as refused:
        read_queries(body)
    assert refused.value.issues[0].expression == "recipients.0"
    assert "Ann" not in str(refused.value)


def test_answers_and_questions_arrive_as_they_were_sent() -> None:
    answers = [Answer(id="1", status=AnswerStatus.REJECTED, reason="no such task")]
    assert read_answers(write_answers(answers)) == answers
    queries = [RecipientQuery(recipient="Practitioner/1", child="c", task="t")]
    assert read_queries(write_queries(queries)) == queries
    results = [RecipientResult(recipient="Practitioner/1", may_send=True, email="a@example.org")]
    assert read_results(write_results(results)) == results
