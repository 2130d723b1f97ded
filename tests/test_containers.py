"""The container files, checked without a container engine."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, Any] = COMPOSE["services"]


def test_the_compose_file_is_what_the_specification_allows() -> None:
    compose = PyCompose.from_json(json.dumps(COMPOSE))
    compose.validate()
    assert set(SERVICES) == {"referral", "notify", "database", "mail"}


def test_the_check_does_check() -> None:
    with pytest.raises(ValueError, match="imagee"):
        PyCompose.from_json(json.dumps({"services": {"one": {"imagee": "x"}}}))


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_has_a_health_check_and_no_open_door(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_every_image_is_pinned() -> None:
    named = [one["image"] for one in SERVICES.values() if "build" not in one]
    named += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(named) == 4
    assert all(re.search(r":v?\d+\.\d+", image) for image in named)


def test_our_own_containers_do_not_run_as_root() -> None:
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["sooner"]
