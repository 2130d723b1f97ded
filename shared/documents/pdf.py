"""What may be in a PDF besides pages: programs, other files, forms that send."""

import io
import logging
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

# It quotes what it repairs, and that may be words about a child.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

MOST_OBJECTS = 20_000
_MOST_DEEP = 40

#: Keys of a dictionary that starts, or carries, something.
_ACTIVE_KEYS = frozenset({"/JS", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent"})
#: Kinds (/S, /Type, /Subtype) of such a dictionary.
_ACTIVE_KINDS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/GoToE",
        "/GoToR",
        "/ImportData",
        "/SubmitForm",
        "/EmbeddedFile",
        "/RichMedia",
        "/Movie",
        "/Sound",
    }
)
#: Sought in the bytes as well: a reader that repairs files finds objects that no table lists.
_NEVER = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")

_BROKEN = "This PDF is damaged."


class _Active(Exception):
    """Something that is more than a page."""


def pdf_problem(content: bytes) -> str | None:
    """Why this PDF must not be kept; None when there are only pages in it."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False, root_object_recovery_limit=1000)
        if reader.is_encrypted:
            return "This PDF is encrypted, so nobody can see what is in it."
        if any(name in content for name in _NEVER):
            raise _Active
        for place in _places(reader):
            _look(reader.get_object(place), 0)
        return None if len(reader.pages) else _BROKEN
    except _Active:
        return "This PDF holds a program or another file. Print it to a new PDF and send that."
    # A hostile file makes the library fail in every way there is.
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError):
        return _BROKEN
    except (RecursionError, OverflowError, AssertionError, NotImplementedError):
        return _BROKEN


def _places(reader: PdfReader) -> Iterator[IndirectObject]:
    """Every object that the file's tables list."""
    listed = ((n, gen) for gen, places in reader.xref.items() for n in places)
    packed = ((n, 0) for n in reader.xref_objStm)
    found = [*islice(listed, MOST_OBJECTS + 1), *islice(packed, MOST_OBJECTS + 1)]
    if len(found) > MOST_OBJECTS:
        raise ValueError("too many objects")
    return (IndirectObject(number, generation, reader) for number, generation in found)


def _look(value: Any, depth: int) -> None:
    if depth > _MOST_DEEP:
        raise ValueError("too deep")
    if isinstance(value, DictionaryObject):
        kinds = {str(value.raw_get(key)) for key in ("/S", "/Type", "/Subtype") if key in value}
        if _ACTIVE_KEYS & value.keys() or _ACTIVE_KINDS & kinds:
            raise _Active
        for key in value:
            _look(value.raw_get(key), depth + 1)
    elif isinstance(value, ArrayObject):
        for item in list.__iter__(value):
            _look(item, depth + 1)
