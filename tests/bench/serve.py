"""The referral service's HTTP side without its jobs, so that only requests are measured."""

import uvicorn

from services.referral.main import assemble, open_workplace
from services.referral.settings import Settings
from shared.fhir.shapes import resource_shape
from shared.fhir.types import STORED_TYPES


def main() -> None:
    settings = Settings()
    for type in STORED_TYPES:
        resource_shape(type)
    app = assemble(settings, open_workplace(settings))
    uvicorn.run(app, port=settings.referral_port, log_level="error")


if __name__ == "__main__":
    main()
