"""Every command of the page about the API works, and prints what the page says."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.processes import Running, both_services

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "fhir.md"
#: Where `make run` answers, as the page has it.
THERE = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMISED = re.compile(r"# → (.+)$", re.MULTILINE)
MARK = "### block"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("services")
    urls = [f"sqlite:///{folder / name}.db" for name in ("referral", "notify")]
    with both_services(urls[0], urls[1], log=folder / "log") as running:
        yield running


def blocks() -> list[str]:
    return BLOCK.findall(PAGE.read_text())


def printed(services: Running) -> list[str]:
    """What each block prints, all of them in one shell, up to the first that fails."""
    script = "".join(f"echo '{MARK}'\n{block}\n" for block in blocks())
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(THERE, services.referral)],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    said = done.stdout.split(f"{MARK}\n")[1:]
    assert done.returncode == 0, f"{blocks()[len(said) - 1]}\n{said[-1]}\n{done.stderr}"
    return said


def test_each_command_works_and_prints_what_the_page_says(services: Running) -> None:
    missing = [
        (promise.strip(), said)
        for block, said in zip(blocks(), printed(services), strict=True)
        for promise in PROMISED.findall(block)
        if promise.strip() not in said
    ]
    assert missing == []


def test_the_page_has_an_example_of_each_way_of_asking() -> None:
    page = "\n".join(blocks())
    for way in ("/oauth/token", "PUT", "PATCH", "If-Match", "If-None-Match", "_history/1", "Task?"):
        assert way in page
