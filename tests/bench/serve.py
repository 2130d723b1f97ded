"""The referral service's HTTP side without its jobs, so that only requests are measured.

python -m tests.bench.serve, or with "unchecked" behind it; with "sweeping" the sweep and the
chaining of looks run beside it, as often as they do in the service.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from services.referral import jobs
from services.referral.main import Lifespan, assemble, open_workplace
from services.referral.records.waiting import chain_waiting
from services.referral.settings import Settings
from services.referral.use_cases.escalate_overdue import sweep_in_turn
from services.referral.use_cases.workplace import Workplace
from shared.fhir.shapes import resource_shape
from shared.fhir.types import STORED_TYPES
from tests.bench.unchecked import unchecked


def main() -> None:
    settings = Settings()
    for type in STORED_TYPES:
        resource_shape(type)
    at = open_workplace(settings)
    lifespan = _sweeping(at) if "sweeping" in sys.argv[1:] else None
    app = assemble(
        settings, unchecked(at) if "unchecked" in sys.argv[1:] else at, lifespan=lifespan
    )
    uvicorn.run(app, port=settings.referral_port, log_level="error")


def _sweeping(at: Workplace) -> Lifespan:
    def nothing() -> None:
        """Whatever needs the notify service, or is no part of what is measured."""

    acts = jobs.Acts(
        pass_on=nothing,
        chain_looks=lambda: chain_waiting(at.records.database),
        sweep=lambda: sweep_in_turn(at=at),
        watch=nothing,
        keep_in_touch=nothing,
        nightly=nothing,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with jobs.running(acts):
            yield

    return lifespan


if __name__ == "__main__":
    main()
