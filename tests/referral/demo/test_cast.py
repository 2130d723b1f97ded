"""Who the children are: invented, told apart, told with respect, and the same every time."""

import re
from collections import Counter
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nhs_number.validate import is_valid

from services.referral.demo.cast import Child, cast
from services.referral.demo.lives import LIVES
from services.referral.demo.texts import stories
from services.referral.demo.timetable import Days
from services.referral.domain.places import Places
from services.referral.domain.working_days import LONDON, is_working_day, london_date
from services.referral.policies.reader import read_policies
from shared.bank_holidays import bank_holidays

PLACES: Places = read_policies().places
CHILDREN = cast(PLACES)
HOLIDAYS = bank_holidays()
#: The days on which somebody may first start the demo.
DAYS = st.dates(date(2025, 6, 1), date(2027, 11, 1))
EXAMPLE_NHS_NUMBER, EXAMPLE_PHONE = "9990000018", "07700 900461"


def test_there_are_two_hundred_of_them() -> None:
    assert len(CHILDREN) == 200


def test_they_are_the_same_every_time() -> None:
    assert cast(PLACES) == CHILDREN


def test_no_two_share_a_whole_name() -> None:
    assert _most_often((child.given, child.family.name) for child in CHILDREN) == 1


def test_no_two_share_an_nhs_number_and_all_are_of_the_range_that_nobody_has() -> None:
    numbers = [child.nhs_number for child in CHILDREN if child.nhs_number]
    assert _most_often(numbers) == 1
    assert all(is_valid(number) and number.startswith("999") for number in numbers)
    assert len(numbers) > 190


def test_the_child_of_the_example_is_not_among_them() -> None:
    assert EXAMPLE_NHS_NUMBER not in {child.nhs_number for child in CHILDREN}
    assert "Zoya" not in {child.given for child in CHILDREN}


def test_nobody_can_be_rung_or_written_to() -> None:
    carers = {carer for child in CHILDREN for carer in child.family.carers}
    phones = [carer.phone for carer in carers]
    assert all(re.fullmatch(r"07700 900\d{3}", phone) for phone in phones)
    assert EXAMPLE_PHONE not in phones
    assert all(carer.email.endswith("@example.org") for carer in carers if carer.email)
    assert _most_often(phones) == 1


def test_everybody_lives_in_the_district_of_their_postcode() -> None:
    for child in CHILDREN:
        assert PLACES.district_of_postcode(child.family.postcode) == child.family.district
        assert PLACES.district_of_town(child.family.town) == child.family.district


def test_a_few_families_have_their_doctor_across_the_border() -> None:
    across = [c for c in CHILDREN if c.family.practice.district != c.family.district]
    assert 3 <= len(across) <= 30


def test_every_age_from_babies_to_seven_is_there() -> None:
    assert {child.age_months // 12 for child in CHILDREN} == set(range(8))


@pytest.mark.parametrize("relation", ["MTH", "FTH", "GRPRN", "PRNFOST"])
def test_children_are_brought_up_by_all_kinds_of_people(relation: str) -> None:
    first = [child.family.carers[0].relation for child in CHILDREN]
    assert first.count(relation) >= 3


def test_some_have_a_brother_or_sister_who_is_known_as_well() -> None:
    homes = Counter(child.family for child in CHILDREN)
    assert sum(count == 2 for count in homes.values()) >= 3
    assert max(homes.values()) == 2


def test_more_boys_than_girls_are_referred_and_girls_are_well_seen() -> None:
    girls = sum(child.female for child in CHILDREN)
    assert 60 <= girls <= 95


def test_talking_is_the_commonest_worry() -> None:
    worries = Counter(child.story.concern for child in CHILDREN)
    ((first, times), (_, next_times)) = worries.most_common(2)
    assert first == "speech-language"
    assert times > next_times


def test_families_are_of_many_backgrounds_and_some_would_like_an_interpreter() -> None:
    assert len({child.family.group.category for child in CHILDREN}) >= 12
    assert len({child.family.group.language for child in CHILDREN}) >= 10
    assert 10 <= sum(child.family.interpreter for child in CHILDREN) <= 60


def test_no_two_are_told_of_in_the_same_words() -> None:
    assert _most_often((child.worry, child.example) for child in CHILDREN) == 1


def test_each_child_has_a_story_of_their_age() -> None:
    for child in CHILDREN:
        low, high = child.story.ages
        assert low <= child.age_months <= high


def test_every_life_is_lived() -> None:
    lived = Counter(child.life.key for child in CHILDREN if child.life)
    assert all(lived[life.key] == life.times for life in LIVES)
    assert sum(child.life is None for child in CHILDREN) == 2


def test_there_are_many_stories() -> None:
    assert len(stories()) >= 25
    assert _most_often(story.key for story in stories()) == 1


@given(
    child=st.sampled_from(CHILDREN),
    day=DAYS,
    hour=st.integers(0, 23),
)
def test_things_happen_before_now_at_work_and_one_after_another(
    child: Child, day: date, hour: int
) -> None:
    now = datetime.combine(day, time(hour), UTC)
    table = Days(child, now, HOLIDAYS).timetable()
    for line in (table.main, *table.beside):
        moments = [table.raised_at, *(planned.at for planned in line)]
        assert moments == sorted(set(moments))
        assert moments[-1] < now
        assert all(_at_work(moment) for moment in moments)
    assert (now - table.raised_at).days < 320


@given(child=st.sampled_from([one for one in CHILDREN if one.teller == "school"]), day=DAYS)
def test_a_school_raises_nothing_in_the_summer_holidays(child: Child, day: date) -> None:
    now = datetime.combine(day, time(12), UTC)
    raised = london_date(Days(child, now, HOLIDAYS).timetable().raised_at)
    assert not (7, 21) <= (raised.month, raised.day) <= (8, 31)


def _at_work(moment: datetime) -> bool:
    local = moment.astimezone(LONDON)
    return is_working_day(local.date(), HOLIDAYS) and 8 <= local.hour < 17


def _most_often(things: object) -> int:
    return Counter(things).most_common(1)[0][1]  # type: ignore[call-overload,no-any-return]
