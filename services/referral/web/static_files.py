"""The stylesheets and scripts, kept by browsers for a year because their address names them."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"


class StaticPages(StaticFiles):
    """The files under /static; those asked for by their hash or version never change."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        named = scope["query_string"].startswith(b"v=") or path.startswith("vendor")
        response.headers["Cache-Control"] = FOR_EVER if named else FOR_AN_HOUR
        return response


@cache
def asset(path: str) -> str:
    """The address of a file under static/, which changes when the file does."""
    content = (FOLDER / path).read_bytes()
    return f"/static/{path}?v={hashlib.sha256(content).hexdigest()[:12]}"
