"""fhir-kit-client and @medplum/core, each doing the round of a referral in a process of Node."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.clients.world import MANY, SPEECH, World

ALL_THE_WAY = ["requested", "accepted", "in-progress", "completed"]


def what_it_saw(script: str, packages: Path, world: World) -> Any:
    told = {
        "url": world.url,
        "base": world.base,
        "service": SPEECH,
        "mark": str(uuid4()),
        **{
            name: world.bearer(client).removeprefix("Bearer ")
            for name, client in (
                ("token", "demo-speech"),
                ("nursery", "demo-nursery"),
                ("coordinator", "demo-coordinator"),
            )
        },
    }
    ran = subprocess.run(
        ["node", script],
        cwd=packages,
        env={**os.environ, "WORLD": json.dumps(told)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-1500:]
    return json.loads(ran.stdout)


def test_fhir_kit_client(world: World, packages: Path) -> None:
    open_before = world.open_tasks()
    saw = what_it_saw("kit.mjs", packages, world)
    assert saw["tokenUrl"] == f"{world.url}/oauth/token"
    assert saw["fhirVersion"] == "4.0.1"
    assert set(saw["open"]) == set(saw["openByPost"])
    assert set(saw["open"]) <= open_before
    assert saw["included"] == ["Patient", "ServiceRequest", "Task"]
    assert saw["focus"] in saw["ofTheChild"]
    assert saw["race"] == 412
    assert (saw["first"], saw["typeHistory"]) == ("requested", "history")
    assert saw["valid"] == "OperationOutcome"
    assert_done(saw, world)


def test_medplum(world: World, packages: Path) -> None:
    open_before = world.open_tasks()
    saw = what_it_saw("medplum.mjs", packages, world)
    assert set(saw["open"]) <= open_before
    assert saw["total"] == len(open_before)
    assert saw["included"] == ["Patient", "ServiceRequest", "Task"]
    assert saw["race"] == "conflict"
    assert saw["first"] == "requested"
    assert {"Patient", "Task", "ServiceRequest"} <= set(saw["everything"])
    assert saw["isOne"]
    assert saw["isChanged"]
    assert_done(saw, world)


def assert_done(saw: Any, world: World) -> None:
    assert world.statuses(saw["task"]) == ALL_THE_WAY
    assert saw["versions"] >= len(ALL_THE_WAY)
    assert len(saw["pages"]) >= MANY
    assert len(set(saw["pages"])) == len(saw["pages"]) == world.number_of_tasks()
