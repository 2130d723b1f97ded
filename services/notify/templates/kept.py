"""The files of the words: every version is kept, none is ever changed, the newest is used.

`words.lock` has the SHA-256 of each. A changed text is a new file, one number higher.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent
KINDS = ("words", "frames", "languages")
LOCK = "words.lock"

_NAME = re.compile(r"(?P<name>[a-z/-]+)\.v(?P<version>[1-9][0-9]*)\.(?P<kind>txt|po)")


@dataclass(frozen=True, order=True)
class Kept:
    """One version of one file; `name` is its path without version and ending."""

    name: str
    version: int
    kind: str

    @property
    def path(self) -> str:
        return f"{self.name}.v{self.version}.{self.kind}"


@cache
def kept() -> tuple[Kept, ...]:
    """Every version of every file, sorted. ValueError for one whose name says no version."""
    found = (path for kind in KINDS for path in (ROOT / kind).rglob("*.*"))
    return tuple(sorted(_kept(path.relative_to(ROOT).as_posix()) for path in found))


@cache
def newest(name: str, kind: str = "txt") -> Kept:
    """KeyError when there is none of that name."""
    found = [file for file in kept() if (file.name, file.kind) == (name, kind)]
    if not found:
        raise KeyError(name)
    return max(found)


def read(file: Kept) -> bytes:
    return (ROOT / file.path).read_bytes()


@cache
def hash_of(*used: Kept) -> str:
    """SHA-256 over the names and bytes of these files, in hexadecimal."""
    whole = hashlib.sha256()
    for file in used:
        whole.update(f"{file.path} {hashlib.sha256(read(file)).hexdigest()}\n".encode())
    return whole.hexdigest()


def lock_lines() -> list[str]:
    """As the lock should be: a hash and a path a line, as `sha256sum` writes them."""
    return [f"{hashlib.sha256(read(file)).hexdigest()}  {file.path}" for file in kept()]


def locked() -> list[str]:
    """As the lock is."""
    return (ROOT / LOCK).read_text(encoding="utf-8").splitlines()


def _kept(path: str) -> Kept:
    match = _NAME.fullmatch(path)
    if match is None:
        raise ValueError(f"{path} is not named <name>.v<version>.txt or .po.")
    return Kept(match["name"], int(match["version"]), match["kind"])
