"""Whether two names could be one, written by two people."""

import unicodedata
from collections.abc import Collection, Sequence

#: Common short forms in England; two names of one line are like each other. Ours, and not complete.
_SHORT_FORMS = (
    "alexander alex xander sasha sandy",
    "alexandra alex sasha sandra lexi",
    "amelia amy millie",
    "andrew andy drew",
    "anthony tony",
    "benjamin ben benny",
    "charles charlie chas",
    "charlotte charlie lottie",
    "christopher chris kit",
    "daniel dan danny",
    "david dave davey",
    "edward ed eddie ted teddy",
    "eleanor ellie nell nora",
    "elizabeth beth betty eliza ellie libby lizzie liz",
    "emily em emmie millie",
    "frederick fred freddie",
    "gabriel gabe",
    "george georgie",
    "harry henry harold",
    "isabella bella izzy isabel isobel isabelle",
    "jack john jackson",
    "jacob jake",
    "james jamie jim jimmy",
    "jessica jess jessie",
    "joseph joe joey yusuf",
    "joshua josh",
    "katherine catherine kate katie kathryn cathy",
    "leonard leo lenny",
    "matthew matt",
    "maximilian max",
    "michael mike mikey mick",
    "mohammed muhammad mohamed mohammad muhammed",
    "nathaniel nathan nate",
    "nicholas nick nicky",
    "oliver ollie",
    "olivia liv livvy",
    "patrick paddy pat",
    "rebecca becca becky",
    "richard rich rick dick",
    "robert rob robbie bob bobby",
    "samuel sam sammy",
    "samantha sam sammy",
    "sarah sara sally",
    "sebastian seb",
    "stephen steven steve",
    "theodore theo ted teddy",
    "thomas tom tommy",
    "tobias toby tobi",
    "victoria vicky tori",
    "william will bill billy liam",
    "zachary zach zack zac",
)
_LINES = [frozenset(line.split()) for line in _SHORT_FORMS]
#: In shorter names one letter makes another name.
_LONG_ENOUGH = 4

Names = tuple[Sequence[str], Collection[str]]


def plain(name: str) -> str:
    """Letters and digits alone, without accents or case."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def are_like(one: str, other: str) -> bool:
    """The same but for accents, case, hyphens and spaces, an initial, a short form or one slip of
    the hand."""
    first, second = plain(one), plain(other)
    if not (first and second):
        return False
    if first == second or any(first in line and second in line for line in _LINES):
        return True
    if min(len(first), len(second)) == 1:
        return first[0] == second[0]
    return min(len(first), len(second)) >= _LONG_ENOUGH and _is_one_slip(first, second)


def shares_part(one: str, other: str) -> bool:
    """One of the names is double, and the other is a part of it."""
    first, second = _parts(one), _parts(other)
    return first != second and bool(first & second) and (first < second or second < first)


def are_swapped(one: Names, other: Names) -> bool:
    """Each has the other's family name as a first name."""
    return _first_is_family(one, other) and _first_is_family(other, one)


def _first_is_family(one: Names, other: Names) -> bool:
    return bool(one[0]) and plain(one[0][0]) in {plain(name) for name in other[1]}


def _parts(name: str) -> frozenset[str]:
    return frozenset(filter(None, map(plain, name.replace("-", " ").split())))


def _is_one_slip(one: str, other: str) -> bool:
    """One letter more, less or other, or two neighbours exchanged."""
    short, long = sorted((one, other), key=len)
    at = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if len(long) - len(short) == 1:
        return short[at:] == long[at + 1 :]
    if len(long) != len(short):
        return False
    exchanged = short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or exchanged == long[at:]
