"""What the places must be, one by one and together."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from services.referral.domain.places import District, Practice
from services.referral.policies.policy_file import Entry, PolicyFile, Problem

_BEGINNING = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?( \d?)?")
_ODS = re.compile(r"[A-Z0-9]{3,6}")


def check_district(district: District) -> Iterator[Problem]:
    for position, start in enumerate(district.postcodes):
        if not _BEGINNING.fullmatch(start):
            yield ("postcodes", position), f"“{start}” is not the beginning of a postcode"


def check_practice(practice: Practice) -> Iterator[Problem]:
    if not _ODS.fullmatch(practice.ods):
        yield ("ods",), f"“{practice.ods}” is not an ODS code"


def check_places_together(
    file: PolicyFile, districts: Sequence[Entry[District]], practices: Sequence[Entry[Practice]]
) -> None:
    """Nothing lies in two districts, and no practice in one that is not there."""
    for key in ("postcodes", "towns"):
        twice = Counter(place for d in districts for place in getattr(d.value, key))
        for entry in districts:
            for place in (p for p in getattr(entry.value, key) if twice[p] > 1):
                file.complain(entry, (key,), f"“{place}” stands there twice")
    codes = Counter(practice.value.ods for practice in practices)
    names = {district.value.name for district in districts}
    for practice in practices:
        if codes[practice.value.ods] > 1:
            file.complain(practice, ("ods",), f"“{practice.value.ods}” stands there twice")
        if practice.value.district not in names:
            reason = f"“{practice.value.district}” is not a district that is known"
            file.complain(practice, ("district",), reason)
