"""Children that nobody could meet: what is known of each, as one would find it in a text."""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from services.referral.demo.places import SERVICES
from services.referral.use_cases.sent_concern import SentConcern
from shared.fhir.codes import CONCERN
from shared.fhir.identifiers import NHS_NUMBER
from tests.referral.builders import a_carer, a_child, a_concern, a_request, a_story

SEED = 5
_WORD = re.compile(r"[\w@.+-]+")
_SYLLABLES = [
    one + other for one, other in product(("bl", "dr", "gw", "kv", "pr", "sk", "tr", "z"), "aeiou")
]
#: What a nursery might write; each names a condition, a worry or a place.
WORRIES = (
    "He stammers when strangers visit",
    "She bites at Puddleduck Corner",
    "Hearing aids at the Royal Anyshire",
    "Autism was mentioned by the paediatrician",
    "Toileting regressed after the refuge",
)
SETTINGS = ("Puddleduck Corner", "Royal Anyshire", "Anyshire", "Millbrook")


@dataclass(frozen=True)
class Invented:
    """A concern about one child, and everything in it that a message must never say."""

    sent: SentConcern
    facts: tuple[str, ...]
    mail: str


def invented_children(number: int) -> Iterator[Invented]:
    """Always the same ones."""
    chance = random.Random(SEED)
    numbers = nhs_numbers()
    for _ in range(number):
        yield _invented(chance, next(numbers))


def _invented(chance: random.Random, nhs_number: str) -> Invented:
    given, parent, street = (_name(chance, 2) for _ in range(3))
    family, town = _name(chance, 3), _name(chance, 3)
    born = date(2022, 1, 1) + timedelta(days=chance.randrange(900))
    postcode = f"ZZ99 {chance.randrange(10)}{_letters(chance)}"
    worry = chance.choice(WORRIES)
    mail = f"{parent}.{family}@example.org".lower()
    address = {"use": "home", "line": [f"{chance.randrange(1, 99)} {street} Lane"], "city": town,
               "district": "North Anyshire", "postalCode": postcode}  # fmt: skip
    child = a_child(
        identifier=[{"system": NHS_NUMBER, "value": nhs_number}],
        name=[{"use": "official", "family": family, "given": [given]}],
        birthDate=born.isoformat(),
        address=[address],
    )
    carer = a_carer(
        name=[{"family": family, "given": [parent]}], telecom=[{"system": "email", "value": mail}]
    )
    reason = {"coding": [{"system": CONCERN, "code": "speech-language"}], "text": worry}
    request = a_request(reasonCode=[reason])
    worry_of_them = {"linkId": "worry", "answer": [{"valueString": f"{given}: {worry}"}]}
    sent = a_concern(request, child=child, carer=carer, story=a_story(item=[worry_of_them]))
    named = (given, family, parent, street, town, postcode, postcode.replace(" ", ""), mail)
    return Invented(
        sent, (*named, *_of_number(nhs_number), *_of_day(born), *_of_worry(worry)), mail
    )


def _name(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(syllables)).title()


def _letters(chance: random.Random) -> str:
    return "".join(chance.choice("ABDEFGHJLN") for _ in range(2))


def _of_number(number: str) -> tuple[str, ...]:
    return number, f"{number[:3]} {number[3:6]} {number[6:]}", f"{number[:3]}-{number[3:6]}"


def _of_day(day: date) -> tuple[str, ...]:
    return day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day} {day:%B %Y}", f"{day:%B %Y}"


def _of_worry(worry: str) -> tuple[str, ...]:
    return worry, *(word for word in worry.split() if len(word) > 5)


def everywhere() -> tuple[str, ...]:
    """What is true of many children and of none to be said: services and places."""
    services = [one.entry.name for one in SERVICES]
    return (*services, *SETTINGS, "speech-language", "SNOMED", "speech and language")


def leaks(text: str, facts: Iterable[str]) -> list[str]:
    """Which of the facts stand in the text, be it inside an address."""
    lower = text.lower()
    return [fact for fact in facts if fact.lower() in lower]


def leaks_in_lines(lines: Iterable[str], facts: Iterable[str]) -> set[str]:
    """As `leaks`, for facts that are one word: thousands of them in thousands of lines."""
    words = {word for line in lines for word in _WORD.findall(line.lower())}
    return words & {fact.lower() for fact in facts}


def nhs_numbers() -> Iterator[str]:
    """Of the range that is never issued, with the right last digit."""
    for serial in range(1_000, 1_000_000):
        nine = f"999{serial:06d}"
        total = sum(int(digit) * (10 - place) for place, digit in enumerate(nine))
        check = 11 - total % 11
        if check != 10:
            yield nine + str(check % 11)
