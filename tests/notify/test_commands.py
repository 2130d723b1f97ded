import os
import subprocess
import sys
from pathlib import Path

import pytest


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
