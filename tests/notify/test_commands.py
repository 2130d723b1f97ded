import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests.notify.bounces import TO, a_bounce, a_reply


def notify(command: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    url = f"sqlite:///{folder / 'notify.db'}"
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOONER_")}
    return subprocess.run(
        [sys.executable, "-m", "services.notify", command],
        env={**bare, "SOONER_NOTIFY_DATABASE_URL": url, **settings},
        capture_output=True,
        text=True,
    )


def test_one_pass_says_what_it_did(tmp_path: Path) -> None:
    assert notify("migrate", tmp_path, SOONER_DEMO="1").returncode == 0
    done = notify("deliver", tmp_path, SOONER_DEMO="1")
    assert (done.returncode, done.stdout) == (0, "systems told: 0\npassed on: 0\n")


@pytest.mark.parametrize("command", ["serve", "migrate", "deliver"])
def test_wrong_settings_stop_it_with_a_sentence(command: str, tmp_path: Path) -> None:
    refused = notify(command, tmp_path, SOONER_EVENTS_SECRET="too-short")
    assert refused.returncode == 2
    assert refused.stderr.startswith("SOONER_EVENTS_SECRET must be")
    assert "too-short" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def bounced(folder: Path, raw: bytes) -> tuple[int, str]:
    """Its exit code, and all that it printed."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOONER_")}
    settings = {
        "SOONER_NOTIFY_DATABASE_URL": f"sqlite:///{folder / 'notify.db'}",
        "SOONER_DEMO": "1",
        "SOONER_SMTP_FROM": "sooner@example.org",
    }
    done = subprocess.run(
        [sys.executable, "-m", "services.notify", "bounced"],
        env={**bare, **settings},
        input=raw,
        capture_output=True,
    )
    return done.returncode, (done.stdout + done.stderr).decode()


def test_a_mail_that_came_back_is_read_from_the_pipe_and_no_address_is_printed(
    tmp_path: Path,
) -> None:
    ours = f"{uuid4()}@example.org"
    code, said = bounced(tmp_path, a_bounce(ours))
    assert (code, TO in said) == (75, False), "there is no database yet"
    assert notify("migrate", tmp_path, SOONER_DEMO="1").returncode == 0
    assert bounced(tmp_path, a_bounce(ours)) == (0, "Nothing new.\n")
    assert bounced(tmp_path, a_bounce(ours, action="delayed"))[0] == 0
    code, said = bounced(tmp_path, a_reply())
    assert (code, said) == (65, "This is no multipart/report (RFC 6522).\n")
