"""Where in a text the strict reader stumbled; slow, and only asked once something is wrong."""

import json
import re

_TOKEN = re.compile(
    r"""
    (?P<string> " [^"\\]*+ (?: \\ (?: . | \Z ) [^"\\]*+ )*+ (?: " | \Z ) ) (?P<key> \s*+ : )?
    | (?P<open> [\[{] )
    | (?P<close> [\]}] )
    | (?P<word> [^\s"\[\]{},:]++ )
    """,
    re.VERBOSE | re.DOTALL,
)


def at(text: str, offset: int) -> str:
    """`line 3, column 14`, both counted from 1."""
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}"


def too_deep(text: str, max_depth: int) -> str:
    """Where the first bracket opens that is nested deeper than `max_depth`."""
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += bool(token["open"]) - bool(token["close"])
        if depth > max_depth:
            return at(text, token.start())
    return at(text, len(text))


def repeated_key(text: str) -> str:
    """Where the first key stands that its object has already."""
    seen: list[set[str]] = [set()]
    for token in _TOKEN.finditer(text):
        if token["open"]:
            seen.append(set())
        elif token["close"]:
            seen.pop()
        elif token["key"]:
            key = json.loads(token["string"])
            if key in seen[-1]:
                return at(text, token.start())
            seen[-1].add(key)
    return at(text, len(text))


def word(text: str, wanted: str) -> str:
    """Where a bare word (a number, NaN) first stands outside strings."""
    for token in _TOKEN.finditer(text):
        if token["word"] == wanted:
            return at(text, token.start())
    return at(text, len(text))
