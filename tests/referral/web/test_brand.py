"""The partnership's colour and logos: what is refused at start, and what browsers get."""

from pathlib import Path

import pytest

from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from services.referral.web.brand import COLOUR, LARGEST, contrast_with_white, read_brand
from tests.referral.web.browsers import Browsers

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "council.png"
    path.write_bytes(PNG)
    return path


@pytest.mark.parametrize(("colour", "ratio"), [("#ffffff", 1.0), ("#000000", 21.0)])
def test_contrast_is_reckoned_as_the_guidelines_say(colour: str, ratio: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(ratio)


def test_our_own_colour_is_dark_enough() -> None:
    assert read_brand(COLOUR, "").style_href == ""


@pytest.mark.parametrize(
    ("colour", "says"),
    [("#ffcc00", "contrast of 1.5"), ("teal", "must be like"), ("#fff;}", "must be like")],
)
def test_a_colour_on_which_nobody_can_read_is_refused(colour: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_brand(colour, "")


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"<svg onload='x'/>", "neither PNG nor JPEG"), (PNG + b"0" * LARGEST, "bytes; at most")],
)
def test_what_is_no_small_picture_is_refused(logo: Path, content: bytes, says: str) -> None:
    logo.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        read_brand(COLOUR, f"{logo}=The council")


def test_a_third_logo_and_one_without_words_are_refused(logo: Path) -> None:
    one = f"{logo}=The council"
    with pytest.raises(ValueError, match="at most 2"):
        read_brand(COLOUR, f"{one};{one};{one}")
    with pytest.raises(ValueError, match="needs the words"):
        read_brand(COLOUR, str(logo))


def test_every_page_wears_them_and_they_come_from_us(at: Workplace, logo: Path) -> None:
    url = str(at.records.database.url)
    dressed = Settings(demo=True, database_url=url, colour="#5A1E5C", logos=f"{logo}=The council")
    browser = Browsers(assemble(dressed, at), at).anybody()
    page = browser.get("/sign-in").text
    assert 'alt="The council"' in page
    assert "/static/brand.css?v=5a1e5c" in page
    assert 'content="#5a1e5c"' in page
    assert "--app-brand: #5a1e5c" in browser.get("/static/brand.css").text
    shown = browser.get("/static/brand/0")
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert browser.get("/static/brand/1").status_code == 404
