"""The last look at a statement before it leaves: does it filter each tagged table that it names?

It reads the finished SQL, so that nothing which makes SQL can go round it. What it cannot read it
refuses: a filter that is forgotten is an error, never a leak.
"""

import re
from collections import Counter
from functools import lru_cache

#: A table as it stands in FROM, JOIN, UPDATE or elsewhere, but not before a column's name.
_NAMED = re.compile(
    r'(?<!\w)"?(resource|queue|audit|resource_history|search_value)(?!\w)"?(?!["\w.])'
    r'(?:\s+AS\s+"?(\w+))?',
    re.IGNORECASE,
)
#: New rows alone show nothing of the old ones.
_ADDS = re.compile(r"\s*INSERT\s+INTO\s+\w+\s*\([^()]*\)\s*VALUES(?!.*\bSELECT\b)", re.I | re.S)
#: A filter by tags, as `tags.Overlap` writes it on PostgreSQL and on SQLite.
_BY_TAGS = re.compile(r"(\w+)\.tags && CAST\(|json_each\((\w+)\.tags\)")
#: A filter by the resource that the row belongs to, as `guard` writes it.
_BY_RESOURCE = re.compile(r"visible\.type = (\w+)\.type AND visible\.id = (\w+)\.id AND")


@lru_cache(maxsize=2048)
def unfiltered(sql: str) -> frozenset[str]:
    """The tagged tables, by name or alias, that this SQL reads or changes without a filter."""
    if _ADDS.match(sql):
        return frozenset()
    named = Counter(alias or table for table, alias in _NAMED.findall(sql))
    filtered = Counter(one or other for one, other in _BY_TAGS.findall(sql))
    filtered += Counter(one for one, other in _BY_RESOURCE.findall(sql) if one == other)
    return frozenset(named - filtered)
