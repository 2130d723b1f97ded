"""What a message may say besides its own words: this list and nothing else, so that no fact about
a child comes near a template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from babel.dates import format_date

from services.notify.domain.sms import LONGEST_ORIGIN
from services.notify.templates.languages import language_names, locale_of
from shared.contract import Figures

#: With each what it may be at its longest; a text message of these is still one part.
LONGEST: Mapping[str, object] = {
    "link": "https://" + "x" * (LONGEST_ORIGIN - 8) + "/family/link/" + "0" * 43,
    "urgent": True,
    "level": 4,
    "phone": "+44 1632 960 0000",
    "due": "30 September 2026",
    "half_waited": 260,
    "most_waited": 520,
    "sample": 99_999,
    "again_in": 26,
    "digest": (("A referral was raised to you for the area", 999),),
    "asks_in_english": True,
    "own_name": "srpskohrvatski",
    "english_name": "Serbo-Croatian",
}
NONE = Figures()
USUAL_WEEKS = 8  # until a family that waits hears again; domain guide, OUR-KEEPINTOUCH


@dataclass(frozen=True, kw_only=True)
class Said:
    """The values for one message. `digest` holds subjects and how many of each."""

    link: str
    urgent: bool = False
    level: int = 0
    phone: str = ""
    figures: Figures = NONE
    digest: Sequence[tuple[str, int]] = ()


def filled(said: Said, language: str, *, asks_in: str = "") -> dict[str, object]:
    """Every placeholder, as `language` writes it; `asks_in` is the language that somebody would
    rather read, where the words are in English because there is no translation."""
    figures = replace(said.figures, again_in=said.figures.again_in or USUAL_WEEKS)
    own_name, english_name = language_names(asks_in)
    return {
        "link": said.link,
        "urgent": said.urgent,
        "level": said.level,
        "phone": said.phone,
        "due": in_words(figures.due, language) if figures.due else "",
        "half_waited": figures.half_waited,
        "most_waited": figures.most_waited,
        "sample": figures.sample,
        "again_in": figures.again_in,
        "digest": said.digest,
        "asks_in_english": bool(asks_in),
        "own_name": own_name,
        "english_name": english_name,
    }


def in_words(day: date, language: str) -> str:
    """ "3 March 2026", "3 marca 2026"."""
    return format_date(day, "d MMMM y", locale=locale_of(language))
