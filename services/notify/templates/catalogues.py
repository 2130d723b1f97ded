"""Gathers what there is to translate, and keeps the catalogues in step with it."""

from collections.abc import Iterator
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from services.notify.templates.kept import Kept, kept, newest, read
from services.notify.templates.languages import PLURALS
from services.notify.templates.wording import WORDS

NOTE = """\
# What Sooner writes to families, for people to translate.
#
# Translate as you would tell a worried parent: short, plain, kind, to be read at the age of nine.
# Never by machine alone: a second person who speaks the language reads it before it is used.
# %(words)s in a text are places for a number, a date, a link or a telephone number; keep them.
# An entry that is empty, or marked fuzzy, is not used: its message goes out in English, with a line
# that says how to ask for it in this language. Translate that line first (context "ask").
# Text messages (files words/... whose English is one short line) are paid for by the part: 160
# letters of the telephone's own alphabet, or 70 where one letter is not in it."""


#: A context; the words, or those for one and for many; and the file they stand in.
Entry = tuple[str | None, str | tuple[str, str], str]


def to_translate() -> list[Entry]:
    """Everything that families read, in the newest versions."""
    newest_ones = [file for file in kept() if file.kind == "txt" and file == newest(file.name)]
    for_families = [one for one in newest_ones if _is_for_families(one)]
    return [found for file in for_families for found in _found(file)]


def _is_for_families(file: Kept) -> bool:
    return file.name.startswith(("words/family/", "frames/family-"))


def _found(file: Kept) -> Iterator[Entry]:
    source = read(file).decode()
    for _, function, found in WORDS.extract_translations(source):  # type: ignore[attr-defined]
        texts = [found] if isinstance(found, str) else [text for text in found if text is not None]
        context = texts.pop(0) if function == "pgettext" else None
        yield context, (texts[0], texts[1]) if function == "ngettext" else texts[0], file.name


def template_catalogue() -> Catalog:
    """Everything there is to translate, and no translation."""
    return _catalogue(None)


def catalogue(code: str, before: Catalog | None = None) -> Catalog:
    """Of one language, with what `before` has translated."""
    made = _catalogue(code)
    for message in before or ():
        same = made.get(message.id, message.context) if message.id else None
        if same is not None and message.string:
            same.string, same.flags = message.string, set(message.flags)
    if before:
        made.last_translator = before.last_translator
    return made


def _catalogue(code: str | None) -> Catalog:
    made = Catalog(
        locale=code,
        header_comment=NOTE,
        project="Sooner",
        version="words",
        msgid_bugs_address="founders@sooner.example",
        copyright_holder="Sooner",
        fuzzy=False,
    )
    if code:
        made.mime_headers = [("Plural-Forms", PLURALS[code])]
    for context, said, name in to_translate():
        made.add(said, context=context, auto_comments=[name])
    return made


def as_bytes(made: Catalog) -> bytes:
    """As a .po file: no line numbers and no dates, which would change with every extraction."""
    text = BytesIO()
    write_po(text, made, no_location=True, width=100)
    return b"".join(line for line in text.getvalue().splitlines(True) if not _is_noise(line))


def _is_noise(line: bytes) -> bool:
    return line.startswith((b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By'))


def renewed() -> dict[str, bytes]:
    """Path and content of each catalogue that is behind the words, one version on."""
    made: dict[str, bytes] = {}
    for code in PLURALS:
        name = f"languages/{code}"
        now = max((file for file in kept() if file.name == name), default=None)
        before = read_po(BytesIO(read(now)), locale=code) if now else None
        content = as_bytes(catalogue(code, before))
        if now is None or content != read(now):
            made[Kept(name, now.version + 1 if now else 1, "po").path] = content
    return made
