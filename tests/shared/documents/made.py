"""Documents as honest and as dishonest programs make them."""

import io
import zipfile
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

TEXT = "text/plain"
PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: https://www.eicar.org/download-anti-malware-testfile/, in two parts so that no scanner takes
#: this file itself for one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(**root: Any) -> bytes:
    """One empty page, and these entries in its catalogue."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    for name, value in root.items():
        writer.root_object[NameObject(f"/{name}")] = value
    return _written(writer)


def action(kind: str, **more: str) -> DictionaryObject:
    made = DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})
    for name, value in more.items():
        made[NameObject(f"/{name}")] = TextStringObject(value)
    return made


def pdf_with_a_file() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("notes.exe", b"MZ")
    return _written(writer)


def encrypted_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def picture(kind: str = "JPEG", *, gps: bool = False, size: tuple[int, int] = (8, 8)) -> bytes:
    drawn = Image.new("1" if kind == "PNG" else "RGB", size)
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0)})
    kept = io.BytesIO()
    drawn.save(kept, kind, exif=exif)
    return kept.getvalue()


def word(**files: str) -> bytes:
    """A document of one line; `files` are more that are packed into it."""
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": "<w:document><w:p>Ada says ten words.</w:p></w:document>",
            **files,
        }
    )


def packed(files: dict[str, str], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", way) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()
