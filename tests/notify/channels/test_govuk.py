import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.notify.channels.govuk import Account, GovukNotify
from services.notify.domain.channel import Dedup, NotKnownNow, Outcome, ReceiptState
from shared.contract import Channel
from tests.notify.channels.outgoing import ADDRESS, TEXT, an_outgoing
from tests.notify.stand_ins.govuk import (
    EMAIL_TEMPLATE,
    KEY,
    LETTER_TEMPLATE,
    SERVICE,
    SMS_TEMPLATE,
    Govuk,
    Trouble,
)

ADDRESSES = {
    Channel.EMAIL: "parent@example.org",
    Channel.SMS: "07700 900123",
    Channel.LETTER: ADDRESS,
}
TEMPLATES = {
    Channel.EMAIL: EMAIL_TEMPLATE,
    Channel.SMS: SMS_TEMPLATE,
    Channel.LETTER: LETTER_TEMPLATE,
}
EVERY = list(ADDRESSES)


@pytest.fixture
def govuk() -> Iterator[Govuk]:
    with Govuk(silence=0.5).open() as standing_in:
        yield standing_in


def provider(govuk: Govuk, channel: Channel, *, key: str = KEY) -> GovukNotify:
    account = Account(key=key, url=govuk.url, timeout=0.3)
    return GovukNotify(
        name=f"govuk-{channel}", channel=channel, account=account, template=TEMPLATES[channel]
    )


@pytest.mark.parametrize("channel", EVERY)
def test_it_takes_the_words_as_we_wrote_them_under_our_reference(
    govuk: Govuk, channel: Channel
) -> None:
    message = an_outgoing(address=ADDRESSES[channel])
    sent = provider(govuk, channel).send(message)
    [taken] = govuk.taken
    assert (sent.outcome, sent.reference) == (Outcome.ACCEPTED, taken["id"])
    assert (taken["body"], taken["reference"], taken["type"]) == (TEXT, message.id, channel)


def test_a_number_goes_out_in_its_international_form_and_an_address_line_by_line(
    govuk: Govuk,
) -> None:
    for channel in (Channel.SMS, Channel.LETTER):
        provider(govuk, channel).send(an_outgoing(address=ADDRESSES[channel]))
    text, letter = govuk.taken
    assert text["phone_number"] == "+447700900123"
    assert letter["lines"] == ADDRESS.splitlines()


NO_ADDRESSES = [
    (Channel.EMAIL, "nobody"),
    (Channel.SMS, "01632 960123"),  # a telephone on a wall
    (Channel.SMS, "12"),
    (Channel.LETTER, "1 Any Street\nZZ99 3AA"),
    (Channel.LETTER, "The Parent\n1 Any Street\nAnytown"),
    (Channel.LETTER, "The Parent\n(flat 2)\nZZ99 3AA"),
]


@pytest.mark.parametrize(("channel", "address"), NO_ADDRESSES)
def test_what_is_no_address_is_given_up_without_asking(
    govuk: Govuk, channel: Channel, address: str
) -> None:
    sent = provider(govuk, channel).send(an_outgoing(address=address))
    assert (sent.outcome, sent.code) == (Outcome.PERMANENT, "address-not-valid")
    assert govuk.taken == []


def test_an_address_that_it_refuses_is_given_up(govuk: Govuk) -> None:
    nowhere = an_outgoing(address="The Parent\nNowhere\nZZ99 3AA")
    sent = provider(govuk, Channel.LETTER).send(nowhere)
    assert (sent.outcome, sent.code) == (Outcome.PERMANENT, "400-ValidationError")


def test_a_template_that_it_does_not_know_is_not_the_persons_fault(govuk: Govuk) -> None:
    wrong = replace(provider(govuk, Channel.EMAIL), template=SMS_TEMPLATE)
    sent = wrong.send(an_outgoing())
    assert (sent.outcome, sent.code) == (Outcome.TECHNICAL, "400-BadRequestError")
    assert not sent.is_away


def test_a_key_that_it_does_not_know_is_an_operators_work(govuk: Govuk) -> None:
    key = f"sooner-{SERVICE}-00000000-0000-4000-8000-000000000000"
    sent = provider(govuk, Channel.EMAIL, key=key).send(an_outgoing())
    assert (sent.outcome, sent.code, sent.is_away) == (Outcome.TECHNICAL, "403-AuthError", True)


TROUBLES = {
    Trouble.CLOCK: (Outcome.TECHNICAL, "403-AuthError", True, 0),
    Trouble.PACE: (Outcome.TEMPORARY, "429-RateLimitError", True, 0),
    Trouble.DAY: (Outcome.TEMPORARY, "429-TooManyRequestsError", True, 0),
    Trouble.BROKEN: (Outcome.UNCERTAIN, "500-Exception", False, 0),
    Trouble.BROKEN_AFTER: (Outcome.UNCERTAIN, "500-Exception", False, 1),
    Trouble.GATEWAY: (Outcome.UNCERTAIN, "503-", False, 0),
    Trouble.SILENT: (Outcome.UNCERTAIN, "ReadTimeout", False, 1),
    Trouble.HANGS_UP: (Outcome.UNCERTAIN, "ConnectionError", False, 1),
    Trouble.NONSENSE: (Outcome.UNCERTAIN, "answer-not-read", False, 1),
}


@pytest.mark.parametrize(("trouble", "expected"), TROUBLES.items(), ids=lambda one: str(one))
def test_only_what_surely_was_not_taken_counts_as_not_taken(
    govuk: Govuk, trouble: Trouble, expected: tuple[Outcome, str, bool, int]
) -> None:
    govuk.troubles = [trouble]
    sent = provider(govuk, Channel.EMAIL).send(an_outgoing())
    assert (sent.outcome, sent.code, sent.is_away, len(govuk.taken)) == expected


def test_one_that_is_not_there_has_taken_nothing(govuk: Govuk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        away = Govuk(url=f"http://127.0.0.1:{free.getsockname()[1]}")
    sent = provider(away, Channel.SMS).send(an_outgoing(address="07700 900123"))
    assert (sent.outcome, sent.code, sent.is_away) == (Outcome.TEMPORARY, "ConnectionError", True)


def test_it_can_be_asked_whether_it_has_a_message_before_that_is_sent_again(govuk: Govuk) -> None:
    by_email = provider(govuk, Channel.EMAIL)
    govuk.troubles = [Trouble.SILENT]
    assert by_email.send(an_outgoing()).outcome is Outcome.UNCERTAIN
    assert by_email.dedup is Dedup.LOOK_UP
    known = by_email.look_up(an_outgoing().id)
    assert known is not None
    assert known.state is ReceiptState.SENT
    assert by_email.look_up("another") is None


@pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.SILENT, Trouble.NONSENSE])
def test_from_a_look_up_that_fails_nothing_follows(govuk: Govuk, trouble: Trouble) -> None:
    govuk.troubles = [trouble]
    with pytest.raises(NotKnownNow):
        provider(govuk, Channel.EMAIL).look_up("0199")


STATUSES = {
    "created": ReceiptState.SENT,
    "delivered": ReceiptState.DELIVERED,
    "temporary-failure": ReceiptState.TEMPORARY_FAILURE,
    "permanent-failure": ReceiptState.PERMANENT_FAILURE,
    "technical-failure": ReceiptState.TECHNICAL_FAILURE,
}


@pytest.mark.parametrize(("status", "state"), STATUSES.items())
def test_it_tells_how_far_a_message_came(govuk: Govuk, status: str, state: ReceiptState) -> None:
    by_sms = provider(govuk, Channel.SMS)
    by_sms.send(an_outgoing(address="07700 900123"))
    govuk.settle("0199", status)
    known = by_sms.look_up("0199")
    assert known is not None
    assert (known.state, known.code, known.at.isoformat()) == (
        state,
        status,
        "2026-03-02T12:05:00+00:00",
    )


def test_of_a_message_that_went_out_twice_the_one_that_arrived_counts(govuk: Govuk) -> None:
    by_email = provider(govuk, Channel.EMAIL)
    by_email.send(an_outgoing())
    govuk.settle("0199", "delivered")
    by_email.send(an_outgoing())
    known = by_email.look_up("0199")
    assert known is not None
    assert known.state is ReceiptState.DELIVERED


@pytest.fixture(autouse=True)
def nothing_personal_in_the_logs(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    yield
    out, err = capfd.readouterr()
    for address in ("parent@example.org", "900123", "Any Street", KEY[-36:]):
        assert address not in out + err + caplog.text


def test_a_letter_in_large_print_is_left_to_others(govuk: Govuk) -> None:
    large = an_outgoing(address=ADDRESS, large_print=True)
    sent = provider(govuk, Channel.LETTER).send(large)
    assert (sent.outcome, sent.code, govuk.taken) == (Outcome.TEMPORARY, "no-large-print", [])
