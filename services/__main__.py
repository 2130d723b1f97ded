"""Runs both services side by side until Ctrl-C: `python -m services`.

For one machine and the demo; elsewhere each service is started by itself.
"""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

SERVICES = ("services.notify", "services.referral")
PATIENCE = 5  # seconds for a service to stop by itself


def main() -> int:
    """Start both; when one ends, or we are told to stop, stop the other too."""
    for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(wanted, _stop)
    running = [_start(name) for name in SERVICES]
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _end(running)


def _start(name: str) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches us alone and we stop it in good order."""
    command = [sys.executable, "-m", name, "serve"]
    return subprocess.Popen(command, env=os.environ, start_new_session=True)  # noqa: S603 - ours


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
