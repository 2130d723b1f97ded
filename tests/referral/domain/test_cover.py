"""Nothing is left with somebody who is away or gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.cover import Staffing, Worker, check_cover, cover_of, who_acts
from shared.errors import Invalid

ANN = Worker(id="ann", services=frozenset({"speech"}))
BEN = Worker(id="ben", services=frozenset({"speech"}))
CAT = Worker(id="cat", services=frozenset({"camhs"}))
MIA = Worker(id="mia", services=frozenset({"desk"}), coordinates=True)
NED = Worker(id="ned", organisation="nursery")
OLU = Worker(id="olu", organisation="nursery")
ALL = (ANN, BEN, CAT, MIA)


@pytest.mark.parametrize(("named", "service", "workers", "covers", "acts"), [
    ("ann", "speech", ALL, {}, "ann"),
    ("ann", "speech", ALL, {"ann": "ben"}, "ben"),
    ("ann", "speech", ALL, {"ann": "cat", "cat": "ben"}, "ben"),
    ("ann", "speech", ALL, {"ann": "ben", "ben": "ann"}, "mia"),
    ("gone", "speech", ALL, {}, "ann"),
    ("gone", "camhs", ALL, {"cat": "gone"}, "mia"),
    ("gone", "speech", (MIA,), {"mia": "gone"}, "mia"),
    (None, "speech", ALL, {"ann": "ben"}, "ben"),
    (None, None, ALL, {}, "mia"),
    ("ann", "speech", (CAT,), {}, None),
])  # fmt: skip
def test_who_acts(
    named: str | None, service: str | None, workers: tuple[Worker, ...],
    covers: dict[str, str], acts: str | None,
) -> None:  # fmt: skip
    assert who_acts(named, service, Staffing(workers=workers, covers=covers)) == acts


IDS = st.sampled_from(["ann", "ben", "cat", "mia", "gone"])


@given(
    workers=st.lists(st.sampled_from(ALL), unique=True),
    covers=st.dictionaries(IDS, IDS),
    named=st.none() | IDS,
)
def test_whoever_acts_is_at_work_and_here_where_anybody_could_be(
    workers: list[Worker], covers: dict[str, str], named: str | None
) -> None:
    staffing = Staffing(workers=tuple(workers), covers=covers)
    here = {one.id for one in staffing.here}
    acts = who_acts(named, "speech", staffing)
    assert acts is None or acts in {one.id for one in workers}
    if acts is None:
        assert not any(one.coordinates for one in workers)
    if acts not in here:
        assert "mia" not in here
        assert not here & {"ann", "ben"}
    assert cover_of("ann", staffing) in {*here, None}


@pytest.mark.parametrize(("away", "cover", "covered", "is_right"), [
    (ANN, BEN, (), True), (ANN, CAT, (), False), (ANN, ANN, (), False), (ANN, BEN, ("ben",), False),
    (NED, OLU, (), True), (NED, ANN, (), False),
])  # fmt: skip
def test_a_colleague_of_the_same_service_covers(
    away: Worker, cover: Worker, covered: tuple[str, ...], is_right: bool
) -> None:
    if is_right:
        check_cover(away, cover, covered)
        return
    with pytest.raises(Invalid):
        check_cover(away, cover, covered)
