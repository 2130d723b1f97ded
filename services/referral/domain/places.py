"""The districts of the area, and what lies in which."""

import re
from dataclasses import dataclass

_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")


@dataclass(frozen=True, kw_only=True)
class District:
    """A district with the beginnings of its postcodes ("ZZ99 3") and its towns."""

    name: str
    council: str
    postcodes: tuple[str, ...]
    towns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Practice:
    """A GP practice by its ODS code."""

    ods: str
    name: str
    district: str


@dataclass(frozen=True, kw_only=True)
class Places:
    """One county. Each look-up answers the district's name, or None outside the county."""

    county: str
    districts: tuple[District, ...]
    practices: tuple[Practice, ...]

    def district_of_postcode(self, postcode: str) -> str | None:
        """By the longest beginning that fits; spaces and small letters do not matter."""
        whole = normal_postcode(postcode)
        if whole is None:
            return None
        fits = [
            (len(start), district.name)
            for district in self.districts
            for start in district.postcodes
            if whole.startswith(start)
        ]
        return max(fits)[1] if fits else None

    def district_of_town(self, town: str) -> str | None:
        sought = " ".join(town.split()).casefold()
        return next(
            (d.name for d in self.districts if sought in (t.casefold() for t in d.towns)), None
        )

    def district_of_practice(self, ods: str) -> str | None:
        sought = ods.strip().upper()
        return next((p.district for p in self.practices if p.ods == sought), None)


def normal_postcode(text: str) -> str | None:
    """ "zz993cz" as "ZZ99 3CZ"; None when it is no whole postcode."""
    letters = "".join(text.split()).upper()
    postcode = f"{letters[:-3]} {letters[-3:]}"
    return postcode if _POSTCODE.fullmatch(postcode) else None
