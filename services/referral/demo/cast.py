"""Who the 200 children of the demo are and which story is told of each: the same every time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product
from random import Random

from nhs_number.validate import is_valid

from services.referral.demo.families import Families, Family
from services.referral.demo.lives import LIVES, OF_THE_ACCOUNT, Life
from services.referral.demo.places import NORTH, SOUTH
from services.referral.demo.texts import Story, family_words, stories
from services.referral.domain.places import Places
from services.referral.domain.service_directory import ServiceKind

SEED = 2026
_DRAFTS = 2
_OF_THE_ACCOUNT = "songs-first"
#: Under two, a child is with the nursery: the pre-school takes none so young.
_PRE_SCHOOL_FROM = 24
_RETURNING = frozenset(
    {ServiceKind.SPEECH, ServiceKind.NEURODEVELOPMENTAL, ServiceKind.EARLY_YEARS}
)
_PASSING_ON = _RETURNING | {ServiceKind.OCCUPATIONAL_THERAPY, ServiceKind.HEALTH_VISITING}
#: So often a person chooses one service of those that are suggested.
_ASKS_ONE = 0.4
#: Siblings are this many months apart at least when their concerns are raised.
_APART = 20


@dataclass(frozen=True, kw_only=True)
class Child:
    """One child with one concern. `life` None is a draft; `age_days` is the age when it is raised.

    `teller` is the key of the person who raises it; with `one_service` they ask the main one alone.
    """

    number: int
    given: str
    female: bool
    family: Family
    nhs_number: str | None
    story: Story
    worry: str
    example: str
    age_days: int
    teller: str
    life: Life | None
    one_service: bool

    @property
    def words(self) -> dict[str, str]:
        """What stands for `$name`, `$he` and the others in a text."""
        he, him, his = ("she", "her", "her") if self.female else ("he", "him", "his")
        return {
            "name": self.given,
            "he": he,
            "him": him,
            "his": his,
            "himself": "herself" if self.female else "himself",
            "He": he.title(),
            "His": his.title(),
            "language": self.family.group.language[1],
            "town": self.family.town,
        }

    @property
    def age_months(self) -> int:
        return self.age_days * 12 // 365


@dataclass(frozen=True)
class _Telling:
    """A story as it is told of one child."""

    story: Story
    worry: str
    example: str


def cast(places: Places) -> tuple[Child, ...]:
    """All the children. Depends on the seed alone, not on the day."""
    rng = Random(SEED)  # noqa: S311 - invents people, guards nothing
    tellings = list(_tellings(rng))
    lives = _deal_lives(tellings, rng)
    people = _People(Families(family_words(), places, rng), rng)
    return tuple(people.child(*pair) for pair in zip(tellings, lives, strict=True))


def _tellings(rng: Random) -> Iterator[_Telling]:
    """No two children share both the worry and the example."""
    for story in stories():
        pairs = list(product(story.worry, story.examples))
        rng.shuffle(pairs)
        for worry, example in pairs[: story.uses]:
            yield _Telling(story, worry, example)


def _deal_lives(tellings: list[_Telling], rng: Random) -> list[Life | None]:
    """Give each telling a life that fits it, the choosiest lives first."""
    own = next(n for n, one in enumerate(tellings) if one.story.key == _OF_THE_ACCOUNT)
    ordinary = [n for n, one in enumerate(tellings) if _is_ordinary(one.story)]
    lives: dict[int, Life | None] = dict.fromkeys(rng.sample(ordinary, _DRAFTS))
    lives[own] = OF_THE_ACCOUNT
    for life in sorted(LIVES, key=_choosiness, reverse=True):
        free = [n for n in range(len(tellings)) if n not in lives]
        fits = [n for n in free if _fits(life, tellings[n].story)]
        lives |= dict.fromkeys(rng.sample(fits, life.times), life)
    return [lives[n] for n in range(len(tellings))]


def _choosiness(life: Life) -> tuple[bool, bool, bool, bool]:
    return life.desk, life.returned, life.passed_on, life.needs_setting


def _fits(life: Life, story: Story) -> bool:
    return (
        life.desk == story.desk
        and (not life.needs_setting or story.by == "setting")
        and (not life.returned or story.main in _RETURNING)
        and (not life.passed_on or story.main in _PASSING_ON)
    )


class _People:
    """Makes the children one after another; no full name and no number comes twice."""

    def __init__(self, families: Families, rng: Random) -> None:
        self._families, self._rng = families, rng
        self._made: list[Child] = []
        self._children: Counter[Family] = Counter()
        self._numbers = _nhs_numbers()

    def child(self, telling: _Telling, life: Life | None) -> Child:
        story = telling.story
        months = self._rng.randint(*story.ages)
        district = self._district(story, months)
        family = self._family(story, district, months)
        female = self._is_girl(story)
        child = Child(
            number=len(self._made),
            given=self._given(family, female, story),
            female=female,
            family=family,
            nhs_number=self._nhs_number(story),
            story=story,
            worry=telling.worry,
            example=telling.example,
            age_days=months * 365 // 12 + self._rng.randint(1, 27),
            teller=_teller(story, district),
            life=life,
            one_service=self._asks_one(life),
        )
        self._made.append(child)
        self._children[family] += 1
        return child

    def _district(self, story: Story, months: int) -> str:
        if story.by == "school" or (story.by == "setting" and months < _PRE_SCHOOL_FROM):
            return NORTH
        return NORTH if story.key == _OF_THE_ACCOUNT else self._rng.choice((NORTH, SOUTH))

    def _family(self, story: Story, district: str, months: int) -> Family:
        """A new one as a rule; now and then that of an elder or younger child."""
        if story.key == _OF_THE_ACCOUNT:
            return self._families.account_family()
        siblings = [
            one.family
            for one in self._made
            if _is_ordinary(one.story)
            and one.family.district == district
            and abs(one.age_months - months) > _APART
            and self._children[one.family] == 1
        ]
        if siblings and _is_ordinary(story) and self._rng.random() < 0.1:
            return self._rng.choice(siblings)
        return self._families.make(story, district)

    def _asks_one(self, life: Life | None) -> bool:
        """The family with an account can stop sharing with one service and keep another."""
        chosen = self._rng.random() < _ASKS_ONE
        return (chosen and life is not OF_THE_ACCOUNT) or bool(life and life.alone)

    def _is_girl(self, story: Story) -> bool:
        return story.sex == "female" or self._rng.random() > story.boys

    def _given(self, family: Family, female: bool, story: Story) -> str:
        if story.key == _OF_THE_ACCOUNT:
            return "Ada"
        taken = {one.given for one in self._made if one.family.name == family.name}
        names = family.group.girls if female else family.group.boys
        free = [name for name in names if name not in taken]
        if not free:
            raise LookupError(f"No name is left for another child of the family {family.name}.")
        often = [one.given for one in self._made]
        fewest = min(often.count(name) for name in free)
        return self._rng.choice([name for name in free if often.count(name) == fewest])

    def _nhs_number(self, story: Story) -> str | None:
        """A few who came lately are not registered yet."""
        return None if story.newcomer else next(self._numbers)


def _is_ordinary(story: Story) -> bool:
    """Told by a setting, of a child with parents and nothing that only this family has."""
    special = story.looked_after or story.bilingual or story.newcomer or story.desk
    told_here = story.by == "setting" and story.key != _OF_THE_ACCOUNT
    return told_here and not special and story.carers == "parents"


def _teller(story: Story, district: str) -> str:
    side = "north" if district == NORTH else "south"
    setting = "nursery" if district == NORTH else "nursery2"
    return {"setting": setting, "school": "school", "health": f"visiting.{side}"}[story.by]


def _nhs_numbers() -> Iterator[str]:
    """Valid ones in the range that is never issued."""
    for nine in count(999_100_000, 7):
        for digit in range(10):
            if is_valid(f"{nine}{digit}"):
                yield f"{nine}{digit}"
