"""What the sign-in page says of the sign-in services of others."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request

from services.referral.use_cases.oidc.leaving import began_at
from services.referral.use_cases.oidc.way import Ways
from services.referral.web.asking import workplace


@dataclass(frozen=True, kw_only=True)
class ShownWay:
    name: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The buttons, and the provider of a session that has just ended here."""

    ways: tuple[ShownWay, ...]
    signed_out_of: ShownWay | None = None


def ways_of(request: Request) -> Ways:
    ways: Ways = request.app.state.ways
    return ways


def ways_shown(request: Request, next: str) -> Shown:
    """One button for each way; `next` is where the person was going."""
    query = f"?next={quote(next, safe='/')}" if next else ""
    ways = ways_of(request)
    ended = ways.get(request.query_params.get("ended", ""))
    return Shown(
        ways=tuple(
            ShownWay(name=one.provider.name, href=f"/sign-in/with/{id}{query}")
            for id, one in ways.items()
        ),
        signed_out_of=ShownWay(name=ended.provider.name, href=f"/sign-in/with/{ended.provider.id}")
        if ended
        else None,
    )


def after_sign_out(request: Request, secret: str) -> str:
    """The sign-in page, which offers to sign out of the provider as well."""
    ways = ways_of(request)
    began = began_at(secret, at=workplace(request)) if ways and secret else None
    return f"/sign-in?ended={began}" if began in ways else "/sign-in"
