"""What was sent can be read again for ever: no file of words is changed once it is in use."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import meta
from jinja2.exceptions import SecurityError, UndefinedError

from services.notify.templates.catalogues import as_bytes, renewed, template_catalogue
from services.notify.templates.kept import (
    ROOT,
    Kept,
    hash_of,
    kept,
    lock_lines,
    locked,
    newest,
    read,
)
from services.notify.templates.placeholders import LONGEST, Said, filled
from services.notify.templates.wording import WORDS
from shared.contract import Channel
from tests.notify.every_message import say

#: What the tags of a template need, besides the placeholders.
OF_THE_TAGS = {"frame", "gettext", "ngettext", "pgettext"}
TEXTS = [file for file in kept() if file.kind == "txt"]
REPOSITORY = Path(__file__).parents[2]


def test_every_file_of_words_is_as_it_was_when_it_was_locked() -> None:
    changed = set(locked()) ^ set(lock_lines())
    assert not changed, "make a next version, then: python -m services.notify.templates"


def test_the_catalogues_hold_what_the_words_say() -> None:
    assert renewed() == {}
    assert (ROOT / "languages.pot").read_bytes() == as_bytes(template_catalogue())


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.path)
def test_words_say_nothing_that_is_not_on_the_list(file: Kept) -> None:
    source = read(file).decode()
    named = meta.find_undeclared_variables(WORDS.parse(source))
    assert named <= set(LONGEST) | OF_THE_TAGS


def test_the_list_is_what_is_filled_in() -> None:
    assert set(filled(Said(link="x"), "en")) == set(LONGEST)


def test_what_is_not_on_the_list_stops_a_message() -> None:
    with pytest.raises(UndefinedError):
        WORDS.from_string("{{ child }}").render()


def test_words_cannot_reach_into_the_program() -> None:
    with pytest.raises(SecurityError):
        WORDS.from_string("{{ ''.__class__.__mro__ }}").render()
    with pytest.raises(SecurityError):
        WORDS.from_string("{{ digest.append(1) }}").render(digest=[])


def test_a_message_says_which_words_it_was_written_in() -> None:
    words = say("family/made")
    assert re.fullmatch(r"[1-9]\d*\.[1-9]\d*", words.version)
    assert re.fullmatch(r"[0-9a-f]{64}", words.hash)
    assert words.hash == hash_of(newest("words/family/made"), newest("frames/family-email"))


def test_other_words_or_another_frame_are_another_hash() -> None:
    mail, text = say("family/made"), say("family/made", Channel.SMS)
    assert len({mail.hash, text.hash, say("family/received").hash}) == 3
    assert say("family/made", level=4).hash == mail.hash


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program's own copy of the words, in which a person changes something."""
    for folder in ("services/notify/templates", "services/notify/domain"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    for file in ("services/__init__.py", "services/notify/__init__.py"):
        shutil.copy(REPOSITORY / file, tmp_path / file)
    shutil.copytree(REPOSITORY / "shared", tmp_path / "shared")
    return tmp_path / "services/notify/templates"


def lock(copy: Path) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "services.notify.templates"],
        cwd=copy.parents[2],
        capture_output=True,
        text=True,
    )
    return ran.returncode, ran.stdout


def test_changed_words_are_refused_and_a_next_version_is_taken(copy: Path) -> None:
    words, before = copy / "words/family/made.v1.txt", (copy / "words.lock").read_text()
    said = words.read_text()
    words.write_text(said.replace("has been sent", "is on its way"))
    code, told = lock(copy)
    assert code == 1
    assert "words/family/made.v1.txt" in told
    assert (copy / "words.lock").read_text() == before
    words.rename(copy / "words/family/made.v2.txt")
    words.write_text(said)
    code, told = lock(copy)
    assert code == 0
    assert set(before.splitlines()) < set((copy / "words.lock").read_text().splitlines())
    assert "languages/cy.v2.po" in told, "the translators have new words to translate"
