"""Invented families: who brings a child up, where they live and what they speak."""

from collections import Counter
from dataclasses import dataclass, replace
from random import Random

from services.referral.demo.places import NORTH
from services.referral.demo.texts import FamilyWords, Group, Story
from services.referral.domain.places import District, Places, Practice

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
#: The number of the carer in the example that every test sends; nobody else may have it.
_TAKEN = 461
#: UKCore-EthnicCategoryEngland: White and Black African.
_MIXED = "E"


@dataclass(frozen=True, kw_only=True)
class Carer:
    """`relation` is a code of v3-RoleCode."""

    name: str
    relation: str
    phone: str
    email: str | None


@dataclass(frozen=True, kw_only=True)
class Family:
    """`interpreter` says whether the carers would like one."""

    name: str
    group: Group
    carers: tuple[Carer, ...]
    line: str
    town: str
    postcode: str
    district: str
    practice: Practice
    interpreter: bool


class Families:
    """Makes one family after another; no telephone number is given out twice."""

    def __init__(self, words: FamilyWords, places: Places, rng: Random) -> None:
        self._words, self._places, self._rng = words, places, rng
        self._phones = iter(n for n in range(1000) if n != _TAKEN)
        self._names: Counter[str] = Counter()

    def make(self, story: Story, district: str) -> Family:
        group = self._group(story)
        name = self._family_name(group)
        home = next(one for one in self._places.districts if one.name == district)
        return Family(
            name=name,
            group=group,
            carers=tuple(self._carers(story, group, name)),
            line=f"{self._rng.randint(1, 88)} {self._rng.choice(self._words.streets)}",
            town=self._rng.choice(home.towns),
            postcode=self._postcode(home),
            district=district,
            practice=self._practice(district),
            interpreter=not story.looked_after and self._rng.random() * 10 < group.interpreter,
        )

    def account_family(self) -> Family:
        """The one whose father signs in."""
        group = next(one for one in self._words.groups if "Ogunleye" in one.families)
        home = next(one for one in self._places.districts if one.name == NORTH)
        return Family(
            name="Adeyinka-Clarke",
            group=replace(group, category=_MIXED),
            carers=(
                Carer(
                    name="Daniel Clarke",
                    relation="FTH",
                    phone=self._phone(),
                    email="family@example.org",
                ),
                self._carer("Bola Adeyinka", "MTH"),
            ),
            line="27 Curlew Way",
            town=home.towns[0],
            postcode=self._postcode(home),
            district=NORTH,
            practice=self._places.practices[0],
            interpreter=False,
        )

    def _group(self, story: Story) -> Group:
        fits = [
            group
            for group in self._words.groups
            if (not story.bilingual or group.language[0] not in ("en", "bfi"))
            and (not story.newcomer or group.newcomer)
        ]
        return self._rng.choices(fits, [group.share for group in fits])[0]

    def _family_name(self, group: Group) -> str:
        fewest = min(self._names[name] for name in group.families)
        name = self._rng.choice([one for one in group.families if self._names[one] == fewest])
        self._names[name] += 1
        return name

    def _carers(self, story: Story, group: Group, family: str) -> list[Carer]:
        mother = self._carer(f"{self._rng.choice(group.mothers)} {family}", "MTH")
        father = self._carer(f"{self._rng.choice(group.fathers)} {family}", "FTH")
        grandparent = self._carer(f"{self._rng.choice(self._words.grandparents)} {family}", "GRPRN")
        chance = self._rng.random()
        if story.looked_after:
            return [self._carer(self._rng.choice(self._words.foster), "PRNFOST")]
        if story.carers == "mother":
            return [mother, father] if chance < 0.3 else [mother]
        if story.carers == "alone":
            return [father] if chance < 0.6 else [grandparent]
        if story.carers == "any" and group.category in ("A", "D") and chance < 0.3:
            return [grandparent]
        if chance < 0.5:
            return [mother, father]
        return [father] if chance > 0.88 else [mother]

    def _carer(self, name: str, relation: str) -> Carer:
        email = (
            f"{name.lower().replace(' ', '.')}@example.org" if self._rng.random() < 0.6 else None
        )
        return Carer(name=name, relation=relation, phone=self._phone(), email=email)

    def _phone(self) -> str:
        return f"07700 900{next(self._phones):03d}"

    def _postcode(self, home: District) -> str:
        letters = "".join(self._rng.choices(_LETTERS, k=2))
        return f"{self._rng.choice(sorted(home.postcodes))}{letters}"

    def _practice(self, district: str) -> Practice:
        """One near home, but a few families stay with a practice across the border."""
        here = [one for one in self._places.practices if one.district == district]
        there = [one for one in self._places.practices if one.district != district]
        return self._rng.choice(there if self._rng.random() < 0.06 else here)
