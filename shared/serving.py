"""How both services are served: bounded in every direction, and with logs that hold no words."""

import logging
import traceback
from types import TracebackType

import uvicorn
from starlette.types import ASGIApp

from shared.edge import LARGEST_HEADERS

GRACE = 2  # seconds for open requests when the service stops
MOST_AT_ONCE = 512  # connections; further ones are told to come again

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutWords(logging.Formatter):
    """Shows where something failed and which kind of failure it was, but not its message: a
    database quotes what it was given, and that may be a child's name."""

    def formatException(self, ei: _ExcInfo) -> str:
        kind, _, place = ei
        frames = traceback.format_tb(place)
        return "".join([*frames, kind.__qualname__ if kind else ""])

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have kept one with the message
        return super().format(record)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": WithoutWords, "format": "%(asctime)s %(levelname)s %(message)s"}
    },
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["err"], "level": "WARNING"},
    "loggers": {"uvicorn": {"level": "INFO"}},
}


def run(app: ASGIApp, *, host: str, port: int, proxies: str) -> None:
    """Serve until stopped. `proxies` are the addresses whose X-Forwarded-For and -Proto are
    believed, parted by commas; without any these headers mean nothing."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        http="h11",  # the only one that stops reading headers that do not end
        h11_max_incomplete_event_size=LARGEST_HEADERS,
        limit_concurrency=MOST_AT_ONCE,
        timeout_graceful_shutdown=GRACE,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        server_header=False,
        access_log=False,  # its lines would hold what was searched for
        log_config=LOGGING,
    )
