import re

import pytest

from services.notify.domain.plan import OWN_WORDS
from services.notify.domain.reading_age import HARDEST_FOR_FAMILIES, reading_grade
from services.notify.domain.words import WORDED, channels_of
from services.notify.templates.kept import kept
from services.notify.templates.wording import write
from shared.contract import Audience, Channel
from tests.notify.every_message import (
    BY_CHANNEL,
    BY_CHANNEL_FOR_FAMILIES,
    FOR_FAMILIES,
    FOR_STAFF,
    PHONE,
    TEMPLATES,
    link_to,
    say,
    text_of,
    ways,
)

#: Words that say who or what it is about, or that nobody should read about their family.
FORBIDDEN = re.compile(
    r"speech|autis|camhs|mental|psych|paediatric|hearing|nursery|school|hospital|disab|"
    r"safeguard|reject|\bDNA\b|failed|diagnos|engage|challenging|suffer|boy\b|girl\b|\bhe\b|"
    r"\bshe\b|NHS number",
    re.IGNORECASE,
)
WRITTEN = (Channel.EMAIL, Channel.LETTER)
LONG = [one for one in BY_CHANNEL_FOR_FAMILIES if one[1] in WRITTEN]
READ = [one for one in BY_CHANNEL_FOR_FAMILIES if one[1] is not Channel.SMS]


@pytest.mark.parametrize(("template", "channel"), BY_CHANNEL)
def test_every_message_has_its_words_by_every_channel(template: str, channel: Channel) -> None:
    for words in ways(template, channel):
        assert len(words.body.split()) > (20 if channel in WRITTEN else 4)
        assert not re.search(r"[{}%]|\n\n\n|None|  ", text_of(words))
        if channel is Channel.SMS:
            assert words.subject == ""
            assert "\n" not in words.body.strip()
        else:
            assert 10 < len(words.subject) < 60


@pytest.mark.parametrize(("template", "channel"), BY_CHANNEL)
def test_no_message_gives_anything_away(template: str, channel: Channel) -> None:
    assert not any(FORBIDDEN.search(text_of(words)) for words in ways(template, channel))


@pytest.mark.parametrize("template", FOR_STAFF)
def test_staff_can_open_what_they_are_told_of(template: str) -> None:
    for channel in set(channels_of(template)) - {Channel.IN_APP}:
        words = say(template, channel, urgent=True)
        assert link_to(template) in words.body
        assert "Urgent: " in text_of(words)


@pytest.mark.parametrize(("template", "channel"), LONG)
def test_families_read_what_happens_next_by_when_and_whom_to_call(
    template: str, channel: Channel
) -> None:
    for words in map(text_of, ways(template, channel)):
        assert "What happens next: " in words
        assert re.search(r"within|at any time|this week|nothing, and", words)
        assert PHONE in words
        assert "999" in words
        assert words.count(link_to(template)) == 1


@pytest.mark.parametrize("template", FOR_FAMILIES)
def test_the_subject_says_what_happened(template: str) -> None:
    subjects = [say(other).subject for other in FOR_FAMILIES]
    assert subjects.count(say(template).subject) == 1
    assert "update" not in say(template).subject


def test_without_a_telephone_number_none_is_promised() -> None:
    assert "call us" not in say("family/made", phone="").body


@pytest.mark.parametrize(("template", "channel"), READ)
def test_a_ten_year_old_could_read_what_families_get(template: str, channel: Channel) -> None:
    for words in ways(template, channel):
        assert reading_grade(words.body) <= HARDEST_FOR_FAMILIES


@pytest.mark.parametrize("template", FOR_FAMILIES)
def test_a_ten_year_old_could_read_a_text_message(template: str) -> None:
    said = say(template, Channel.SMS).body.removeprefix("Sooner: ").replace(link_to(template), ".")
    assert reading_grade(said) <= HARDEST_FOR_FAMILIES


def test_hard_words_are_found_hard() -> None:
    hard = "Multidisciplinary developmental assessment necessitates comprehensive documentation."
    assert reading_grade(hard) > 15
    with pytest.raises(ValueError, match="no words"):
        reading_grade("…")


def test_a_family_whose_request_is_late_reads_by_when_it_should_have_heard() -> None:
    first, later = (say("family/escalated", level=level, figures="late").body for level in (1, 2))
    assert "You should have heard from us by 3 March 2026. It is late, and we are sorry." in first
    assert "It is still late." in later
    assert "You keep your place" in first


def test_a_family_that_waits_reads_how_long_others_waited_and_how_many_they_were() -> None:
    words = say("family/keep-in-touch", level=0, figures="waiting").body
    assert "41 families" in words
    assert "Half of them waited up to 9 weeks." in words
    assert "Nine in ten waited up to 20 weeks." in words
    assert "within about 4 weeks" in words


def test_one_week_is_not_weeks() -> None:
    words = say("family/keep-in-touch", level=0, figures="alone").body
    assert "1 family " in words
    assert "within about 1 week," in words


def test_without_figures_a_family_is_promised_none() -> None:
    words = say("family/keep-in-touch", level=0).body
    assert "We cannot say yet how long it may be." in words
    assert "within about 8 weeks" in words


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
    assert says in say(template, level=level).body


def test_a_digest_says_of_what_there_is_how_much() -> None:
    words = say("staff/digest").body
    assert "- A referral is waiting for you: 3\n- A referral was raised to you: 12\n" in words


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_a_channel_cannot_carry_is_never_worded(template: str) -> None:
    for channel in set(Channel) - set(channels_of(template)):
        with pytest.raises(KeyError):
            write(template, link="x", urgent=False, level=0, channel=channel)


def test_a_link_that_lasts_ten_minutes_is_not_posted() -> None:
    assert channels_of("family/way-in-asked") == (Channel.EMAIL, Channel.SMS)
    assert channels_of("family/made") == WORDED


def test_no_words_lie_about_unused() -> None:
    names = {file.name for file in kept()}
    assert {name for name in names if name.startswith("words/")} == {
        f"words/{name}" for name in TEMPLATES
    }
    used = {
        f"frames/{'family' if name in FOR_FAMILIES else 'staff'}-{channel}"
        for name, channel in BY_CHANNEL
    }
    assert {name for name in names if name.startswith("frames/")} == used
    assert set(OWN_WORDS) == set(Audience)
