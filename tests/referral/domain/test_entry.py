"""Who may come in as what, by what another sign-in service says of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.entry import EntryRule, at_path, entry_for
from shared.identity import Role


def a_rule(when: dict[str, str], **more: Any) -> EntryRule:
    usual: dict[str, Any] = {"id": "r", "role": Role.SETTING, "organisation": "Z1"}
    return EntryRule(when=when, **{**usual, **more})


@pytest.mark.parametrize(
    ("claims", "path", "found"),
    [
        ({"roles": "a"}, "roles", ["a"]),
        ({"roles": ["a", "b"]}, "roles", ["a", "b"]),
        ({"access": {"sooner": {"roles": ["a"]}}}, "access.sooner.roles", ["a"]),
        ({"access": {"sooner.example.org": {"roles": ["a"]}}}, "access.sooner.example.org.roles",
         ["a"]),
        ({"https://example.org/roles": ["a"]}, "https://example.org/roles", ["a"]),
        ({"jobs": [{"org": "1"}, {"org": "2"}]}, "jobs.org", ["1", "2"]),
        ({"roles": None}, "roles", [None]),
        ({"roles": "a"}, "role", []),
        ({"roles": "a"}, "roles.a", []),
        ({}, "roles", []),
    ],
)  # fmt: skip
def test_a_path_leads_through_objects_and_lists(
    claims: dict[str, Any], path: str, found: list[str]
) -> None:
    assert list(at_path(claims, path)) == found


@pytest.mark.parametrize(
    ("claims", "comes_in"),
    [
        ({"roles": ["desk"], "site": "north"}, True),
        ({"roles": ["desk"], "site": "south"}, False),
        ({"roles": ["desk"]}, False),
        ({"roles": "desk2", "site": "north"}, False),
        ({"roles": {"desk": "desk"}, "site": "north"}, False),
        ({"roles": True, "site": "north"}, False),
    ],
)
def test_all_of_when_must_hold(claims: dict[str, Any], comes_in: bool) -> None:
    rule = a_rule({"roles": "desk", "site": "north"})
    assert (entry_for([rule], claims) is not None) == comes_in


def test_a_role_at_one_organisation_is_none_at_another() -> None:
    jobs = [{"org": "Z1", "role": "porter"}, {"org": "Z2", "role": "nurse"}]
    wanted = {"org": "Z1", "role": "nurse"}
    apart = {"jobs.org": "Z1", "jobs.role": "nurse"}
    assert entry_for([a_rule(wanted, within="jobs")], {"jobs": jobs}) is None
    assert entry_for([a_rule(wanted, within="jobs")], {"jobs": [*jobs, wanted]})
    assert entry_for([a_rule(apart)], {"jobs": jobs})  # which is what `within` is for


def test_what_another_employer_would_give_is_not_added() -> None:
    rules = [
        a_rule({"roles": "a"}, services=frozenset({"s1"})),
        a_rule({"roles": "b"}, services=frozenset({"s2"}), areas=frozenset({"north"})),
        a_rule({"roles": "c"}, services=frozenset({"s3"}), organisation="Z2"),
        a_rule({"roles": "d"}, services=frozenset({"s4"}), role=Role.ADMIN),
    ]
    entry = entry_for(rules, {"roles": ["d", "c", "b", "a"]})
    assert entry
    assert (entry.role, entry.organisation) == (Role.SETTING, "Z1")
    assert entry.services == {"s1", "s2"}
    assert entry.areas == {"north"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["desk", "roles", ""]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["roles", "a", ""]), inner),
)


@given(st.dictionaries(st.sampled_from(["roles", "roles.a", "", "x"]), JSON))
def test_nobody_comes_in_unless_the_very_value_stands_somewhere(claims: dict[str, Any]) -> None:
    if entry_for([a_rule({"roles.a": "desk"})], claims):
        assert '"desk"' in repr(claims).replace("'", '"')
    assert entry_for([], claims) is None
