"""A service as its own process on a free loopback port, and what its processor time was."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

#: One client does here what many do elsewhere.
UNHURRIED = {"SOONER_API_RATE": "1000000"}
PATIENCE = 180  # seconds for a service to answer
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """User and system time of the process so far."""
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], *, port: int, ready: str, **env: str) -> Iterator[Server]:
    """Start `python COMMAND`, wait until the path `ready` answers, and stop it afterwards."""
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**UNHURRIED, **os.environ, **env},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(url + ready, process)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer")
