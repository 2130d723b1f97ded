"""What a token allows: never more than was asked for, nor more than the client may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.scopes import Interaction, allows, granted, spelled

CREATE, READ, UPDATE, DELETE, SEARCH = Interaction
TYPES = ("Task", "Patient", "ServiceRequest")


@pytest.mark.parametrize(
    ("scope", "type", "allowed"),
    [
        ("system/Task.rs", "Task", {READ, SEARCH}),
        ("system/Task.rs", "Patient", set()),
        ("system/*.cruds", "Patient", set(Interaction)),
        ("system/Task.read", "Task", {READ, SEARCH}),
        ("system/Task.write", "Task", {CREATE, UPDATE, DELETE}),
        ("system/Task.*", "Task", set(Interaction)),
        ("system/Task.r system/Task.u", "Task", {READ, UPDATE}),
        ("", "Task", set()),
        ("system/Task.", "Task", set()),
        ("system/Task.sr", "Task", set()),  # the letters have an order
        ("system/task.r", "Task", set()),
        ("user/Task.r", "Task", set()),
        ("patient/*.cruds", "Task", set()),
        ("system/Task.rs?status=requested", "Task", set()),
        ("openid system/Task.r", "Task", {READ}),
        ("system/Task.rx", "Task", set()),
    ],
)
def test_a_scope_allows(scope: str, type: str, allowed: set[Interaction]) -> None:
    assert {one for one in Interaction if allows(scope, type, one)} == allowed


@pytest.mark.parametrize(
    ("asked", "allowed", "given_"),
    [
        ("", "system/Task.rs", "system/Task.rs"),
        ("system/Task.rs", "system/*.cruds", "system/Task.rs"),
        ("system/Task.read", "system/*.cruds", "system/Task.read"),
        ("system/Task.cruds", "system/Task.rs", "system/Task.rs"),
        ("system/*.rs", "system/Task.cruds", "system/Task.rs"),
        ("system/*.cruds", "system/Task.r system/Patient.s", "system/Task.r system/Patient.s"),
        ("system/Patient.r", "system/Task.cruds", ""),
        ("system/Task.c", "system/Task.rs", ""),
        ("openid profile", "system/*.cruds", ""),
        ("system/Task.r?x=1", "system/*.cruds", ""),
    ],
)
def test_what_is_asked_for_is_given_as_far_as_it_is_allowed(
    asked: str, allowed: str, given_: str
) -> None:
    assert granted(asked, allowed) == given_


def _a_scope() -> st.SearchStrategy[str]:
    some = st.sets(st.sampled_from(list(Interaction)), min_size=1)
    return st.builds(spelled, st.sampled_from(("*", *TYPES)), some)


_SCOPES = st.lists(_a_scope(), min_size=1, max_size=4).map(" ".join)


@given(asked=_SCOPES, allowed=_SCOPES)
def test_a_grant_is_exactly_what_both_allow(asked: str, allowed: str) -> None:
    both = granted(asked, allowed)
    for type in TYPES:
        for one in Interaction:
            wanted = allows(asked, type, one) and allows(allowed, type, one)
            assert allows(both, type, one) == wanted
