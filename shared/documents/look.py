"""Looks at a document's bytes: which kind it is, and whether there is more in it than to read.

What was sent is evidence and is never altered; so what cannot be kept as it is, is refused.
docs/decisions/0013-documents-are-refused-and-never-changed.md says why.
"""

import io
import re
import zipfile
from collections.abc import Callable

from shared.documents.pdf import pdf_problem
from shared.documents.picture import picture_problem
from shared.documents.word import word_problem

#: A control character has no place in a text; a tab and the ends of lines do.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def document_problem(content: bytes, stated: str) -> str | None:
    """Why the document must not be kept, in words; None when it may.

    `stated` is the media type that it is said to be; it must be one of `KINDS` and true.
    """
    kind = stated.partition(";")[0].strip().lower()
    if kind not in KINDS:
        return f"Documents of this type are not taken, only: {', '.join(KINDS)}."
    if not content:
        return "This document is empty."
    found = kind_of(content)
    if found != kind:
        return f"This is said to be {kind}, and what it holds is {found or 'something else'}."
    return KINDS[kind](content)


def kind_of(content: bytes) -> str | None:
    """The media type that the bytes themselves tell; None for one that is not known here."""
    for kind, beginning in _BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    return "text/plain" if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    try:
        return not _NO_TEXT.search(content.decode())
    except UnicodeDecodeError:
        return False


def _alone(look: Callable[[bytes], str | None]) -> Callable[[bytes], str | None]:
    """A file that is an archive as well opens as another thing elsewhere."""

    def look_for_one_thing(content: bytes) -> str | None:
        if zipfile.is_zipfile(io.BytesIO(content)):
            return "This is two kinds of file at once."
        return look(content)

    return look_for_one_thing


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BEGINNINGS = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    _WORD: b"PK\x03\x04",
}

#: What is taken, and how each is looked into.
KINDS: dict[str, Callable[[bytes], str | None]] = {
    "application/pdf": _alone(pdf_problem),
    "image/jpeg": _alone(picture_problem),
    "image/png": _alone(picture_problem),
    "text/plain": _alone(lambda _: None),
    _WORD: word_problem,
}
