"""How hard a text is to read: the Automated Readability Index.

Senter and Smith, "Automated Readability Index", AMRL-TR-66-220 (1967): about the American school
grade; grades 4 and 5 are ages 9 to 11. It counts letters, not syllables, so it needs no dictionary.
"""

import re

HARDEST_FOR_FAMILIES = 5.0

_WORD = re.compile(r"[\w'-]+")
_END = re.compile(r"[.!?:]+|\n\n")


def reading_grade(text: str) -> float:
    """Of English; below 1 is very easy. ValueError when there are no words."""
    words = _WORD.findall(text)
    if not words:
        raise ValueError("There are no words to read.")
    sentences = [part for part in _END.split(text) if _WORD.search(part)]
    letters = sum(len(word) for word in words)
    return 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
