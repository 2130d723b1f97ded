"""How likely two descriptions are of one child: the one engine behind every "we know this child".

In the manner of Fellegi and Sunter, "A Theory for Record Linkage" (1969): each particular adds the
binary logarithm of how much likelier this agreement is between records of one child than of two.
Which particulars count is as in the algorithmic trace of NHS England's Master Person Service
(https://digital.nhs.uk/services/personal-demographics-service/master-person-service). The weights
are our own estimates for the young children of one county, and not fitted to data yet.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from services.referral.domain.name_likeness import are_like, are_swapped, shares_part


class Likeness(IntEnum):
    DIFFERS = 0
    UNKNOWN = 1
    CLOSE = 2
    AGREES = 3


class Grade(StrEnum):
    """http://hl7.org/fhir/R4/valueset-match-grade.html, the best first."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    NOT = "certainly-not"


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is known of a child. Names are folded as the search index folds them; `given` are all
    given names in order, `born` a date of FHIR of any precision, `postcode` as `ZZ99 3CZ`, `sex`
    male or female. What is not known is empty."""

    number: str = ""
    families: frozenset[str] = frozenset()
    given: tuple[str, ...] = ()
    born: str = ""
    postcode: str = ""
    sex: str = ""

    @property
    def is_enough(self) -> bool:
        """Whether more than one child of many could be told by it."""
        known = (self.families, self.given, len(self.born) == len("2023-07-19"), self.postcode)
        return bool(self.number) or sum(map(bool, known)) >= 2


@dataclass(frozen=True)
class Weight:
    """In bits; what is unknown on either side counts nothing."""

    agrees: float
    close: float
    differs: float


#: A number is given once in a life, so it decides. Twins have all but the first name in common, so
#: another first name says more than another family name, which children get and lose.
WEIGHTS: Mapping[str, Weight] = {
    "number": Weight(60, 0, -60),
    "family": Weight(8, 5, -4),
    "given": Weight(7, 4, -12),
    "born": Weight(11, 6, -7),
    "postcode": Weight(9, 3, -2),
    "sex": Weight(1, 0, -3),
}
#: One in 8,192: that a child taken from the county's at random is the one.
PRIOR = -13.0
PROBABLE, POSSIBLE = 0.95, 0.1
#: Together as good as a number.
_WHO = ("family", "given", "born", "postcode")


@dataclass(frozen=True)
class Match:
    """`score` is the probability that both are one child, from 0 to 1."""

    score: float
    grade: Grade


def match(one: Particulars, other: Particulars) -> Match:
    """The same whichever is first."""
    return graded({name: compare(one, other) for name, compare in _COMPARE.items()})


def graded(likeness: Mapping[str, Likeness]) -> Match:
    """No likeness that grows makes the score or the grade less."""
    bits = PRIOR + sum(_bits(WEIGHTS[name], how) for name, how in likeness.items())
    score = 1 / (1 + math.exp2(-bits))
    return Match(score, _grade(score, likeness))


def _bits(weight: Weight, how: Likeness) -> float:
    return (weight.differs, 0.0, weight.close, weight.agrees)[how]


def _grade(score: float, likeness: Mapping[str, Likeness]) -> Grade:
    """Two numbers mean two children, twins with one name included."""
    if likeness["number"] is Likeness.DIFFERS:
        return Grade.NOT
    is_all = all(likeness[name] is Likeness.AGREES for name in _WHO)
    if is_all or likeness["number"] is Likeness.AGREES:
        return Grade.CERTAIN
    if score >= PROBABLE:
        return Grade.PROBABLE
    return Grade.POSSIBLE if score >= POSSIBLE else Grade.NOT


def _exactly(one: str, other: str) -> Likeness:
    if not (one and other):
        return Likeness.UNKNOWN
    return Likeness.AGREES if one == other else Likeness.DIFFERS


def _families(one: Particulars, other: Particulars) -> Likeness:
    if not (one.families and other.families):
        return Likeness.UNKNOWN
    if one.families & other.families:
        return Likeness.AGREES
    pairs = [(mine, theirs) for mine in one.families for theirs in other.families]
    is_close = any(are_like(*pair) or shares_part(*pair) for pair in pairs)
    return Likeness.CLOSE if is_close or _swapped(one, other) else Likeness.DIFFERS


def _given(one: Particulars, other: Particulars) -> Likeness:
    """A first name counts where it is any of the other's: some are called by their second."""
    if not (one.given and other.given):
        return Likeness.UNKNOWN
    if one.given[0] in other.given or other.given[0] in one.given:
        return Likeness.AGREES
    is_close = are_like(one.given[0], other.given[0]) or _swapped(one, other)
    return Likeness.CLOSE if is_close else Likeness.DIFFERS


def _swapped(one: Particulars, other: Particulars) -> bool:
    return are_swapped((one.given, one.families), (other.given, other.families))


def _born(one: Particulars, other: Particulars) -> Likeness:
    if len(one.born) < len("2023-07") or len(other.born) < len("2023-07"):
        return Likeness.UNKNOWN
    if len(one.born) != len(other.born) or len(one.born) == len("2023-07"):
        is_in_month = one.born[:7] == other.born[:7]
        return Likeness.CLOSE if is_in_month else Likeness.DIFFERS
    if one.born == other.born:
        return Likeness.AGREES
    is_close = one.born == other_way_round(other.born) or _one_digit(one.born, other.born)
    return Likeness.CLOSE if is_close else Likeness.DIFFERS


def other_way_round(born: str) -> str:
    """The date with its day and month exchanged, which may be no date."""
    year, month, day = born.split("-")
    return f"{year}-{day}-{month}"


def _one_digit(one: str, other: str) -> bool:
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _postcode(one: Particulars, other: Particulars) -> Likeness:
    """The first half alone says which part of a town."""
    how = _exactly(one.postcode, other.postcode)
    same_part = one.postcode.split(" ")[0] == other.postcode.split(" ")[0]
    return Likeness.CLOSE if how is Likeness.DIFFERS and same_part else how


_COMPARE: Mapping[str, Callable[[Particulars, Particulars], Likeness]] = {
    "number": lambda one, other: _exactly(one.number, other.number),
    "family": _families,
    "given": _given,
    "born": _born,
    "postcode": _postcode,
    "sex": lambda one, other: _exactly(one.sex, other.sex),
}
