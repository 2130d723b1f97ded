"""What is read from a mail that came back, and that nothing else is."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.bounced import LARGEST, NotABounce, read_bounce
from services.notify.domain.channel import Receipt, ReceiptState
from tests.notify.bounces import TO, a_bounce, a_reply
from tests.notify.builders import NOON

SENDER = "sooner@example.org"
ID = str(uuid4())
OURS = f"{ID}@example.org"


def read(raw: bytes) -> Receipt | None:
    return read_bounce(raw, sender=SENDER, at=NOON)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("5.1.1", ReceiptState.PERMANENT_FAILURE),
        ("5.2.1 (mailbox disabled)", ReceiptState.PERMANENT_FAILURE),
        ("5.7.1", ReceiptState.TECHNICAL_FAILURE),
        ("4.4.7", ReceiptState.TECHNICAL_FAILURE),  # given up after days of trying
    ],
)
def test_a_failure_names_our_message_and_its_code_and_no_address(
    status: str, state: ReceiptState, whole: bool
) -> None:
    receipt = read(a_bounce(OURS, status=status, whole=whole))
    assert receipt is not None
    assert (receipt.reference, receipt.state) == (ID, state)
    assert receipt.code == f"bounced-{status.partition(' ')[0]}"
    assert TO not in str(receipt)


@pytest.mark.parametrize("action", ["delayed", "relayed", "expanded", "delivered"])
def test_from_anything_but_a_failure_nothing_follows(action: str) -> None:
    assert read(a_bounce(OURS, action=action, status="4.4.1")) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        a_reply(),
        a_bounce(f"{ID}@elsewhere.example"),
        a_bounce("hello@example.org"),
        a_bounce(OURS).replace(b"message/delivery-status", b"text/plain"),
        a_bounce(OURS) + b" " * LARGEST,
    ],
    ids=["nothing", "a reply", "another's", "no id of ours", "no status", "too long"],
)
def test_what_is_no_report_of_our_mail_is_refused_without_its_words(raw: bytes) -> None:
    with pytest.raises(NotABounce) as refused:
        read(raw)
    assert "@" not in str(refused.value)


@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_bytes_do_anything_else(junk: bytes, at: int) -> None:
    whole = a_bounce(OURS)
    for raw in (junk, whole[:at] + junk + whole[at:]):
        try:
            receipt = read(raw)
        except NotABounce:
            continue
        assert receipt is None or receipt.reference == ID
