"""A letter on paper, as a browser prints it: the address must stand in the envelope's window."""

import pytest
from playwright.sync_api import Browser

from services.notify.domain.letter import Letter
from services.notify.letter_pages import paragraphs
from services.notify.showing import PAGES
from tests.notify.builders import NOON
from tests.notify.channels.outgoing import ADDRESS

MM = 96 / 25.4  # pixels
#: A4, and the window of a DL envelope (BS 4264) on it, folded in three: left, top, right, bottom.
PAPER = (210, 297)
WINDOW = (20, 40, 110, 90)


def a_page(*, language: str, large: bool) -> str:
    letter = Letter(
        id="0199",
        address=ADDRESS,
        subject="Good news",
        text="Hello,\n\nThe people you asked can help.",
        language=language,
        large_print=large,
        areas=frozenset(),
        made_at=NOON,
    )
    return PAGES.get_template("letter.html").render(
        letter=letter,
        sender=("Anyshire Council", "County Hall"),
        paragraphs=paragraphs(letter.text),
        large=large,
        is_rtl=language == "ur",
        today=NOON,
    )


@pytest.mark.parametrize("large", [False, True], ids=["usual print", "large print"])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_address_stands_in_the_window(browser: Browser, language: str, large: bool) -> None:
    width, height = (round(side * MM) for side in PAPER)
    page = browser.new_page(viewport={"width": width, "height": height})
    page.emulate_media(media="print")
    page.set_content(a_page(language=language, large=large))
    assert not page.locator("nav").is_visible()
    text = page.evaluate(
        "() => { const range = document.createRange();"
        " range.selectNodeContents(document.querySelector('address'));"
        " const {left, top, right, bottom} = range.getBoundingClientRect();"
        " return [left, top, right, bottom]; }"
    )
    left, top, right, bottom = (round(side / MM, 1) for side in text)
    assert (WINDOW[0] <= left, WINDOW[1] <= top) == (True, True), (left, top)
    assert (right <= WINDOW[2], bottom <= WINDOW[3]) == (True, True), (right, bottom)
    page.close()
