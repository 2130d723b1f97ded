"""Whether a form was sent from a page of this very site.

The rule is that of Go 1.25's CrossOriginProtection: what the browser says about where a request
comes from is believed, and only a browser carries the cookie that could be misused. A proxy in
front must keep the Host header.
"""

from starlette.requests import Request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_same_site(request: Request) -> bool:
    """True for what changes nothing as well."""
    if request.method in SAFE:
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")
