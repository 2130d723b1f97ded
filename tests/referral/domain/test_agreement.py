"""Who may see a concern after all that a family and the law have said."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.agreement import (
    DECIDERS,
    LAW,
    Agreement,
    ByLaw,
    Choice,
    Decider,
    Law,
    Standing,
    check_choice,
    is_secret_from_family,
    may_see,
    may_tell_family,
    shared_tags,
    why_not_ask,
)
from services.referral.domain.concern import Concern
from services.referral.domain.moves import Kind
from services.referral.domain.referral import ReferralId, ServiceId
from shared.errors import NotAllowed
from shared.identity import Principal, Role
from tests.referral.builders import a_referral, an_open_concern

GIVEN = Agreement(standing=Standing.GIVEN)
GIVEN_FOR_SPEECH = Agreement(standing=Standing.GIVEN, told=frozenset({"speech"}))
STOPPED = Agreement(standing=Standing.GIVEN, stopped=frozenset({"speech"}))
WITHDRAWN = Agreement(standing=Standing.WITHDRAWN)
SECRET = Agreement(standing=Standing.WITHOUT, by_law=(ByLaw(service=None, is_safe_to_tell=False),))
OPEN_WITHOUT = Agreement(
    standing=Standing.WITHOUT, by_law=(ByLaw(service=None, is_safe_to_tell=True),)
)
SPEECH_BY_LAW = Agreement(
    standing=Standing.WITHDRAWN, by_law=(ByLaw(service="speech", is_safe_to_tell=True),)
)
VOID = Agreement(standing=Standing.VOID, stopped=frozenset({"speech"}))

#: What was said; whether speech sees it, whether the family is told, whether camhs may be asked.
TABLE = [
    ((), True, True, True),
    ((GIVEN,), True, True, True),
    ((GIVEN_FOR_SPEECH,), True, True, False),
    ((GIVEN_FOR_SPEECH, GIVEN), True, True, True),
    ((STOPPED,), False, True, True),
    ((STOPPED, GIVEN), False, True, True),
    ((WITHDRAWN,), False, False, False),
    ((WITHDRAWN, GIVEN), True, True, True),
    ((SECRET,), True, False, True),
    ((OPEN_WITHOUT,), True, True, True),
    ((SPEECH_BY_LAW,), True, False, False),
    ((VOID,), True, False, True),
]


@pytest.mark.parametrize(("said", "seen", "told", "asked"), TABLE)
def test_what_was_said_decides_who_sees_and_who_is_told(
    said: tuple[Agreement, ...], seen: bool, told: bool, asked: bool
) -> None:
    assert may_see("speech", said) is seen
    assert may_tell_family(said) is told
    assert (why_not_ask("camhs", said) is None) is asked


def test_only_what_is_shared_in_secret_is_hidden_from_the_family() -> None:
    assert [is_secret_from_family([one]) for one in (GIVEN, WITHDRAWN, OPEN_WITHOUT, SECRET)] == [
        False, False, False, True,
    ]  # fmt: skip


SERVICES = st.sampled_from(["speech", "camhs", "early"])
BY_LAW = st.builds(ByLaw, service=SERVICES | st.none(), is_safe_to_tell=st.booleans())
AGREEMENTS = st.lists(
    st.builds(
        Agreement,
        standing=st.sampled_from(Standing),
        told=st.frozensets(SERVICES),
        stopped=st.frozensets(SERVICES),
        by_law=st.lists(
            st.builds(ByLaw, service=SERVICES | st.none(), is_safe_to_tell=st.booleans()),
            max_size=2,
        ).map(tuple),
    ),
    max_size=3,
)
HELD = frozenset({"area:Anyshire", "org:nursery"})


def a_concern_at(*services: str) -> Concern:
    return an_open_concern(
        *(a_referral(id=ReferralId(one), service=ServiceId(one)) for one in services),
        a_referral(id=ReferralId("desk-1"), service=ServiceId("desk"), kind=Kind.DESK),
    )


@given(AGREEMENTS, st.frozensets(SERVICES, min_size=1))
def test_a_service_has_its_tag_exactly_when_it_may_see(
    said: list[Agreement], asked: frozenset[str]
) -> None:
    concern = a_concern_at(*asked)
    tags = shared_tags(HELD, concern, said)
    for service in asked:
        assert (f"svc:{service}" in tags) is may_see(service, said)
    assert ("fam:child-1" in tags) is not is_secret_from_family(said)


@given(AGREEMENTS, st.frozensets(SERVICES, min_size=1))
def test_the_setting_the_area_and_the_desk_never_lose_it(
    said: list[Agreement], asked: frozenset[str]
) -> None:
    tags = shared_tags(HELD, a_concern_at(*asked), said)
    assert tags >= HELD | {"svc:desk"}


@given(AGREEMENTS, st.frozensets(SERVICES, min_size=1))
def test_deciding_the_tags_again_brings_nothing_back(
    said: list[Agreement], asked: frozenset[str]
) -> None:
    concern = a_concern_at(*asked)
    once = shared_tags(HELD | {f"svc:{one}" for one in asked}, concern, said)
    assert shared_tags(once, concern, said) == once


@given(AGREEMENTS, SERVICES)
def test_nobody_is_asked_who_may_not_see(said: list[Agreement], service: str) -> None:
    if not may_see(service, said):
        assert why_not_ask(service, said)


def somebody(role: Role, **more: object) -> Principal:
    return Principal(id="one", name="One", role=role, **more)  # type: ignore[arg-type]


PEOPLE = {
    "parent": somebody(Role.FAMILY, children=frozenset({"child-1"})),
    "another parent": somebody(Role.FAMILY, children=frozenset({"child-2"})),
    "setting": somebody(Role.SETTING, organisation="nursery"),
    "another setting": somebody(Role.SETTING, organisation="harbour"),
    "service": somebody(Role.PROFESSIONAL, services=frozenset({"speech"})),
    "another service": somebody(Role.PROFESSIONAL, services=frozenset({"camhs"})),
    "coordinator": somebody(Role.COORDINATOR),
    "admin": somebody(Role.ADMIN),
}
MAY = {
    Choice.STOP: {"parent", "setting", "service", "coordinator"},
    Choice.STOP_ALL: {"parent", "setting", "coordinator"},
    Choice.AGREE: {"parent", "setting", "service", "coordinator"},
    Choice.BY_LAW: {"coordinator"},
}


@pytest.mark.parametrize(("person", "choice"), [*product(PEOPLE, Choice)])
def test_who_may_decide_about_sharing(person: str, choice: Choice) -> None:
    try:
        check_choice(PEOPLE[person], choice, an_open_concern(), "yes")
        may = True
    except NotAllowed:
        may = False
    assert may is (person in MAY[choice])


@pytest.mark.parametrize(
    ("choice", "held", "may"),
    [
        (Choice.STOP, "yes", True), (Choice.STOP, "not-known", True), (Choice.STOP, "no", False),
        (Choice.AGREE, "yes", True), (Choice.AGREE, "not-known", False),
        (Choice.AGREE, "no", False), (Choice.STOP_ALL, "no", False),
    ],
)  # fmt: skip
def test_a_carer_decides_as_far_as_they_hold_parental_responsibility(
    choice: Choice, held: str, may: bool
) -> None:
    if may:
        check_choice(PEOPLE["parent"], choice, an_open_concern(), held)
    else:
        with pytest.raises(NotAllowed, match="parental responsibility"):
            check_choice(PEOPLE["parent"], choice, an_open_concern(), held)


def test_every_law_and_decider_has_its_words() -> None:
    assert set(LAW) == set(Law)
    assert set(DECIDERS) == set(Decider)
