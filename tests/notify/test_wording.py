import re
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from services.notify.domain.digests import TEMPLATE
from services.notify.domain.plan import OWN_WORDS, template_for
from services.notify.templates import wording
from services.notify.templates.wording import write
from shared.contract import Audience, Figures, Moment

#: What only families are ever told.
THEIRS = {Moment.INVITED, Moment.WAY_IN_ASKED, Moment.KEEP_IN_TOUCH, Moment.REMINDED}
EVERY = sorted(
    {
        template_for(moment, audience)
        for moment, audience in product(Moment, Audience)
        if audience is Audience.FAMILY or moment not in THEIRS
    }
)
FOR_FAMILIES = [name for name in EVERY if name.startswith("family/")]
LINK = "https://sooner.example/referrals/0199"
FIGURES = {
    "none": Figures(),
    "late": Figures(due=date(2026, 3, 3)),
    "waiting": Figures(half_waited=9, most_waited=20, sample=41, again_in=4),
}
#: What a message says may hang on how far a referral has climbed, and on figures.
EVERY_WAY = list(product(EVERY, range(5), FIGURES))
WAYS_FOR_FAMILIES = [way for way in EVERY_WAY if way[0] in FOR_FAMILIES]

#: Words that say who or what it is about, or that nobody should read about their family.
FORBIDDEN = re.compile(
    r"speech|language|autis|camhs|mental|psych|paediatric|hearing|nursery|school|hospital|"
    r"safeguard|reject|\bDNA\b|failed|diagnos|boy\b|girl\b|\bhe\b|\bshe\b|NHS number",
    re.IGNORECASE,
)


def words_of(template: str, level: int = 2, figures: str = "none", *, urgent: bool = False) -> str:
    words = write(template, link=LINK, urgent=urgent, level=level, figures=FIGURES[figures])
    return f"{words.subject}\n{words.body}"


@pytest.mark.parametrize(("template", "level", "figures"), EVERY_WAY)
def test_every_message_has_its_words(template: str, level: int, figures: str) -> None:
    words = write(template, link=LINK, urgent=False, level=level, figures=FIGURES[figures])
    assert 10 < len(words.subject) < 60
    assert len(words.body.split()) > 20
    assert not re.search(r"[{}%]|\n\n\n", words.subject + words.body)


@pytest.mark.parametrize(("template", "level", "figures"), EVERY_WAY)
def test_no_message_gives_anything_away(template: str, level: int, figures: str) -> None:
    assert not FORBIDDEN.search(words_of(template, level, figures))


@pytest.mark.parametrize("template", [name for name in EVERY if name not in FOR_FAMILIES])
def test_staff_can_open_what_they_are_told_of(template: str) -> None:
    assert LINK in words_of(template)
    assert words_of(template, urgent=True).startswith("Urgent: ")


@pytest.mark.parametrize(("template", "level", "figures"), WAYS_FOR_FAMILIES)
def test_families_read_what_happens_next_and_by_when(
    template: str, level: int, figures: str
) -> None:
    words = words_of(template, level, figures)
    assert "What happens next: " in words
    assert re.search(r"within|at any time|this week|nothing, and", words)
    assert "999" in words
    assert words.count(LINK) == 1


@pytest.mark.parametrize(("template", "level", "figures"), WAYS_FOR_FAMILIES)
def test_a_ten_year_old_could_read_what_families_get(
    template: str, level: int, figures: str
) -> None:
    assert reading_grade(words_of(template, level, figures).partition("\n")[2]) <= 5


def test_a_family_whose_request_is_late_reads_by_when_it_should_have_heard() -> None:
    first, later = (words_of("family/escalated", level, "late") for level in (1, 2))
    assert "should have come by 3 March 2026. It is late, and we are sorry." in first
    assert "It is still late." in later
    assert "You keep your place" in first


def test_a_family_that_waits_reads_how_long_others_waited_and_how_many_they_were() -> None:
    words = words_of("family/keep-in-touch", 0, "waiting")
    assert "41 families" in words
    assert "up to 9 weeks. Nine in ten waited up to 20 weeks" in words
    assert "within about 4 weeks" in words


def test_a_family_that_has_waited_too_long_reads_so_whenever_we_write() -> None:
    assert "should have come by 3 March 2026. It is late" in words_of(
        "family/keep-in-touch", 3, "late"
    )
    assert "late" not in words_of("family/keep-in-touch", 3, "waiting")


def test_without_figures_a_family_is_promised_none() -> None:
    words = words_of("family/keep-in-touch", 0, "none")
    assert "We cannot say yet how long it may be." in words
    assert "None" not in words


@pytest.mark.parametrize(
    ("template", "level", "says"),
    [
        ("service/escalated", 0, "is not overdue yet"),
        ("service/escalated", 1, "The family has been told that it is late"),
        ("service/escalated", 3, "still overdue, and was raised to level 3"),
        ("manager/escalated", 2, "does not stop the clock"),
        ("coordinator/escalated", 2, "another service could take it"),
        ("area/escalated", 3, "joint review"),
        ("leaders/escalated", 4, "it still waits"),
    ],
)
def test_each_rung_of_the_ladder_has_words_of_its_own(template: str, level: int, says: str) -> None:
    assert says in words_of(template, level)


def test_hard_words_are_found_hard() -> None:
    hard = "Multidisciplinary developmental assessment necessitates comprehensive documentation."
    assert reading_grade(hard) > 15


def test_no_words_lie_about_unused() -> None:
    folder = Path(wording.__file__).parent / "email"
    kept = {f"{file.parent.name}/{file.stem}" for file in folder.glob("*/*.txt")}
    assert kept == {*EVERY, TEMPLATE}
    assert set(OWN_WORDS) == set(Audience)


def reading_grade(text: str) -> float:
    """The Automated Readability Index (Senter and Smith, 1967): about the US school grade;
    grade 4 to 5 is ages 9 to 11."""
    words = re.findall(r"[\w'-]+", text)
    sentences = [part for part in re.split(r"[.!?:]+|\n\n", text) if part.strip()]
    characters = sum(len(word) for word in words)
    return 4.71 * characters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
