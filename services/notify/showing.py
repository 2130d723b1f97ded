"""Makes notify's own pages from templates; each can but show itself and send its forms."""

import base64
import hashlib
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

LONDON = ZoneInfo("Europe/London")

PAGES = Environment(
    loader=PackageLoader("services.notify", "templates/pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def show(name: str, status: int = 200, /, **shown: object) -> HTMLResponse:
    page = PAGES.get_template(name).render(**shown)
    return HTMLResponse(page, status, headers={"content-security-policy": _policy(page)})


def _policy(page: str) -> str:
    """Nothing but this page's own style, which comes before anything from outside."""
    style = _STYLE.search(page)
    digest = hashlib.sha256(style[1].encode() if style else b"").digest()
    allowed = f"'sha256-{base64.b64encode(digest).decode()}'"
    kept = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    return f"default-src 'none'; style-src {allowed}; {kept}"


def local(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%-d %B %Y, %H:%M}"


def exact(at: datetime) -> str:
    """To the second, where steps follow each other quickly."""
    return f"{at.astimezone(LONDON):%-d %B %Y, %H:%M:%S}"


def day(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%-d %B %Y}"


def age(since: datetime, now: datetime) -> str:
    """“12 seconds”, “3 minutes”, “2 hours”, “4 days”: whole ones, rounded down."""
    seconds = max(0, int((now - since).total_seconds()))
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


PAGES.filters.update(local=local, day=day, age=age, exact=exact)
