"""The deploying partnership's own colour and logos: checked at start, and served by us alone."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from services.referral.web.static_files import FOR_AN_HOUR
from shared.errors import NotFound

COLOUR = "#1d4044"
#: White words on the colour: https://www.w3.org/TR/WCAG22/#contrast-minimum
LEAST_CONTRAST = 4.5
MOST_LOGOS = 2
LARGEST = 60_000  # bytes; families pay for what their telephones load
#: By their first bytes. No SVG: it can carry scripts.
_IMAGES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, kw_only=True)
class Logo:
    """An image and the words in place of it."""

    words: str
    content: bytes
    type: str


@dataclass(frozen=True, kw_only=True)
class Brand:
    colour: str = COLOUR
    logos: tuple[Logo, ...] = ()

    @property
    def style_href(self) -> str:
        """Empty while the colour is our own."""
        return f"/static/brand.css?v={self.colour[1:]}" if self.colour != COLOUR else ""

    @property
    def images(self) -> list[tuple[str, str]]:
        """The address and the words of each logo."""
        return [
            (f"/static/brand/{number}?v={hashlib.sha256(one.content).hexdigest()[:12]}", one.words)
            for number, one in enumerate(self.logos)
        ]


def read_brand(colour: str, logos: str) -> Brand:
    """`colour` as #rrggbb; `logos` as “path=words” with semicolons between. ValueError says what is
    wrong."""
    listed = [one.strip() for one in logos.split(";") if one.strip()]
    if len(listed) > MOST_LOGOS:
        raise ValueError(f"SOONER_LOGOS names {len(listed)} logos; at most {MOST_LOGOS} have room.")
    return Brand(colour=_colour(colour), logos=tuple(_logo(one) for one in listed))


def brand_router(brand: Brand) -> APIRouter:
    """The stylesheet with the colour, and the logos."""
    router = APIRouter(include_in_schema=False)
    kept = {"Cache-Control": FOR_AN_HOUR}

    @router.get("/static/brand.css")
    def style() -> Response:
        css = f":root {{ --app-brand: {brand.colour}; }}\n"
        return Response(css, media_type="text/css", headers=kept)

    @router.get("/static/brand/{number:int}")
    def logo(number: int) -> Response:
        if number >= len(brand.logos):
            raise NotFound("There is no such logo.")
        found = brand.logos[number]
        return Response(found.content, media_type=found.type, headers=kept)

    return router


def contrast_with_white(colour: str) -> float:
    """Of #rrggbb, by https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _colour(written: str) -> str:
    colour = written.strip().lower()
    if not _HEX.fullmatch(colour):
        raise ValueError(f"SOONER_COLOUR must be like {COLOUR}, not {written!r}.")
    found = contrast_with_white(colour)
    if found < LEAST_CONTRAST:
        raise ValueError(
            f"White words on SOONER_COLOUR {colour} have a contrast of {found:.1f} to 1; "
            f"{LEAST_CONTRAST} is the least that everybody can read. Take a darker colour."
        )
    return colour


def _logo(written: str) -> Logo:
    path, _, words = (part.strip() for part in written.partition("="))
    if not words:
        raise ValueError(f"SOONER_LOGOS needs the words of {path} as well: “path=words”.")
    content = Path(path).read_bytes()
    found = next((type for start, type in _IMAGES.items() if content.startswith(start)), None)
    if found is None:
        raise ValueError(f"The logo {path} is neither PNG nor JPEG.")
    if len(content) > LARGEST:
        raise ValueError(f"The logo {path} has {len(content)} bytes; at most {LARGEST} are sent.")
    return Logo(words=words, content=content, type=found)
