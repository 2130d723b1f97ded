"""How many parts a text message takes: a telephone company counts, and charges, by the part."""

#: 3GPP TS 23.038, 6.2.1: the default alphabet, and what takes two places because it is escaped.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")

#: Of the address of the pages: with one as long as this, every message of ours is one part.
LONGEST_ORIGIN = 40

#: Places in one part, and in each part of several (their numbers take up some).
GSM_7 = (160, 153)
UCS_2 = (70, 67)


def is_gsm_7(text: str) -> bool:
    """Whether every letter is of the telephone's own alphabet."""
    return set(text) <= BASIC | EXTENDED


def places(text: str) -> int:
    """Septets, or UTF-16 units where one letter is not of that alphabet."""
    if is_gsm_7(text):
        return len(text) + sum(letter in EXTENDED for letter in text)
    return len(text.encode("utf-16-be")) // 2


def parts(text: str) -> int:
    """How many messages the telephone company makes of it."""
    one, each = GSM_7 if is_gsm_7(text) else UCS_2
    taken = places(text)
    return 1 if taken <= one else -(-taken // each)
