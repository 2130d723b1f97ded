from datetime import timedelta

import pytest

from shared.errors import NotAllowed
from shared.hand_over import LASTS, Operator, Purpose, read_ticket, ticket
from shared.identity import Role
from shared.signing import sign
from tests.notify.builders import NOON
from tests.shared.test_signing import NEW, OLD

WHO = Operator(
    id="0199", role=Role.COORDINATOR, areas=frozenset({"north", "south"}), referral="task-1"
)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_ticket_names_its_holder_until_it_ends(purpose: Purpose) -> None:
    text = ticket(WHO, purpose, secrets=[NEW], now=NOON)
    almost = NOON + LASTS[purpose] - timedelta(seconds=1)
    assert read_ticket(text, purpose, secrets=[NEW], now=almost) == WHO
    with pytest.raises(NotAllowed):
        read_ticket(text, purpose, secrets=[NEW], now=NOON + LASTS[purpose])


def test_a_ticket_to_come_in_by_is_none_to_stay_with() -> None:
    text = ticket(WHO, Purpose.ENTER, secrets=[NEW], now=NOON)
    with pytest.raises(NotAllowed):
        read_ticket(text, Purpose.STAY, secrets=[NEW], now=NOON)


def test_while_a_secret_is_changed_tickets_of_both_are_good() -> None:
    text = ticket(WHO, Purpose.STAY, secrets=[OLD], now=NOON)
    assert read_ticket(text, Purpose.STAY, secrets=[NEW, OLD], now=NOON) == WHO
    with pytest.raises(NotAllowed):
        read_ticket(text, Purpose.STAY, secrets=[NEW], now=NOON)


FORGED = [
    "",
    "no ticket",
    "é.é.é",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    sign(b"{}", id="1", at=NOON, secrets=[NEW])["webhook-signature"],
]


@pytest.mark.parametrize("text", FORGED)
def test_what_is_no_ticket_lets_nobody_in(text: str) -> None:
    with pytest.raises(NotAllowed):
        read_ticket(text, Purpose.ENTER, secrets=[NEW], now=NOON)


def test_a_ticket_that_was_changed_lets_nobody_in() -> None:
    head, claims, signature = ticket(WHO, Purpose.STAY, secrets=[NEW], now=NOON).split(".")
    other = ticket(
        Operator(id="0200", role=Role.ADMIN), Purpose.STAY, secrets=[OLD], now=NOON
    ).split(".")[1]
    with pytest.raises(NotAllowed):
        read_ticket(f"{head}.{other}.{signature}", Purpose.STAY, secrets=[NEW], now=NOON)
    assert claims != other
