"""What may be in a Word document besides text: macros, other files, what loads by itself."""

import io
import re
import struct
import zipfile
import zlib

MOST_FILES = 500
MOST_UNPACKED = 50_000_000  # bytes
_CHUNK = 1_000_000
#: How Word packs; the other ways that an archive knows need more memory to open.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: Programs and other files inside, by the names that Word gives them.
_ACTIVE = re.compile(r"vbaProject|vbaData|/embeddings/|/activeX/|\.bin$|\.exe$", re.IGNORECASE)
#: What is fetched from elsewhere as soon as the document is opened; a link waits for a click.
_FETCHED = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']")

_BROKEN = "This Word document is damaged."
_TOO_MUCH = "This document unpacks to more than is taken."
_MORE = "This document holds a program or another file. Save it as PDF and send that."


def word_problem(content: bytes) -> str | None:
    """Why this .docx must not be kept; None when there is only text and pictures in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _list_problem(packed.infolist()) or _look(packed)
    # A hostile file makes the library fail in every way there is.
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError):
        return _BROKEN
    except (OSError, ValueError, EOFError, OverflowError, IndexError, KeyError):
        return _BROKEN


def _list_problem(files: list[zipfile.ZipInfo]) -> str | None:
    """What the archive's own list tells already."""
    names = {file.filename for file in files}
    if not {"[Content_Types].xml", "word/document.xml"} <= names or len(names) != len(files):
        return _BROKEN
    if any(file.compress_type not in _PACKED for file in files):
        return _BROKEN
    if len(files) > MOST_FILES or sum(file.file_size for file in files) > MOST_UNPACKED:
        return _TOO_MUCH
    return _MORE if any(_ACTIVE.search(name) for name in names) else None


def _look(packed: zipfile.ZipFile) -> str | None:
    left = MOST_UNPACKED
    for file in packed.infolist():
        unpacked = _unpacked(packed, file, left)
        if unpacked is None:
            return _TOO_MUCH
        left -= len(unpacked)
        if file.filename.endswith(".rels") and _fetches(unpacked):
            return _MORE
        if b"<!DOCTYPE" in unpacked or b"<!ENTITY" in unpacked:
            return _BROKEN
    return None


def _unpacked(packed: zipfile.ZipFile, file: zipfile.ZipInfo, left: int) -> bytes | None:
    """The file inside, read in pieces because the size that it states may be a lie."""
    kept = bytearray()
    with packed.open(file) as opened:
        while piece := opened.read(_CHUNK):
            kept += piece
            if len(kept) > left:
                return None
    return bytes(kept)


def _fetches(relationships: bytes) -> bool:
    return any(not _LINK.search(one[0]) for one in _FETCHED.finditer(relationships))
