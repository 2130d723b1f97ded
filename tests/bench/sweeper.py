"""A process that sweeps at each instant it is given, and says what that cost.

python -m tests.bench.sweeper URL: an ISO instant a line in, a line of JSON out for each.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.referral.main import open_workplace
from services.referral.settings import Settings
from services.referral.use_cases.escalate_overdue import escalate_overdue


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one sweep; `memory` is the most that the process has held so far, in bytes."""

    climbed: int
    seconds: float
    cpu_seconds: float
    memory: int


class Sweeper:
    """Sweeps in a process of its own, so that its memory is that of sweeping."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def sweep(self, now: datetime) -> Cost:
        assert self._process.stdin
        assert self._process.stdout
        print(now.isoformat(), file=self._process.stdin, flush=True)
        return Cost(**json.loads(self._process.stdout.readline()))


@contextmanager
def sweeper(url: str) -> Iterator[Sweeper]:
    command = [sys.executable, "-m", "tests.bench.sweeper", url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield Sweeper(process)
        assert process.stdin
        process.stdin.close()


def memory_of(pid: int | str) -> int:
    """The most that the process has held in memory, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (most,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(most) * 1024


def main(url: str) -> None:
    at = open_workplace(Settings(demo=True, database_url=url))
    for line in sys.stdin:
        began, cpu = time.perf_counter(), time.process_time()
        swept = escalate_overdue(at=at, now=datetime.fromisoformat(line.strip()))
        cost = {
            "climbed": swept.tally.acted_on,
            "seconds": time.perf_counter() - began,
            "cpu_seconds": time.process_time() - cpu,
            "memory": memory_of("self"),
        }
        sys.stdout.write(json.dumps(cost) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
