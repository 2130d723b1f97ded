"""Families read in their own language what people have translated, and otherwise how to ask."""

import re
from io import BytesIO

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from services.notify.domain.sms import parts
from services.notify.templates.catalogues import as_bytes, catalogue, template_catalogue
from services.notify.templates.kept import newest, read
from services.notify.templates.languages import (
    PLURALS,
    Language,
    as_language,
    find_language,
    is_right_to_left,
    language_names,
)
from services.notify.templates.placeholders import Said
from services.notify.templates.voice import English
from services.notify.templates.wording import files_of, render, translate, write_in
from shared.contract import Channel
from tests.notify.every_message import (
    BY_CHANNEL_FOR_FAMILIES,
    FIGURES,
    FOR_STAFF,
    LEVELS,
    PHONE,
    link_to,
    say,
)

ACCENTED = str.maketrans("aeiouyAEIOUYcnswCNSW", "áéíóúýÁÉÍÓÚÝçñšŵÇÑŠŴ")
VALUE = re.compile(r"(%\(\w+\)s)")


def pretend(text: str) -> str:
    """⟦Héllo, %(name)s⟧: what no person has translated looks different from it."""
    said = "".join(
        part if VALUE.fullmatch(part) else part.translate(ACCENTED) for part in VALUE.split(text)
    )
    return f"⟦{said}⟧"


def translated(code: str, *, without: str = "") -> Catalog:
    """Everything in a language that nobody speaks, but for what holds `without`."""
    made = catalogue(code)
    for message in made:
        if not message.id or (without and without in str(message.id)):
            continue
        if isinstance(message.id, str):
            message.string = pretend(message.id)
        else:
            message.string = tuple(pretend(message.id[1]) for _ in range(made.num_plurals))
    return made


def texts_of(message: Message) -> list[str]:
    """What is filled in."""
    found = [message.string] if isinstance(message.string, str) else message.string or ()
    return [text for text in found if text]


@pytest.fixture(scope="module")
def pseudo() -> Language:
    return as_language("pl", 1, translated("pl"))


@pytest.mark.parametrize(("template", "channel"), BY_CHANNEL_FOR_FAMILIES)
def test_nothing_that_families_read_is_left_out_of_the_catalogue(
    template: str, channel: Channel, pseudo: Language
) -> None:
    for level in LEVELS:
        for figures in FIGURES.values():
            said = Said(link=link_to(template), level=level, phone=PHONE, figures=figures)
            text = translate(files_of(template, channel), said, pseudo)
            assert text is not None
            left = re.sub(r"⟦[^⟦⟧]*⟧", "", text).replace(link_to(template), "")
            assert left.removeprefix("Subject:").removeprefix("Sooner:").strip() == "", left


@pytest.mark.parametrize("code", PLURALS)
def test_each_language_has_the_plural_forms_that_unicode_says_it_has(code: str) -> None:
    language = find_language(code)
    assert language is not None
    forms: dict[int, str] = {}
    for number in range(500):
        form = Locale(code).plural_form(number)
        assert forms.setdefault(language.translations.plural(number), form) == form  # type: ignore[attr-defined]
    made = read_po(BytesIO(read(newest(f"languages/{code}", "po"))), locale=code)
    assert len(forms) == made.num_plurals == {"cy": 6, "pl": 3, "ur": 2}[code]


def test_welsh_counts_in_six_ways() -> None:
    made = catalogue("cy")
    [weeks] = [one for one in made if "Half of them" in str(one.id)]
    weeks.string = ("dim %(count)s", "un %(count)s", "dau %(count)s", "tri %(count)s",
                    "chwech %(count)s", "llawer %(count)s")  # fmt: skip
    words = as_language("cy", 1, read_po(BytesIO(as_bytes(made)), locale="cy")).translations
    assert isinstance(weeks.id, tuple)
    one, many = weeks.id
    said = [words.ngettext(one, many, number).split()[0] for number in (0, 1, 2, 3, 4, 6, 9)]
    assert said == ["dim", "un", "dau", "tri", "llawer", "chwech", "llawer"]


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.LETTER, Channel.IN_APP])
@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("cy", "Cymraeg: to have this in Welsh, or to have it read to you,"),
        ("pl", "polski: to have this in Polish, or to have it read to you,"),
        ("ur", "اردو: to have this in Urdu, or to have it read to you,"),
        ("so", "Soomaali: to have this in Somali, or to have it read to you,"),
        ("pt-BR", "português: to have this in Portuguese, or to have it read to you,"),
        ("bfi", "To have this in your language, or to have it read to you,"),
    ],
)
def test_what_nobody_has_translated_is_in_english_and_says_first_how_to_ask(
    language: str, line: str, channel: Channel
) -> None:
    words = say("family/received", channel, language=language)
    assert words.body.startswith(line)
    assert "The people who may be able to help have your request." in words.body
    assert (words.language, words.is_right_to_left) == ("en", False)
    assert words.version == say("family/received", channel).version


def test_a_text_message_says_in_short_how_to_ask() -> None:
    assert say("family/received", Channel.SMS, language="pl").body.endswith("Ask us.\n")
    assert "language" not in say("family/received", Channel.SMS).body


def test_whoever_reads_english_is_not_asked() -> None:
    for language in ("en", "en-GB"):
        assert "language" not in say("family/received", language=language).body


@pytest.mark.parametrize("template", FOR_STAFF)
def test_staff_read_english(template: str) -> None:
    assert say(template, language="pl") == say(template)


def test_a_message_is_in_one_language_never_in_two() -> None:
    """One sentence that is not translated yet puts all of its message in English."""
    lacks = as_language("pl", 1, translated("pl", without="read it and decide"))
    said = Said(link="https://x", phone=PHONE)
    assert translate(files_of("family/received", Channel.EMAIL), said, lacks) is None
    assert translate(files_of("family/received", Channel.SMS), said, lacks) is not None
    assert translate(files_of("family/made", Channel.EMAIL), said, lacks) is not None


def test_the_line_that_says_how_to_ask_is_in_their_language_as_soon_as_it_can_be() -> None:
    asks = translated("pl")
    for message in asks:
        if message.id and message.context != "ask":
            message.string = ""
    voice = English(as_language("pl", 1, asks))
    files = files_of("family/received", Channel.EMAIL)
    text = render(files, Said(link="x"), voice, "en", asks_in="pl")
    assert "⟦polski: tó hávé thíš íñ Polish" in text
    assert "have your request" in text


def test_what_a_machine_guessed_is_not_used() -> None:
    guessed = translated("pl")
    for message in guessed:
        message.flags.add("fuzzy")
    assert as_language("pl", 1, guessed).known == frozenset()


@pytest.mark.parametrize("code", PLURALS)
def test_a_catalogue_with_translations_names_who_made_them(code: str) -> None:
    made = read_po(BytesIO(read(newest(f"languages/{code}", "po"))), locale=code)
    language = find_language(code)
    assert language is not None
    assert not language.known or "EMAIL@ADDRESS" not in made.last_translator


@pytest.mark.parametrize("code", PLURALS)
def test_a_translation_keeps_every_place_for_a_value(code: str) -> None:
    """And a text message in any language takes three parts at most."""
    made = read_po(BytesIO(read(newest(f"languages/{code}", "po"))), locale=code)
    for message in made:
        source = message.id if isinstance(message.id, str) else message.id[1]
        for text in texts_of(message) if source else ():
            assert set(VALUE.findall(text)) == set(VALUE.findall(source))
    for template, channel in BY_CHANNEL_FOR_FAMILIES:
        if channel is Channel.SMS:
            assert parts(say(template, channel, language=code).body) <= 3


def test_what_is_translated_goes_out_in_their_language_and_says_which_catalogue_it_is_of() -> None:
    spoken = as_language("ur", 1, translated("ur"))
    words = write_in(
        "family/received",
        Said(link="https://x"),
        channel=Channel.EMAIL,
        language="ur-PK",
        find={"ur": spoken}.get,
    )
    assert words.subject == pretend("Your request has arrived")
    assert (words.language, words.is_right_to_left) == ("ur", True)
    assert words.version == "1.1-ur1"
    assert words.hash != say("family/received").hash


def test_urdu_is_written_from_the_right() -> None:
    assert is_right_to_left("ur")
    assert not is_right_to_left("pl")
    assert language_names("xx-unknown") == ("", "")


def test_the_translators_are_told_how() -> None:
    text = as_bytes(template_catalogue()).decode()
    assert "Never by machine alone" in text
    assert 'msgctxt "ask"' in text
