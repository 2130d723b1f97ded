"""One policy file read strictly into the records of the domain; all that is wrong is gathered."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from services.referral.policies.marked_yaml import (
    Way,
    children,
    compose,
    doubled_keys,
    line_of,
    plain,
)

T = TypeVar("T")
Problem = tuple[Way, str]

#: What pydantic says, in the words of this service; "{0}" is the name of the key.
_WORDS = {
    "missing": "“{0}” is missing",
    "unexpected_keyword_argument": "“{0}” is not a key that is known here",
    "string_too_short": "“{0}” is empty",
}


class _Strict(BaseModel, Generic[T]):
    """Hands its strictness on to the plain dataclass inside."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        str_min_length=1,
        str_strip_whitespace=True,
    )
    entry: T


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One record of a file, with where it stands."""

    value: T
    name: str
    node: yaml.Node


class PolicyFile:
    """A file of named lists of records. `problems` grows while it is read."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self.problems: list[str] = []
        self._root = self._compose(path)

    def only(self, *keys: str) -> None:
        """Refuse every list that is not one of these, and miss each that is not there."""
        there = {str(key): line for key, _, line in children(self._root)} if self._root else {}
        for key in there.keys() - set(keys):
            self._add(there[key], f"“{key}” is not a key that is known here")
        for key in keys:
            if self._root and key not in there:
                self._add(1, f"“{key}” is missing")

    def text(self, key: str) -> str:
        """A single value that is not part of a list."""
        value = next((node.value for node in self._at(key)), None)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.complain_of_all(f"“{key}” is empty")
        return ""

    def read(
        self,
        key: str,
        kind: type[T],
        noun: str,
        checks: Callable[[T], Iterator[Problem]] | None = None,
        *,
        named_by: str = "id",
    ) -> list[Entry[T]]:
        """The records of that list that can be understood; the others are problems."""
        entries = []
        for node in (entry for group in self._at(key) for _, entry, _ in children(group)):
            name = f"{noun} {_name(node, named_by)}"
            value = self._value(node, kind, name)
            if value is not None:
                entries.append(Entry(value, name, node))
                for way, reason in checks(value) if checks else ():
                    self.complain(entries[-1], way, reason)
        return entries

    def complain(self, entry: Entry[Any], way: Way, reason: str) -> None:
        self._add(line_of(entry.node, way), f"{entry.name}: {reason}")

    def complain_of_all(self, reason: str) -> None:
        """Something that the file as a whole lacks."""
        self._add(1, reason)

    def _add(self, line: int, reason: str) -> None:
        self.problems.append(f"{self._name}:{line}: {reason}")

    def _at(self, key: str) -> list[yaml.Node]:
        return (
            [node for found, node, _ in children(self._root) if found == key] if self._root else []
        )

    def _compose(self, path: Path) -> yaml.Node | None:
        try:
            root = compose(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeError) as failure:
            self._add(1, f"cannot be read ({failure})")
            return None
        except yaml.YAMLError as failure:
            mark = getattr(failure, "problem_mark", None)
            self._add(mark.line + 1 if mark else 1, f"is not YAML ({failure})")
            return None
        if root is None:
            self._add(1, "is empty")
            return None
        for key, line in doubled_keys(root):
            self._add(line, f"“{key}” stands there twice")
        return root

    def _value(self, node: yaml.Node, kind: type[T], name: str) -> T | None:
        try:
            # As JSON, because pydantic is strict there and yet takes lists for sets and words for
            # dates and enums.
            sent = json.dumps({"entry": plain(node)})
            return _Strict[kind].model_validate_json(sent).entry  # type: ignore[valid-type]
        except ValidationError as failure:
            for error in failure.errors():
                way = error["loc"][1:]
                self._add(line_of(node, way), f"{name}: {_in_words(error)}")
        except yaml.YAMLError as failure:
            self._add(line_of(node, ()), f"{name}: cannot be understood ({failure})")
        return None


def _name(node: yaml.Node, key: str) -> str:
    return next((str(value.value) for found, value, _ in children(node) if found == key), "?")


def _in_words(error: ErrorDetails) -> str:
    key = ".".join(str(step) for step in error["loc"][1:])
    words = _WORDS.get(error["type"])
    return words.format(key) if words else f"“{key}”: {error['msg']}"
