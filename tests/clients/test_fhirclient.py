"""fhirclient (SMART), which reads strictly and signs in with a key of its own."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import requests
from fhirclient.client import FHIRClient
from fhirclient.models.fhirsearch import FHIRSearch
from fhirclient.models.patient import Patient
from fhirclient.models.servicerequest import ServiceRequest
from fhirclient.models.task import Task, TaskOutput
from fhirclient.server import FHIRServer
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tests.clients.world import MANY, SPEECH, World

KEY = ECKey.generate_key("P-384", {"kid": "speech-1", "use": "sig"})


@pytest.fixture(scope="session")
def agency(filled: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of a system whose key the service knows."""
    jwks = tmp_path_factory.mktemp("keys") / "speech.json"
    jwks.write_text(json.dumps(KeySet([KEY]).as_dict(private=False)))
    filled.let_in("speech-keys", jwks)
    return "speech-keys"


def signed_in(world: World, agency: str) -> FHIRClient:
    claims = {
        "iss": agency, "sub": agency, "aud": f"{world.url}/oauth/token",
        "exp": int(time.time()) + 240, "jti": str(uuid4()),
    }  # fmt: skip
    header = {"alg": "ES384", "typ": "JWT", "kid": "speech-1"}
    settings = {
        "app_id": agency,
        "api_base": world.base,
        "scope": "system/*.cruds",
        "jwt_token": jwt.encode(header, claims, KEY, algorithms=["ES384"]),
    }
    client = FHIRClient(settings=settings)
    client.wants_patient = False
    client.prepare()
    client.authorize()
    assert client.ready
    return client


@contextmanager
def seen(server: FHIRServer, version: str) -> Iterator[None]:
    """What is sent meanwhile counts only for that version."""
    server.session.headers["If-Match"] = f'W/"{version}"'
    yield
    del server.session.headers["If-Match"]


def moved(task: Task, status: str) -> Task:
    """As the server has it afterwards."""
    task.status = status
    with seen(task.origin_server, task.meta.versionId):
        task.update()
    return Task.read(task.id, task.origin_server)


def test_the_round_of_a_referral(world: World, agency: str) -> None:
    server = signed_in(world, agency).server
    mine = {"owner": f"HealthcareService/{SPEECH}", "status": "requested"}
    found = list(Task.where(mine).perform_resources_iter(server))
    assert {one.id for one in found} == world.open_tasks()

    wanted = FHIRSearch(Task, {"_id": found[-1].id}).include("focus")
    (bundle,) = wanted.perform_iter(server)
    kinds = {type(entry.resource) for entry in bundle.entry}
    assert kinds == {Task, ServiceRequest}
    patient = next(one for one in found if one.id == found[-1].id).for_fhir.resolved(Patient)
    assert patient.birthDate is not None

    task = Task.read(found[-1].id, server)
    accepted = moved(task, "accepted")
    with pytest.raises(requests.HTTPError, match="412"), seen(server, task.meta.versionId):
        task.update()
    started = moved(accepted, "in-progress")
    started.output = [
        TaskOutput({"type": {"text": "Outcome"}, "valueString": "Talks in sentences."})
    ]
    assert moved(started, "completed").output[0].valueString == "Talks in sentences."
    assert world.statuses(task.id) == ["requested", "accepted", "in-progress", "completed"]


def test_all_pages(world: World) -> None:
    client = FHIRClient(settings={"app_id": "pages", "api_base": world.base})
    client.server.session.headers["Authorization"] = world.bearer("demo-coordinator")
    ids = [one.id for one in Task.where({"_count": "100"}).perform_resources_iter(client.server)]
    assert len(ids) >= MANY
    assert len(set(ids)) == len(ids) == world.number_of_tasks()
