"""Who sees a record, and who may make which move."""

import pytest

from services.referral.domain.access import (
    DIRECTORY,
    EVERYTHING,
    Compartments,
    check_change,
    check_move,
    check_raise,
    may_finish,
    may_move,
    moves_for,
    only_services,
    parts,
    tags_of_principal,
    tags_of_record,
    tags_of_restricted,
)
from services.referral.domain.concern import Taker
from services.referral.domain.moves import FOLLOWING, Kind, Move, Part, State
from shared.errors import Invalid, NotAllowed
from shared.identity import Principal, Role, job
from tests.referral.builders import a_referral, an_ask, an_open_concern

CONCERN = an_open_concern()
(REFERRAL,) = CONCERN.referrals


def a_person(role: Role, **acts_for: object) -> Principal:
    return Principal(id="person", name="A person", role=role, **acts_for)  # type: ignore[arg-type]


NURSERY = a_person(Role.SETTING, organisation="nursery")
OTHER_NURSERY = a_person(Role.SETTING, organisation="other-nursery")
SPEECH = a_person(Role.PROFESSIONAL, organisation="trust", services=frozenset({"speech"}))
OTHER_SERVICE = a_person(Role.PROFESSIONAL, organisation="trust", services=frozenset({"camhs"}))
FAMILY = a_person(Role.FAMILY, children=frozenset({"child-1"}))
OTHER_FAMILY = a_person(Role.FAMILY, children=frozenset({"child-2"}))
COORDINATOR = a_person(Role.COORDINATOR, areas=frozenset({"Anyshire"}))
ADMIN = a_person(Role.ADMIN, organisation="council")
JOB = job("clock")

PARTS = [
    (NURSERY, {Part.REFERRER}),
    (OTHER_NURSERY, set()),
    (SPEECH, {Part.SERVICE}),
    (OTHER_SERVICE, set()),
    (FAMILY, {Part.FAMILY}),
    (OTHER_FAMILY, set()),
    (COORDINATOR, {Part.COORDINATOR}),
    (ADMIN, set()),
    (JOB, set()),
]


@pytest.mark.parametrize(("who", "played"), PARTS)
def test_the_part_someone_plays_follows_from_whom_they_act_for(
    who: Principal, played: set[Part]
) -> None:
    assert parts(who, CONCERN, REFERRAL) == played


def test_a_professional_who_raised_a_concern_is_its_referrer() -> None:
    teacher = a_person(Role.PROFESSIONAL, organisation="nursery", services=frozenset({"school"}))
    assert parts(teacher, CONCERN, REFERRAL) == {Part.REFERRER}


def test_a_coordinator_who_works_at_the_desk_is_also_the_service_there() -> None:
    at_desk = a_person(
        Role.COORDINATOR, areas=frozenset({"Anyshire"}), services=frozenset({"desk"})
    )
    desk = a_referral(service="desk", kind=Kind.DESK)
    assert parts(at_desk, CONCERN, desk) == {Part.COORDINATOR, Part.SERVICE}
    assert parts(at_desk, CONCERN, REFERRAL) == {Part.COORDINATOR}


SERVICE_ALONE = {
    Move.RECEIVE, Move.ACCEPT, Move.ASK, Move.OFFER, Move.START, Move.SUPPORT, Move.COMPLETE,
    Move.REDIRECT, Move.PLACE, Move.RETURN, Move.RECORD,
}  # fmt: skip
EVERYBODY = {Move.ANSWER, Move.PAUSE, Move.RESUME}

MAY = [
    (SPEECH, SERVICE_ALONE | EVERYBODY | {Move.ENTER_IN_ERROR, Move.SEEN}),
    (NURSERY, EVERYBODY | {Move.WITHDRAW, Move.ENTER_IN_ERROR}),
    (
        COORDINATOR,
        EVERYBODY | {Move.WITHDRAW, Move.ENTER_IN_ERROR, Move.SEEN, Move.EXCEPTION},
    ),
    (FAMILY, EVERYBODY | {Move.WITHDRAW}),
    (OTHER_NURSERY, set()),
    (OTHER_SERVICE, set()),
    (OTHER_FAMILY, set()),
    (ADMIN, set()),
    (JOB, set()),
]


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize(("who", "allowed"), MAY)
def test_who_may_make_a_move(who: Principal, allowed: set[Move], move: Move) -> None:
    assert may_move(who, move, CONCERN, REFERRAL) == (move in allowed)
    if move in allowed:
        check_move(who, move, CONCERN, REFERRAL)
    else:
        with pytest.raises(NotAllowed):
            check_move(who, move, CONCERN, REFERRAL)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(("who", "allowed"), MAY)
def test_the_moves_somebody_is_offered_are_both_possible_and_theirs(
    who: Principal, allowed: set[Move], state: State
) -> None:
    referral = a_referral(state=state)
    offered = moves_for(who, CONCERN, referral)
    assert set(offered) == {move for move in allowed if referral.can(move)}
    assert not FOLLOWING & set(offered)


SEES = [
    (NURSERY, {"org:nursery", "restricted:org:nursery", DIRECTORY}),
    (SPEECH, {"svc:speech", "restricted:svc:speech", DIRECTORY}),
    (FAMILY, {"fam:child-1", DIRECTORY}),
    (COORDINATOR, {"area:Anyshire", "restricted:area:Anyshire", DIRECTORY}),
    (ADMIN, {DIRECTORY}),
    (JOB, {EVERYTHING}),
]


@pytest.mark.parametrize(("who", "tags"), SEES)
def test_what_somebody_sees_follows_from_their_role(who: Principal, tags: set[str]) -> None:
    assert tags_of_principal(who) == tags


def test_a_restricted_record_is_never_its_familys() -> None:
    where = frozenset({"area:Anyshire", "org:nursery", "svc:speech", "fam:child-1"})
    closed = tags_of_restricted(where)
    assert closed == {f"restricted:{tag}" for tag in where}
    assert closed.isdisjoint(tags_of_principal(FAMILY))
    assert tags_of_restricted(closed) == closed
    for who in (NURSERY, SPEECH, COORDINATOR, FAMILY):
        assert bool(tags_of_principal(who) & closed) == (who is not FAMILY)


def test_a_role_that_acts_for_nobody_sees_the_directory_alone() -> None:
    for role in (Role.PROFESSIONAL, Role.COORDINATOR, Role.FAMILY):
        assert tags_of_principal(a_person(role)) == {DIRECTORY}


def test_a_setting_account_without_an_organisation_sees_no_record_of_another_such() -> None:
    where = Compartments(areas=frozenset({"Anyshire"}), organisations=frozenset({"None"}))
    assert not tags_of_principal(a_person(Role.SETTING)) & tags_of_record(where)


def test_a_record_belongs_to_its_area_organisations_services_and_family() -> None:
    where = Compartments(
        areas=frozenset({"Anyshire", "North"}),
        organisations=frozenset({"nursery"}),
        services=frozenset({"speech", "camhs"}),
        child="child-1",
    )
    assert tags_of_record(where) == {
        "area:Anyshire", "area:North", "org:nursery", "svc:speech", "svc:camhs", "fam:child-1",
    }  # fmt: skip
    assert only_services(tags_of_record(where)) == {"svc:speech", "svc:camhs"}


def test_a_record_that_no_area_answers_for_is_refused() -> None:
    with pytest.raises(Invalid):
        tags_of_record(Compartments(areas=frozenset(), services=frozenset({"speech"})))


FINISHES = {
    Taker.REFERRER: [NURSERY, COORDINATOR],
    Taker.FAMILY: [FAMILY, COORDINATOR],
}


@pytest.mark.parametrize("owner", FINISHES)
@pytest.mark.parametrize("who", [who for who, _ in PARTS])
def test_only_whoever_was_asked_or_the_coordinator_answers(who: Principal, owner: Taker) -> None:
    assert may_finish(who, an_ask(owner=owner), CONCERN) == (who in FINISHES[owner])


@pytest.mark.parametrize("role", Role)
def test_settings_professionals_and_coordinators_raise_concerns(role: Role) -> None:
    who = a_person(role, organisation="somewhere")
    if role in (Role.SETTING, Role.PROFESSIONAL, Role.COORDINATOR):
        check_raise(who)
    else:
        with pytest.raises(NotAllowed):
            check_raise(who)


CHANGES = [
    (NURSERY, "Observation", "nursery", True),
    (OTHER_NURSERY, "Observation", "nursery", False),
    (SPEECH, "Observation", "nursery", False),
    (SPEECH, "Patient", "nursery", True),
    (FAMILY, "RelatedPerson", "nursery", False),
    (FAMILY, "Patient", "nursery", False),
    (NURSERY, "Provenance", "nursery", False),
    (COORDINATOR, "Provenance", "nursery", False),
    (FAMILY, "Observation", "nursery", False),
    (COORDINATOR, "Observation", "nursery", True),
    (JOB, "Observation", "nursery", True),
    (ADMIN, "Observation", None, False),
    (FAMILY, "Observation", None, False),
]


@pytest.mark.parametrize(("who", "type", "origin", "may"), CHANGES)
def test_what_was_brought_is_changed_by_who_brought_it(
    who: Principal, type: str, origin: str | None, may: bool
) -> None:
    if may:
        check_change(who, type, origin)
    else:
        with pytest.raises(NotAllowed):
            check_change(who, type, origin)
