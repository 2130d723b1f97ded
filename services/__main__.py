"""Runs both services side by side until Ctrl-C: `python -m services`.

For one machine and the demo; elsewhere each service is started by itself.
"""

import os
import signal
import subprocess
import sys
import time
from types import FrameType
from urllib.request import urlopen

from services.referral.demo.people import FAMILY_EMAIL, PASSWORD, PEOPLE

SERVICES = ("services.notify", "services.referral")
DEMO = [person for person in PEOPLE if "." not in person.key]
PATIENCE = 5  # seconds for a service to stop by itself


def main() -> int:
    """Start both; when one ends, or we are told to stop, stop the other too."""
    for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(wanted, _stop)
    running = [_start(name) for name in SERVICES]
    try:
        told = False
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
            if not told and all(_answers(url) for url in _addresses()):
                print(_greeting(*_addresses()), flush=True)
                told = True
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _end(running)


def _start(name: str) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches us alone and we stop it in good order."""
    command = [sys.executable, "-m", name, "serve"]
    return subprocess.Popen(command, env=os.environ, start_new_session=True)  # noqa: S603 - ours


def _addresses() -> tuple[str, str]:
    ports = (
        os.environ.get("SOONER_REFERRAL_PORT", "8000"),
        os.environ.get("SOONER_NOTIFY_PORT", "8001"),
    )
    return f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=1) as answer:  # noqa: S310 - our own loopback
            return bool(answer.status == 200)
    except OSError:
        return False


def _greeting(referral: str, notify: str) -> str:
    lines = ["", f"Sooner is running at {referral} (FHIR: {referral}/fhir). Ctrl-C stops it."]
    if os.environ.get("SOONER_DEMO") == "1":
        lines += [f"Mail that would be sent: {notify}/mail", f"Password: {PASSWORD}. Sign in as"]
        lines += [f"  {person.email:<26} {person.name}, {person.title}" for person in DEMO]
        lines.append(f"  {FAMILY_EMAIL:<26} a parent")
    return "\n".join(lines)


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
