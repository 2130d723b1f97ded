"""Which passwords are good enough: long, hard to guess, and not made of what others know of one.

After NIST SP 800-63B: length counts, no kind of character is demanded, and what is common is
refused. zxcvbn brings lists of passwords that leaked, names and words, and knows how people vary
them; nothing is fetched.
"""

import re
from collections.abc import Sequence

from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 128
#: zxcvbn's time grows fast with the length; what comes later only makes a password better.
LOOKED_AT = 64
#: At least 10^8 guesses.
GOOD_ENOUGH = 3
_OURS = ("sooner",)
_WORD = re.compile(r"[^\W\d_]{4,}")


def complaint(password: str, about: Sequence[str]) -> str:
    """What is wrong with it, in a sentence to show, or "". `about` is what others know of the
    person: name, e-mail address."""
    if len(password) < SHORTEST:
        return f"Use {SHORTEST} characters or more, such as four words chosen at random"
    if len(password) > LONGEST:
        return f"Use {LONGEST} characters or fewer"
    known = [*_OURS, *(word for text in about for word in _WORD.findall(text.casefold()))]
    if any(word in password.casefold() for word in known):
        return "Choose a password without your name, your email address or the word Sooner"
    found = zxcvbn(password[:LOOKED_AT], user_inputs=[*known, *about])
    if found["score"] < GOOD_ENOUGH:
        return "This password is easy to guess, or is on lists of stolen passwords. Choose another"
    return ""
