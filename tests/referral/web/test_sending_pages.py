"""The way over to notify's own pages."""

from urllib.parse import parse_qs, urlsplit

import pytest

from services.referral.use_cases.workplace import Workplace
from shared.hand_over import Purpose, read_ticket
from shared.identity import Role
from shared.signing import DEMO_SECRET
from tests.referral.web.browsers import Browsers


def test_a_coordinator_goes_to_the_letters_of_their_areas(
    browsers: Browsers, at: Workplace
) -> None:
    coordinator = browsers.of("coordinator")
    assert "Letters to post" in coordinator.read("/sending")
    answer = coordinator.get("/sending/letters")
    assert answer.status_code == 303
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["page"] == ["/letters"]
    [text] = asked["ticket"]
    who = read_ticket(text, Purpose.ENTER, secrets=[DEMO_SECRET], now=at.clock())
    assert who.role is Role.COORDINATOR
    assert who.areas, "a coordinator answers for somewhere"


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("admin", "letters"),
        ("coordinator", "nothing"),
        ("nursery", "letters"),
        ("camhs", "letters"),
    ],
)
def test_nobody_goes_where_nothing_is_theirs(browsers: Browsers, who: str, path: str) -> None:
    assert browsers.of(who).get(f"/sending/{path}").status_code == 404
