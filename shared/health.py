"""Whether a service lives, and whether its database is there with the right schema."""

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from shared.database import Database, is_up_to_date


def health_router(*, is_ready: Callable[[], bool]) -> APIRouter:
    """GET /healthz says that the process lives, GET /readyz that it can work."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    def ready() -> JSONResponse:
        if is_ready():
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "the database is not ready"}, 503)

    return router


def is_database_ready(database: Database, migrations: Path) -> bool:
    """Whether it can be reached and has the newest schema."""
    try:
        return is_up_to_date(database, migrations)
    except SQLAlchemyError:
        return False
