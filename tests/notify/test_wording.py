import re
from itertools import product
from pathlib import Path

import pytest

from services.notify.domain.plan import OWN_WORDS, template_for
from services.notify.templates import wording
from services.notify.templates.wording import write
from shared.contract import Audience, Moment

#: What only families are ever told.
THEIRS = {Moment.INVITED, Moment.WAY_IN_ASKED}
EVERY = sorted(
    {
        template_for(moment, audience)
        for moment, audience in product(Moment, Audience)
        if audience is Audience.FAMILY or moment not in THEIRS
    }
)
FOR_FAMILIES = [name for name in EVERY if name.startswith("family/")]
LINK = "https://sooner.example/referrals/0199"

#: Words that say who or what it is about, or that nobody should read about their family.
FORBIDDEN = re.compile(
    r"speech|language|autis|camhs|mental|psych|paediatric|hearing|nursery|school|hospital|"
    r"safeguard|reject|\bDNA\b|failed|diagnos|boy\b|girl\b|\bhe\b|\bshe\b|NHS number",
    re.IGNORECASE,
)


def words_of(template: str, *, urgent: bool = False) -> str:
    words = write(template, link=LINK, urgent=urgent, level=2)
    return f"{words.subject}\n{words.body}"


@pytest.mark.parametrize("template", EVERY)
def test_every_message_has_its_words(template: str) -> None:
    words = write(template, link=LINK, urgent=False, level=2)
    assert 10 < len(words.subject) < 60
    assert len(words.body.split()) > 20
    assert not re.search(r"[{}%]|\n\n\n", words.subject + words.body)


@pytest.mark.parametrize("template", EVERY)
def test_no_message_gives_anything_away(template: str) -> None:
    assert not FORBIDDEN.search(words_of(template))


@pytest.mark.parametrize("template", [name for name in EVERY if name not in FOR_FAMILIES])
def test_staff_can_open_what_they_are_told_of(template: str) -> None:
    assert LINK in words_of(template)
    assert words_of(template, urgent=True).startswith("Urgent: ")


@pytest.mark.parametrize("template", FOR_FAMILIES)
def test_families_read_what_happens_next_and_by_when(template: str) -> None:
    words = words_of(template)
    assert "What happens next: " in words
    assert re.search(r"within|at any time|this week|nothing, and", words)
    assert "999" in words
    assert words.count(LINK) == 1


@pytest.mark.parametrize("template", FOR_FAMILIES)
def test_a_ten_year_old_could_read_what_families_get(template: str) -> None:
    assert reading_grade(words_of(template).partition("\n")[2]) <= 5


def test_hard_words_are_found_hard() -> None:
    hard = "Multidisciplinary developmental assessment necessitates comprehensive documentation."
    assert reading_grade(hard) > 15


def test_no_words_lie_about_unused() -> None:
    folder = Path(wording.__file__).parent / "email"
    kept = {f"{file.parent.name}/{file.stem}" for file in folder.glob("*/*.txt")}
    assert kept == set(EVERY)
    assert set(OWN_WORDS) == set(Audience)


def reading_grade(text: str) -> float:
    """The Automated Readability Index (Senter and Smith, 1967): about the US school grade;
    grade 4 to 5 is ages 9 to 11."""
    words = re.findall(r"[\w'-]+", text)
    sentences = [part for part in re.split(r"[.!?:]+|\n\n", text) if part.strip()]
    characters = sum(len(word) for word in words)
    return 4.71 * characters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
