"""The referral service's HTTP side without its jobs, so that only requests are measured.

python -m tests.bench.serve, or with "unchecked" behind it.
"""

import sys

import uvicorn

from services.referral.main import assemble, open_workplace
from services.referral.settings import Settings
from shared.fhir.shapes import resource_shape
from shared.fhir.types import STORED_TYPES
from tests.bench.unchecked import unchecked


def main() -> None:
    settings = Settings()
    for type in STORED_TYPES:
        resource_shape(type)
    at = open_workplace(settings)
    app = assemble(settings, unchecked(at) if "unchecked" in sys.argv[1:] else at)
    uvicorn.run(app, port=settings.referral_port, log_level="error")


if __name__ == "__main__":
    main()
