"""A text message is paid for by the part, and one that comes in parts may come in pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.sms import BASIC, EXTENDED, is_gsm_7, parts, places
from services.notify.domain.words import channels_of
from shared.contract import Channel
from tests.notify.every_message import FIGURES, LEVELS, TEMPLATES, say

BY_SMS = [name for name in TEMPLATES if Channel.SMS in channels_of(name)]


@pytest.mark.parametrize("language", ["en", "ur", "unknown"])
@pytest.mark.parametrize("template", BY_SMS)
def test_every_text_message_is_one_part_at_its_longest(template: str, language: str) -> None:
    for level in LEVELS:
        for figures in FIGURES:
            text = say(
                template, Channel.SMS, level, figures, urgent=True, language=language
            ).body.strip()
            assert is_gsm_7(text)
            assert parts(text) == 1, f"{places(text)} places: {text}"


@pytest.mark.parametrize(
    ("text", "takes", "makes"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("é" * 160, 160, 1),
        ("ŵ" * 70, 70, 1),
        ("ŵ" + "a" * 70, 71, 2),
        ("اردو" * 17 + "ار", 70, 1),
        ("👋" * 35, 70, 1),
        ("👋" * 36, 72, 2),
    ],
)
def test_how_many_parts_a_text_takes(text: str, takes: int, makes: int) -> None:
    assert (places(text), parts(text)) == (takes, makes)


def test_the_telephones_own_alphabet_has_128_places() -> None:
    assert len(BASIC) == 127  # and the escape
    assert not BASIC & EXTENDED


@given(st.text(max_size=400), st.characters(exclude_categories=["Cs"]))
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert parts(text + more) >= parts(text) >= 1
