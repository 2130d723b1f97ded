"""The words of the demo, kept as YAML beside the code: stories, families, letters and turns."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import yaml
from pydantic import TypeAdapter

from services.referral.domain.service_directory import ServiceKind

_HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is told about a child, in several ways; `uses` says of how many children.

    `ages` are whole months, both included. `by` is who tells it: a setting, a school or health.
    `asks` are the kinds of service that the teller chose, empty for what the rules suggest.
    `carers` says who brings the child up: parents, a mother, one carer alone, or any of these.
    """

    key: str
    concern: str
    headline: str
    main: ServiceKind
    ages: tuple[int, int]
    uses: int
    where: str
    worry: tuple[str, ...]
    examples: tuple[str, ...]
    strengths: tuple[str, ...]
    parent: tuple[str, ...]
    child: tuple[str, ...]
    tried: tuple[str, ...]
    hearing: bool
    by: str = "setting"
    asks: tuple[ServiceKind, ...] = ()
    carers: str = "parents"
    sex: str | None = None
    boys: float = 0.68
    priority: str = "routine"
    lost: bool = False
    bilingual: bool = False
    newcomer: bool = False
    looked_after: bool = False
    desk: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """Names that go together; `language` is its code and its name, `interpreter` out of ten."""

    share: int
    category: str
    language: tuple[str, str]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    families: tuple[str, ...]
    mothers: tuple[str, ...]
    fathers: tuple[str, ...]
    interpreter: int = 0
    newcomer: bool = False


@dataclass(frozen=True, kw_only=True)
class FamilyWords:
    """Everything that invented families are made of."""

    groups: tuple[Group, ...]
    grandparents: tuple[str, ...]
    foster: tuple[str, ...]
    streets: tuple[str, ...]
    wishes: tuple[str, ...]
    hopes: dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Letters:
    """What one kind of service writes; `asks` are questions with the setting's answers."""

    asks: tuple[tuple[str, str], ...]
    family: tuple[str, ...]
    offers: tuple[str, ...]
    plan: str
    met: str
    advice: str
    assessed: str


@dataclass(frozen=True)
class Return:
    """Why something is returned, what comes next, and what was then done about it."""

    reason: str
    why: str
    next_step: str
    done: str = ""


@cache
def stories() -> tuple[Story, ...]:
    """All of them, in the order of their files' names."""
    files = sorted((_HERE / "stories").glob("*.yaml"))
    found = [story for file in files for story in _read(file)]
    return TypeAdapter(tuple[Story, ...]).validate_python(found)


@cache
def family_words() -> FamilyWords:
    return TypeAdapter(FamilyWords).validate_python(_read(_HERE / "families.yaml"))


@cache
def letters() -> dict[ServiceKind, Letters]:
    written = _read(_HERE / "letters.yaml")
    return TypeAdapter(dict[ServiceKind, Letters]).validate_python(written)


@cache
def turns() -> dict[str, tuple[str, ...]]:
    """What is said with a move, by its name in the lives; returns stand apart."""
    return {key: tuple(said) for key, said in _turns().items() if key not in ("returned", "second")}


@cache
def returns(key: str) -> tuple[Return, ...]:
    """First returns (`returned`) or those that end at the desk (`second`)."""
    return tuple(Return(*line) for line in _turns()[key])


def fill(text: str, words: dict[str, str]) -> str:
    """The text with the child's own words in it; KeyError for a word that nobody knows."""
    return Template(text).substitute(words)


@cache
def _turns() -> dict[str, Any]:
    read: dict[str, Any] = _read(_HERE / "turns.yaml")
    return read


def _read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
