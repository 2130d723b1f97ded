"""Access tags as a column: a text array on PostgreSQL, a JSON array on SQLite."""

import json
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine


class TagSet(TypeDecorator[list[str]]):
    """A set of words, sorted so that equal sets are stored equal."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Text))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        words = sorted(value or ())
        return words if dialect.name == "postgresql" else json.dumps(words)

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str]:
        return list(value) if dialect.name == "postgresql" else list(json.loads(value))


class Overlap(FunctionElement[bool]):
    """True where a tag column shares a word with a set spelt by `spelt`.

    The set is one plain string because SQLAlchemy can follow a string, and no set, through the
    cached lambda of a loader criterion: anything else would be remembered from the first caller.
    """

    type = Boolean()
    inherit_cache = True


@compiles(Overlap)
def _compile(overlap: Overlap, compiler: SQLCompiler, **options: Any) -> str:
    held, wanted = (compiler.process(clause, **options) for clause in overlap.clauses)
    if compiler.dialect.name == "postgresql":
        return f"{held} && CAST({wanted} AS TEXT[])"
    both = f"json_each({held}) AS held JOIN json_each({wanted}) AS wanted"
    return f"EXISTS (SELECT 1 FROM {both} ON held.value = wanted.value)"  # noqa: S608 - no values


def spelt(words: frozenset[str], dialect: str) -> str:
    """The set as the database reads it: `{"a","b"}` for PostgreSQL, `["a","b"]` for SQLite."""
    opening, closing = ("{", "}") if dialect == "postgresql" else ("[", "]")
    return opening + ",".join(json.dumps(word) for word in sorted(words)) + closing
