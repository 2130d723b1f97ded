"""Makes a page from a template and what it shows."""

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.referral.web import display
from services.referral.web.brand import Brand
from services.referral.web.forms.drawing import choices, dates, following, leading
from services.referral.web.static_files import asset

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the deploying partnership calls itself and how people reach it (empty: not said);
    `demo` says that every child is invented."""

    service: str = "Sooner"
    partnership: str = "Anyshire Council and local NHS services"
    contact: str = ""
    brand: Brand = field(default_factory=Brand)
    demo: bool = False


class Page(Enum):
    """A page that the navigation can lead to: its address and its name."""

    CONCERNS = ("/concerns", "My concerns")
    QUEUE = ("/queue", "Referrals")
    MESSAGES = ("/messages", "Messages")
    RAISE = ("/raise", "Raise a concern")
    FAMILY = ("/family", "Your child")
    EMERGENCY = ("/emergency", "Emergency access")
    AWAY = ("/away", "Time away")
    PEOPLE = ("/admin/people", "People")
    DIRECTORY = ("/directory", "Services")
    AUDIT = ("/audit", "Who looked")
    RUNS = ("/runs", "What runs by itself")
    SENDING = ("/sending", "What goes out")

    @property
    def href(self) -> str:
        return self.value[0]

    @property
    def text(self) -> str:
        return self.value[1]


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who is looking, as the header shows it, and the pages that are theirs."""

    name: str
    organisation: str
    pages: tuple[Page, ...] = ()
    unread: Mapping[Page, int] = field(default_factory=dict)


#: Characters that turn the direction of what follows them: a name could read as another one.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def visible(value: object) -> object:
    """Text whose hidden turns are shown as signs; the browser finds the direction by itself."""
    if type(value) is str and not value.isascii():
        return _TURNS.sub("\ufffd", value)
    return value


def environment() -> Environment:
    """Everything is escaped, the design system's macros too; they need undefined names to chain."""
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), PackageLoader("nhsuk_frontend_jinja")]),
        autoescape=True,
        undefined=ChainableUndefined,
        extensions=["jinja2.ext.i18n"],
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translations = gettext.NullTranslations()
    env.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    # Unlike _(), this gives plain text, which is escaped when printed: safe for words in tables.
    env.filters["translated"] = translations.gettext
    env.filters.update(display.FILTERS)
    env.tests.update(display.TESTS)
    env.globals.update(asset=asset, choices=choices, dates=dates)
    env.globals.update(leading=leading, following=following)
    return env


ENVIRONMENT = environment()


def render(
    request: Request, template: str, status: int = 200, /, **context: object
) -> HTMLResponse:
    """The page, dressed as `app.state.look` says for the person in `request.state.signed_in`."""
    dress = {
        "look": getattr(request.app.state, "look", None) or Look(),
        "signed_in": getattr(request.state, "signed_in", None),
        "path": request.url.path,
    }
    page = ENVIRONMENT.get_template(template).render({**dress, **context})
    return HTMLResponse(page, status)
