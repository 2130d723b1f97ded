"""Puts around an app what every page needs: headers, the check on forms, compression, files."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from services.referral.web.csrf import SameSite
from services.referral.web.error_pages import other_site_page
from services.referral.web.rendering import Look
from services.referral.web.static_files import StaticPages
from shared.headers import SecurityHeaders


def surround(app: FastAPI, look: Look, *, secure: bool = False) -> None:
    """The middlewares, the innermost first, and /static; `look` dresses the pages,
    `secure` says that browsers speak HTTPS to us."""
    app.state.look = look
    app.add_middleware(SameSite, refuse=other_site_page)
    # The design system's macros write much white space: a page shrinks to a fifth.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(SecurityHeaders, secure=secure)
    app.mount("/static", StaticPages(), name="static")
