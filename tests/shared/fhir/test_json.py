"""What comes in as JSON is read strictly, and what goes out keeps every digit."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.fhir.json import read_json, write_json
from tests.shared.fhir.examples import EXAMPLES

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
NUMBERS = st.integers(-(10**17), 10**17) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)

REFUSED = {
    "cut short": (b'{"a": [1,', "structure", "line 1, column 10"),
    "two values": (b"{} {}", "structure", "line 1, column 4"),
    "the same key twice": (b'{"a": 1,\n "b": 2, "a": 3}', "structure", "line 2, column 10"),
    "the same key twice, once escaped": (b'{"a": 1, "\\u0061": 2}', "structure", "column 10"),
    "the same key twice inside": (b'{"a": [{"b": 1, "b": 2}]}', "structure", "column 17"),
    "not a number": (b'{"NaN": NaN}', "value", "column 9"),
    "infinity": (b"[-Infinity]", "value", "column 2"),
    "an integer no database keeps": (b"[1, 1234567890123456789]", "value", "column 5"),
    "a decimal out of all measure": (b"[1e99999]", "value", "column 2"),
    "a decimal of a hundred digits": (b"[0." + b"1" * 100 + b"]", "value", "column 2"),
    "half a character": (rb'{"resourceType": "Flag", "a": ["\ud83d"]}', "value", "Flag.a[0]"),
    "half a character in a key": (rb'{"a": {"\ude00": 1}}', "value", "a"),
    "a null character": (rb'{"a": {"b": "\u0000"}}', "value", "a.b"),
    "a bell": (rb'{"a": "\u0007"}', "value", "a"),
    "a raw control character": (b'["\x01"]', "structure", "column 3"),
    "Latin-1": ('["é"]'.encode("latin-1"), "structure", "byte 3"),
    "UTF-16": ("[1]".encode("utf-16"), "structure", "UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "structure", "line 1, column 1"),
    "too deep": (b"[" * 21 + b"]" * 21, "too-costly", "line 1, column 21"),
    "too deep and never closed": (b'{"a":' * 100, "too-costly", "column 101"),
    "too many values": (b"[" + b"1," * 200 + b"1]", "too-costly", "200"),
    "too long": (b"[" + b" " * 50_000 + b"]", "too-long", "50002"),
    "nothing": (b"", "structure", "line 1"),
}


def read(raw: bytes) -> Any:
    return read_json(raw, max_bytes=50_000, max_depth=20, max_items=200)


@pytest.mark.parametrize(("raw", "code", "place"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_doubtful_is_refused_and_the_place_is_named(
    raw: bytes, code: str, place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read(raw)
    [issue] = refused.value.issues
    assert issue.code == code
    assert place in f"{issue.text} {issue.expression}"


def test_brackets_and_commas_inside_text_count_for_nothing() -> None:
    text = "[{" * 100 + ',\\",' * 200
    assert read(json.dumps([text]).encode()) == [text]


def test_the_deepest_that_is_allowed_is_read() -> None:
    assert read(b"[" * 20 + b"]" * 20)


def test_characters_written_as_escapes_are_read() -> None:
    assert read(rb'["\ud83d\ude00 \\u0000 \n\t"]') == ["😀 \\u0000 \n\t"]


def test_decimals_keep_their_digits() -> None:
    raw = b"[1.00,0.10,-0,-0.0,120,1.5E+3]"
    assert write_json(read(raw)) == raw


@given(VALUES)
def test_what_is_written_is_read_back_the_same(value: Any) -> None:
    raw = write_json(value)
    again = read_json(raw, max_bytes=10**6)
    assert again == value
    assert write_json(again) == raw


@given(VALUES, st.data())
def test_damaged_json_is_read_or_refused_but_never_breaks(value: Any, data: st.DataObject) -> None:
    raw = bytearray(write_json(value))
    position = data.draw(st.integers(0, len(raw) - 1))
    raw[position] = data.draw(st.integers(0, 255))
    with suppress(Invalid):
        read_json(bytes(raw), max_bytes=10**6)


@given(st.text('[]{}",:\\1a', max_size=60))
def test_it_takes_nothing_that_python_would_not(text: str) -> None:
    try:
        value = read_json(text.encode(), max_bytes=10**6)
    except Invalid:
        return
    assert value == json.loads(text)


def test_the_example_concern_comes_back_equal() -> None:
    raw = (EXAMPLES / "concern-speech.json").read_bytes()
    assert json.loads(write_json(read_json(raw, max_bytes=10_000))) == json.loads(raw)


def test_what_is_not_a_number_is_never_written() -> None:
    with pytest.raises(TypeError):
        write_json({"a": Decimal("NaN")})
