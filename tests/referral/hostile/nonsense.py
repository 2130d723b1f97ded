"""Values that programs choke on, and honest resources with some of them put in.

Drawn by a generator that starts from a number, so that each run sends the same.
"""

import copy
from random import Random
from typing import Any

TEXTS = [
    "", " ", "\x00", "\x1b[2J", "\u202egnp.exe", "\ud7ff", "\ufffe", "a" * 70_000, "%00",
    "../../etc/passwd", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${7*7}",
    "=cmd|'/c calc'!A1", "\r\nSet-Cookie: a=b", "9" * 400, "-1", "1e999", "NaN", "null",
    "undefined", "0001-01-01", "9999-12-31", "2024-02-30", "2026-11-21T10:00:00+99:00",
    "Patient/", "Patient/../Task", "#", "urn:uuid:", "https://" + "a" * 3000,
    "javascript:alert(1)", "\u0661\u0662", "I\u0307", "\U0001f469\u200d\U0001f467",
]  # fmt: skip
OTHERS: list[Any] = [
    None, True, False, 0, -1, 10**17, 10**30, 0.5, -0.0, [], {}, [[]], [{}], [None], {"": ""},
    {"a": {"b": ["c"]}}, {"resourceType": "Patient"}, {"reference": "Patient/1"},
]  # fmt: skip


def value(chance: Random) -> Any:
    """JSON of any kind, hostile or dull."""
    return copy.deepcopy(chance.choice([chance.choice(TEXTS), chance.choice(OTHERS)]))


def spoilt(honest: Any, chance: Random) -> Any:
    """The honest value with one to three places changed, or taken out."""
    result = copy.deepcopy(honest)
    for _ in range(chance.randint(1, 3)):
        *way, last = chance.choice(_places(result) or [("id",)])
        around = result
        for step in way:
            around = around[step]
        if chance.random() < 0.2 and (isinstance(around, list) or last in around):
            del around[last]
        else:
            around[last] = value(chance)
    return result


def _places(around: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside, the outer before the inner."""
    steps: list[Any] = []
    if isinstance(around, dict):
        steps = list(around)
    elif isinstance(around, list):
        steps = list(range(len(around)))
    inside = [place for step in steps for place in _places(around[step], (*path, step))]
    return [*((*path, step) for step in steps), *inside]
