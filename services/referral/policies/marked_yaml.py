"""YAML that knows on which line each thing stands."""

from collections.abc import Iterator
from typing import Any

import yaml

#: The way to a thing inside a file: keys and positions, from the outside in.
Way = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """Leaves dates as they are written, so that a bad one is reported with its line."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def compose(text: str) -> yaml.Node | None:
    """The document with its marks; yaml.YAMLError when it is not YAML."""
    return yaml.compose(text, _Loader)


def plain(node: yaml.Node) -> Any:
    """The value without its marks; yaml.YAMLError when it cannot be one."""
    return _Loader("").construct_document(node)


def children(node: yaml.Node) -> list[tuple[str | int, yaml.Node, int]]:
    """What a mapping or a sequence holds: key or position, value, and the line it starts on."""
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), value, _line(key)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(position, value, _line(value)) for position, value in enumerate(node.value)]
    return []


def line_of(node: yaml.Node, way: Way) -> int:
    """The line of the thing at the end of the way, or of the last thing on it that there is."""
    line = _line(node)
    for step in way:
        found = [(value, at) for key, value, at in children(node) if key == step]
        if not found:
            break
        node, line = found[-1]
    return line


def doubled_keys(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """Each key that a mapping holds more than once, with the line of the later one."""
    seen: set[str | int] = set()
    for key, value, line in children(node):
        if key in seen:
            yield str(key), line
        seen.add(key)
        yield from doubled_keys(value)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
