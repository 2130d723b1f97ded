"""Reads JSON from outside strictly, and writes it without touching a number's precision."""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

import orjson

from shared.errors import Invalid, Issue
from shared.fhir import json_places

#: JSON that FHIR does not allow inside text, or that no database keeps: half characters, controls.
_SUSPECT_ESCAPE = re.compile(rb"\\(?:u(?:[dD][89a-fA-F]|00[01])|[bf])")
_FORBIDDEN_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_STRING = re.compile(rb'"[^"\\]*+(?:\\(?:.|\Z)[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_SQUARE = bytes.maketrans(b"{}", b"[]")
_NOT_A_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_INTEGER_DIGITS = 18  # what every database, and FHIR for a decimal, promises to keep
_DECIMAL_LENGTH = 40
_EXPONENT_DIGITS = 3


class _Repeated(Exception):
    """An object names one key twice: readers disagree on which counts, so neither may."""


class _BadNumber(Exception):
    """A number that cannot be kept as it was written."""


def read_json(raw: bytes, *, max_bytes: int, max_depth: int = 60, max_items: int = 100_000) -> Any:
    """What the UTF-8 text says, decimals as `Decimal`; anything doubtful is `Invalid`.

    Size, depth and count are measured before parsing, so a hostile text costs no more than it is
    long. `max_items` counts the values in all lists and objects.
    """
    if len(raw) > max_bytes:
        _refuse(f"This is {len(raw)} bytes long; at most {max_bytes} are taken.", "too-long")
    text = _utf8(raw)
    _check_extent(raw, text, max_depth, max_items)
    value = _parsed(text)
    if _SUSPECT_ESCAPE.search(raw):
        _check_characters(value, _root(value))
    return value


def write_json(value: Any, *, readable: bool = False) -> bytes:
    """The value as UTF-8 JSON, compact or with a line for each element; a `Decimal` keeps its
    digits (1.00 stays 1.00)."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2 if readable else None)


def _plain(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _refuse(text: str, code: str = "structure", expression: str = "") -> NoReturn:
    raise Invalid(Issue(text, expression, code))


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        _refuse(f"This is not UTF-8 text: byte {error.start + 1} does not fit.")


def _check_extent(raw: bytes, text: str, max_depth: int, max_items: int) -> None:
    outside_strings = _STRING.sub(b"", raw)
    items = sum(outside_strings.count(mark) for mark in (b",", b"[", b"{"))
    if items > max_items:
        _refuse(f"This holds more than {max_items} values; send it in parts.", "too-costly")
    if _is_deeper(outside_strings.translate(_SQUARE, _NOT_A_BRACKET), max_depth):
        where = json_places.too_deep(text, max_depth)
        _refuse(f"This is nested more than {max_depth} deep, at {where}.", "too-costly")


def _is_deeper(brackets: bytes, limit: int) -> bool:
    """Whether brackets nest deeper; each round peels off the innermost pairs."""
    for _ in range(limit):
        peeled = brackets.replace(b"[]", b"")
        if len(peeled) == len(brackets):
            return len(brackets) > limit
        brackets = peeled
    return bool(brackets)


def _parsed(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = json_places.at(text, error.pos)
        _refuse(f"This is not JSON, at {where}: {error.msg}.")
    except _Repeated:
        where = json_places.repeated_key(text)
        _refuse(f"An object has the same key twice, at {where}.")
    except _BadNumber as error:
        where = json_places.word(text, str(error))
        _refuse(f"This number cannot be kept as it is written, at {where}.", "value")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Repeated
    return value


def _decimal(text: str) -> Decimal:
    exponent = text.lower().partition("e")[2].lstrip("+-0")
    if len(text) > _DECIMAL_LENGTH or len(exponent) > _EXPONENT_DIGITS:
        raise _BadNumber(text)
    return Decimal(text)


def _integer(text: str) -> int | Decimal:
    if len(text.lstrip("-")) > _INTEGER_DIGITS:
        raise _BadNumber(text)
    return Decimal(text) if text == "-0" else int(text)


def _no_number(text: str) -> NoReturn:
    raise _BadNumber(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_decimal,
    parse_int=_integer,
    parse_constant=_no_number,
)


def _root(value: Any) -> str:
    kind = value.get("resourceType") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) and kind.isalpha() else ""


def _check_characters(value: Any, path: str) -> None:
    if isinstance(value, str):
        if _FORBIDDEN_CHARACTER.search(value):
            _refuse("This text holds a character that FHIR does not allow.", "value", path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_characters(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_characters(key, path)
            _check_characters(item, f"{path}.{key}".lstrip("."))
