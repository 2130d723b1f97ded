"""Both services as they are started on a machine, on free ports and databases of their own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PATIENCE = 240  # seconds until both answer, the demo area made


@dataclass(frozen=True)
class Running:
    """Where the services answer, and what they print."""

    referral: str
    notify: str
    log: Path


@contextmanager
def both_services(
    referral_database: str, notify_database: str, log: Path, **settings: str
) -> Iterator[Running]:
    """`python -m services` until the block ends; what it prints goes to `log`."""
    ports = [_free_port(), _free_port()]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    env = {
        **os.environ,
        "SOONER_DEMO": "1",
        "SOONER_DATABASE_URL": referral_database,
        "SOONER_NOTIFY_DATABASE_URL": notify_database,
        "SOONER_REFERRAL_PORT": str(ports[0]),
        "SOONER_NOTIFY_PORT": str(ports[1]),
        "SOONER_REFERRAL_URL": urls[0],
        "SOONER_NOTIFY_URL": urls[1],
        **settings,
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services"], env=env, stdout=output, stderr=output
        )
        try:
            for url in urls:
                _wait(f"{url}/readyz", process, log)
            yield Running(urls[0], urls[1], log)
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the services ended: {log.read_text()}")
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"{url} did not answer: {log.read_text()}")
