"""What is let in among documents, and what is not."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents.look import KINDS, document_problem
from shared.documents.word import MOST_UNPACKED
from tests.shared.documents.made import (
    EICAR,
    JPEG,
    PDF,
    PNG,
    TEXT,
    WORD,
    action,
    encrypted_pdf,
    packed,
    pdf,
    pdf_with_a_file,
    picture,
    word,
)

HONEST = {
    "a letter": (PDF, pdf()),
    "a photo": (JPEG, picture()),
    "a scan": (PNG, picture("PNG")),
    "a note": (TEXT, "Ada says ten words.\r\n\tمرحبا\n".encode()),  # noqa: RUF001
    "a note with its charset": ("text/plain; charset=utf-8", b"Ada"),
    "a report": (WORD, word()),
    "a report with a link": (
        WORD,
        word(
            **{
                "word/_rels/document.xml.rels": '<Relationship Type="http://x/hyperlink" '
                'TargetMode="External" Target="https://example.org"/>'
            }
        ),
    ),
}

DISHONEST = {
    "a page that runs a script": (PDF, pdf(OpenAction=action("JavaScript", JS="app.alert(1)"))),
    "a script under an escaped name": (PDF, pdf(OpenAction=action("JavaScript")).replace(
        b"/JavaScript", b"/Java#53cript")),
    "a page that starts a program": (PDF, pdf(OpenAction=action("Launch", F="calc.exe"))),
    "a page that sends a form": (PDF, pdf(OpenAction=action("SubmitForm", F="http://x"))),
    "a PDF in which another file travels": (PDF, pdf_with_a_file()),
    "a PDF that nobody can look into": (PDF, encrypted_pdf()),
    "a PDF with a script that no table lists": (PDF, pdf() + b"\n9 0 obj<</S/JavaScript>>endobj"),
    "a PDF that is an archive too": (PDF, pdf() + packed({"a.txt": "b"})),
    "half a PDF": (PDF, pdf()[:40]),
    "a PDF of nothing": (PDF, b"%PDF-1.7\n%%EOF"),
    "a photo of somebody's home": (JPEG, picture(gps=True)),
    "a scan of somebody's home": (PNG, picture("PNG", gps=True)),
    "a picture as large as a field": (PNG, picture("PNG", size=(20_000, 20_000))),
    "half a picture": (PNG, picture("PNG")[:40]),
    "a picture that is an archive too": (JPEG, picture() + packed({"a.txt": "b"})),
    "a program that says it is a photo": (JPEG, b"MZ\x90\x00"),
    "a web page that says it is a letter": (PDF, b"<html><script>alert(1)</script>"),
    "a web page": ("text/html", b"<p>"),
    "a drawing that can hold scripts": ("image/svg+xml", b"<svg/>"),
    "a note of bytes": (TEXT, b"\xff\xfe\x00"),
    "a note with an escape sequence": (TEXT, b"\x1b]0;title\x07"),
    "nothing": (TEXT, b""),
    "something without a type": ("", b"Ada"),
    "an archive": (WORD, packed({"a.txt": "b"})),
    "a document with macros": (WORD, word(**{"word/vbaProject.bin": "x"})),
    "a document with a program in it": (WORD, word(**{"word/embeddings/oleObject1.bin": "x"})),
    "a document that fetches its template": (
        WORD,
        word(
            **{
                "word/_rels/settings.xml.rels": '<Relationship Type="http://x/attachedTemplate" '
                'TargetMode="External" Target="http://x"/>'
            }
        ),
    ),
    "a document with entities": (WORD, word(**{"word/a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]>"})),
    "a document that unpacks without end": (WORD, word(**{"word/a.xml": " " * MOST_UNPACKED})),
    "a document of a thousand files": (WORD, word(**{f"word/{n}.xml": "" for n in range(1000)})),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "content"), HONEST.values(), ids=HONEST.keys())
def test_what_people_send_each_other_is_let_in(kind: str, content: bytes) -> None:
    assert document_problem(content, kind) is None


@pytest.mark.parametrize(("kind", "content"), DISHONEST.values(), ids=DISHONEST.keys())
def test_what_is_more_than_a_document_is_not(kind: str, content: bytes) -> None:
    assert document_problem(content, kind)


def test_a_virus_without_a_disguise_is_text_and_left_to_the_scanner() -> None:
    assert document_problem(EICAR, TEXT) is None


def test_a_size_that_a_document_states_is_not_believed() -> None:
    lying = word(**{"word/a.xml": " " * 1_000_000})
    stated = (1_000_000).to_bytes(4, "little")
    assert document_problem(lying.replace(stated, (1).to_bytes(4, "little")), WORD)


def test_a_tag_that_cannot_be_read_may_hold_the_place() -> None:
    whole = picture(gps=True)
    tags = whole.index(b"Exif") + 6
    outside = whole[: tags + 18] + b"\x7f" * 4 + whole[tags + 22 :]
    assert document_problem(outside, JPEG) == "This picture is damaged."


def test_the_words_of_a_damaged_document_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    document_problem(pdf().replace(b"/Producer", b"Ada Byrne"), PDF)
    assert not caplog.records


WHOLE = [*HONEST.values(), *(one for one in DISHONEST.values() if one[0] in KINDS)]


@given(st.sampled_from(WHOLE), st.binary(max_size=300), st.data())
def test_no_bytes_make_the_look_itself_fail(
    document: tuple[str, bytes], junk: bytes, data: st.DataObject
) -> None:
    kind, whole = document
    cut = data.draw(st.integers(0, len(whole)))
    rest = data.draw(st.integers(cut, len(whole)) | st.integers(cut, min(cut + 9, len(whole))))
    document_problem(whole[:cut] + junk + whole[rest:], kind)


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_document_packed_as_word_never_packs_is_not_opened(way: int) -> None:
    files = {"[Content_Types].xml": "<Types/>", "word/document.xml": "a"}
    assert document_problem(packed(files, way), WORD) == "This Word document is damaged."


def test_a_damaged_part_of_a_document_is_said_to_be_damaged() -> None:
    whole = word()
    begins = whole.index(b"word/document.xml") + len("word/document.xml")
    damaged = whole[:begins] + b"\xff" * 8 + whole[begins + 8 :]
    assert document_problem(damaged, WORD) == "This Word document is damaged."
