"""What to do stands first, and apart from the rule that asks for it."""

from services.referral.domain.concern import AskKind
from services.referral.web.action_words import what_and_why
from tests.referral.turns.waits import NUDGED, OVERDUE, Wait


def test_what_to_do_is_read_before_why(wait: Wait) -> None:
    wait.sweep(NUDGED)
    wait.sweep(OVERDUE)
    (action,) = wait.actions
    assert action.kind is AskKind.ACTION
    what, why = what_and_why(action.text)
    assert what.endswith("and what helps meanwhile.")
    assert why.startswith("OUR-TRIAGE of 1 September 2024, 5 working days")
    assert "If nothing is done" in why


def test_words_that_name_no_rule_are_all_of_it() -> None:
    assert what_and_why("Ring them. Today.") == ("Ring them. Today.", "")
