"""The languages that messages can be in, and what people have translated so far.

A catalogue is a gettext file, `languages/<code>.v<number>.po`, filled in by people. What is empty
or marked fuzzy in it is not translated: such a message goes out in English, with a line that says
how to ask for it in one's own language.
"""

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from io import BytesIO

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.notify.templates.kept import newest, read

ENGLISH = "en"
#: Those with a catalogue, with their plural forms. Babel knows four forms of Welsh; it has six.
PLURALS: dict[str, str] = {
    "cy": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);",
    "pl": ("nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"),
    "ur": "nplurals=2; plural=(n != 1);",
}

Key = tuple[str | None, str]  # a context, and the words in English


@dataclass(frozen=True)
class Language:
    """What is translated into it: `known` are the words that somebody has translated."""

    code: str
    version: int
    translations: GNUTranslations
    known: frozenset[Key]


@cache
def find_language(code: str) -> Language | None:
    """None for one that has no catalogue."""
    if code not in PLURALS:
        return None
    file = newest(f"languages/{code}", "po")
    return as_language(code, file.version, read_po(BytesIO(read(file)), locale=code))


def as_language(code: str, version: int, catalogue: Catalog) -> Language:
    """As gettext reads it, without a file in between."""
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, version, GNUTranslations(compiled), frozenset(_translated(catalogue)))


def _translated(catalogue: Catalog) -> list[Key]:
    kept = [one for one in catalogue if one.id and not one.fuzzy]
    return [
        (one.context, one.id if isinstance(one.id, str) else one.id[0])
        for one in kept
        if all([one.string] if isinstance(one.string, str) else one.string or [""])
    ]


def locale_of(code: str) -> Locale:
    """Of a language's tag as records have it (BCP 47); English where nobody knows it."""
    return _locale(code) or Locale("en", "GB")


@cache
def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse("en-GB" if code == ENGLISH else code, sep="-")
    except (ValueError, UnknownLocaleError):
        return None


@cache
def language_names(code: str) -> tuple[str, str]:
    """What a language calls itself, and what English calls it; both empty when nobody knows."""
    locale = _locale(code) if code else None
    if locale is None:
        return "", ""
    plain = Locale(locale.language)
    return plain.get_display_name() or "", plain.english_name or ""


def is_right_to_left(code: str) -> bool:
    return locale_of(code).text_direction == "rtl"
