"""Both services as processes that may be killed at any moment and started again."""

import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from services.notify.main import MIGRATIONS
from shared.database import migrate
from tests.bench.concern import prepare
from tests.bench.servers import free_port
from tests.chaos.virtual_time import MovedTime

SECRET = "whsec_" + b64encode(b"only for storms in these tests").decode()
#: notify is no demo, whose own mail server would stand in for one that fails; and does not sleep.
LIVE = {"SOONER_DEMO": "0", "SOONER_KEEPS_HOURS": "0"}
PATIENCE = 300  # seconds for a service to answer: a start takes seconds of a processor


@dataclass
class Service:
    """`python -m tests.chaos.serve KIND` on a port that stays the same."""

    kind: str
    port: int
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.serve", self.kind],
                env={**os.environ, **self.env},
                stdout=output,
                stderr=output,
            )

    def kill(self) -> None:
        """As `kill -9`: nothing is finished, nothing is said."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE
        with httpx.Client(base_url=self.url) as client:  # one, as making it is what costs here
            while time.monotonic() < until:
                try:
                    if client.get("/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    time.sleep(0.1)
        raise RuntimeError(f"{self.kind} did not answer: {self.log.read_text()[-3000:]}")


@dataclass(frozen=True)
class Both:
    referral: Service
    notify: Service
    referral_database: str
    notify_database: str
    time: MovedTime


@contextmanager
def both(
    databases: tuple[str, str], folder: Path, *, notify: str = "notify", **env: str
) -> Iterator[Both]:
    """The demo's people and services, and no message yet; `env` says how notify sends."""
    prepare(databases[0])
    migrate(databases[1], MIGRATIONS)
    moved = MovedTime(folder / f"time-{uuid4().hex}")
    moved.file.write_text("0")
    ports = free_port(), free_port()
    common = {
        "CHAOS_CLOCK": str(moved.file),
        "SOONER_EVENTS_SECRET": SECRET,
        "SOONER_DEMO": "1",
        "SOONER_API_RATE": "1000000",
        "SOONER_DATABASE_URL": databases[0],
        "SOONER_NOTIFY_DATABASE_URL": databases[1],
        "SOONER_REFERRAL_PORT": str(ports[0]),
        "SOONER_NOTIFY_PORT": str(ports[1]),
        "SOONER_REFERRAL_URL": f"http://127.0.0.1:{ports[0]}",
        "SOONER_NOTIFY_URL": f"http://127.0.0.1:{ports[1]}",
    }
    started = Both(
        Service("referral", ports[0], common, folder / "referral.log"),
        Service(notify, ports[1], {**common, **LIVE, **env}, folder / "notify.log"),
        *databases,
        moved,
    )
    try:
        for service in (started.referral, started.notify):
            service.start()
        for service in (started.referral, started.notify):
            service.wait()
        yield started
    finally:
        started.referral.kill()
        started.notify.kill()
