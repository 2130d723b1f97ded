"""Which carer has a way in, and what each of them sees."""

from collections.abc import Set
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.carers import EVERYTHING, Carer, Sight, sees, why_no_way_in

PROGRESS = {Sight.PROGRESS}
AT_HOME = {Sight.PROGRESS, Sight.APPOINTMENTS}

WHO_SEES: dict[str, tuple[dict[str, Any], Set[Sight]]] = {
    "a mother at home": ({"responsibility": "yes", "lives_with_child": True}, set(EVERYTHING)),
    "a father who lives elsewhere": ({"responsibility": "yes"}, set(EVERYTHING)),
    "a father from whom the address is kept": (
        {"responsibility": "yes", "hides_address": True},
        EVERYTHING - {Sight.APPOINTMENTS},
    ),
    "a mother whose own address is kept": (
        {"responsibility": "yes", "hides_address": True, "lives_with_child": True},
        set(EVERYTHING),
    ),
    "a foster carer": ({"responsibility": "no", "lives_with_child": True}, AT_HOME),
    "a grandmother elsewhere": ({"responsibility": "no"}, PROGRESS),
    "a carer of whom it is not known": ({"responsibility": "not-known"}, PROGRESS),
    "a carer of whom nobody asked": ({}, PROGRESS),
}

NO_WAY_IN: dict[str, dict[str, Any]] = {
    "not-a-carer": {"is_current": False},
    "not-safe": {"safe": "no"},
    "does-not-know": {"knows": False},
    "agreement-withdrawn": {"is_agreed": False},
    "no-address": {"email": None},
}


def a_carer(**changes: Any) -> Carer:
    return Carer(**{"email": "ada@example.org", "safe": "yes", "knows": True, **changes})


@pytest.mark.parametrize(("said", "seen"), WHO_SEES.values(), ids=WHO_SEES)
def test_what_a_carer_sees_depends_on_themselves(said: dict[str, Any], seen: set[Sight]) -> None:
    assert sees(a_carer(**said)) == seen


@pytest.mark.parametrize(("why", "said"), NO_WAY_IN.items(), ids=NO_WAY_IN)
def test_one_reason_is_enough_to_have_no_way_in(why: str, said: dict[str, Any]) -> None:
    carer = a_carer(responsibility="yes", **said)
    assert why_no_way_in(carer) == why
    assert sees(carer) == set()


@pytest.mark.parametrize("safe", ["limited", "not-known", "no", "anything else"])
def test_unless_it_is_safe_there_is_no_way_in(safe: str) -> None:
    assert why_no_way_in(a_carer(safe=safe)) == "not-safe"


def test_what_another_system_does_not_say_keeps_nobody_out() -> None:
    assert why_no_way_in(a_carer(safe="", knows=None)) == ""


CARERS = st.builds(
    Carer,
    is_current=st.booleans(),
    email=st.sampled_from([None, "ada@example.org"]),
    safe=st.sampled_from(["", "yes", "limited", "not-known", "no"]),
    knows=st.sampled_from([None, True, False]),
    responsibility=st.sampled_from(["", "yes", "no", "not-known"]),
    lives_with_child=st.booleans(),
    is_agreed=st.booleans(),
    hides_address=st.booleans(),
)


@given(CARERS)
def test_only_who_may_come_in_sees_anything(carer: Carer) -> None:
    assert bool(sees(carer)) == (why_no_way_in(carer) == "")


@given(CARERS)
def test_only_a_holder_of_responsibility_reads_the_story_or_speaks(carer: Carer) -> None:
    assert carer.responsibility == "yes" or not {Sight.STORY, Sight.ACT} & sees(carer)


@given(CARERS)
def test_where_the_address_is_kept_nobody_elsewhere_learns_where_the_child_will_be(
    carer: Carer,
) -> None:
    hidden = carer.hides_address and not carer.lives_with_child
    assert not (hidden and Sight.APPOINTMENTS in sees(carer))
