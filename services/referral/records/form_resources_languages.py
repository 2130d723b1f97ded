"""The languages families name, as BCP 47 has them (`urn:ietf:bcp:47`)."""

import re

from services.referral.records.resource import Json

BCP_47 = "urn:ietf:bcp:47"
_BETWEEN = re.compile(r"[,;/&\n]|\band\b", re.IGNORECASE)

#: The ones most spoken in English schools, and signs. Any other stays in the family's own word.
LANGUAGE_CODES: dict[str, str] = {
    "akan": "ak", "albanian": "sq", "amharic": "am", "arabic": "ar", "bengali": "bn",
    "british sign language": "bfi", "bsl": "bfi", "bulgarian": "bg", "cantonese": "yue",
    "chinese": "zh", "czech": "cs", "dari": "prs", "dutch": "nl", "english": "en",
    "estonian": "et", "farsi": "fa", "french": "fr", "german": "de", "greek": "el",
    "gujarati": "gu", "hausa": "ha", "hebrew": "he", "hindi": "hi", "hungarian": "hu",
    "igbo": "ig", "irish": "ga", "italian": "it", "japanese": "ja", "korean": "ko",
    "kurdish": "ku", "latvian": "lv", "lingala": "ln", "lithuanian": "lt", "malayalam": "ml",
    "mandarin": "cmn", "nepali": "ne", "pashto": "ps", "persian": "fa", "polish": "pl",
    "portuguese": "pt", "punjabi": "pa", "panjabi": "pa", "romani": "rom", "romanian": "ro",
    "russian": "ru", "shona": "sn", "sinhala": "si", "slovak": "sk", "somali": "so",
    "sorani": "ckb", "spanish": "es", "swahili": "sw", "sylheti": "syl", "tagalog": "tl",
    "tamil": "ta", "telugu": "te", "thai": "th", "tigrinya": "ti", "turkish": "tr", "twi": "tw",
    "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi", "welsh": "cy", "yiddish": "yi",
    "yoruba": "yo",
}  # fmt: skip


def languages(text: str, *more: str) -> list[str]:
    """The languages in “Dari, English and Polish” in their order, each once, and then `more`."""
    once: dict[str, str] = {}
    for name in (*_BETWEEN.split(text), *more):
        once.setdefault(name.strip().casefold(), name.strip())
    return [name for name in once.values() if name]


def communication(spoken: list[str]) -> list[Json]:
    """As FHIR has it; the first is the one that is preferred."""
    return [
        {"language": _language(name), **({"preferred": True} if number == 0 else {})}
        for number, name in enumerate(spoken)
    ]


def _language(name: str) -> Json:
    code = LANGUAGE_CODES.get(name.casefold())
    coded = {"coding": [{"system": BCP_47, "code": code}]} if code else {}
    return {**coded, "text": name}
