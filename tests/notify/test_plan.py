import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.message import message_id
from services.notify.domain.plan import AMONG_STAFF, messages_for, template_for
from shared.contract import Audience, Channel, Moment, Recipient
from tests.notify.builders import FAMILY, NOON, REFERRER, an_event

BY_CHANNEL = {
    Audience.FAMILY: {Channel.EMAIL},
    Audience.REFERRER: {Channel.EMAIL, Channel.IN_APP},
    Audience.SERVICE: {Channel.EMAIL, Channel.IN_APP},
    Audience.COORDINATOR: {Channel.EMAIL, Channel.IN_APP},
    Audience.NEXT_STEP: {Channel.EMAIL, Channel.IN_APP},
    Audience.KEY_CONTACT: {Channel.EMAIL, Channel.IN_APP},
    Audience.MANAGER: {Channel.EMAIL, Channel.IN_APP},
    Audience.AREA: {Channel.EMAIL, Channel.IN_APP},
    Audience.LEADERS: {Channel.EMAIL, Channel.IN_APP},
}

WORDS = {
    (Moment.ACCEPTED, Audience.FAMILY): "family/accepted",
    (Moment.ACCEPTED, Audience.REFERRER): "staff/accepted",
    (Moment.RETURNED, Audience.REFERRER): "referrer/returned",
    (Moment.RETURNED, Audience.NEXT_STEP): "next-step/returned",
    (Moment.RETURNED, Audience.COORDINATOR): "coordinator/returned",
    (Moment.MADE, Audience.SERVICE): "service/made",
    (Moment.PAUSED, Audience.SERVICE): "staff/paused",
    (Moment.ESCALATED, Audience.MANAGER): "manager/escalated",
    (Moment.ESCALATED, Audience.AREA): "area/escalated",
    (Moment.ESCALATED, Audience.LEADERS): "leaders/escalated",
    (Moment.THINGS_CHANGED, Audience.KEY_CONTACT): "key-contact/things-changed",
    (Moment.THINGS_CHANGED, Audience.REFERRER): "staff/things-changed",
}


@pytest.mark.parametrize("audience", Audience)
def test_staff_are_told_by_mail_and_in_the_app_and_families_by_mail(audience: Audience) -> None:
    event = an_event(Recipient(id="Practitioner/one", audience=audience))
    assert {m.channel for m in messages_for(event, now=NOON)} == BY_CHANNEL[audience]


@pytest.mark.parametrize(("told", "words"), WORDS.items())
def test_who_is_told_what_in_which_words(told: tuple[Moment, Audience], words: str) -> None:
    assert template_for(*told) == words


def test_families_never_get_the_words_for_staff() -> None:
    assert all(
        template_for(moment, Audience.FAMILY).startswith("family/")
        for moment in set(Moment) - AMONG_STAFF
    )


def test_a_message_is_the_same_however_often_its_event_comes() -> None:
    event = an_event(FAMILY, REFERRER)
    assert messages_for(event, now=NOON) == messages_for(event, now=NOON)


def test_who_is_listed_twice_for_the_same_words_is_told_once() -> None:
    as_coordinator = Recipient(id=REFERRER.id, audience=Audience.COORDINATOR)
    event = an_event(REFERRER, REFERRER, as_coordinator, moment=Moment.PAUSED)
    assert len(messages_for(event, now=NOON)) == 2


PARTS = st.fixed_dictionaries(
    {
        "event": st.sampled_from(["a", "b"]),
        "recipient": st.sampled_from(["Practitioner/a", "Practitioner/b"]),
        "channel": st.sampled_from(Channel),
        "template": st.sampled_from(["family/made", "staff/made"]),
    }
)


@given(PARTS, PARTS)
def test_two_messages_are_one_only_if_everything_about_them_is(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert (message_id(**one) == message_id(**other)) == (one == other)  # type: ignore[arg-type]


def test_a_family_is_written_to_by_the_channel_that_was_asked_for() -> None:
    event = an_event(FAMILY, REFERRER, moment=Moment.MESSAGE, medium=Channel.SMS)
    planned = {(one.recipient, one.channel) for one in messages_for(event, now=NOON)}
    assert planned == {
        (FAMILY.id, Channel.SMS),
        (REFERRER.id, Channel.EMAIL),
        (REFERRER.id, Channel.IN_APP),
    }
