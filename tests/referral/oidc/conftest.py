"""The pages of the service, with a sign-in service that tests can make lie."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.referral.demo.places import service
from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.oidc.forger import CLIENT, Forger, serving
from tests.referral.oidc.traveller import Traveller

SPEECH_SERVICE = str(service("north-speech-language-therapy").entry.id)
CAMHS_SERVICE = str(service("camhs").entry.id)

RULES: list[dict[str, Any]] = [
    {"id": "therapists", "when": {"roles": "therapist"}, "role": "professional",
     "organisation": "Z99911", "services": [SPEECH_SERVICE]},
    {"id": "psychologists", "when": {"roles": "psychologist"}, "role": "professional",
     "organisation": "Z99911", "services": [CAMHS_SERVICE]},
    {"id": "coordinators", "when": {"roles": "coordinator"}, "role": "coordinator",
     "organisation": "Z99910", "areas": ["Anyshire"]},
    {"id": "elsewhere", "when": {"roles": "lost"}, "role": "setting", "organisation": "Z00000"},
]  # fmt: skip

Assemble = Callable[..., FastAPI]


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


@pytest.fixture
def forger(at: Workplace) -> Iterator[Forger]:
    with serving(Forger(now=int(at.clock().timestamp()))) as running:
        yield running


@pytest.fixture
def assembled(at: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assemble:
    """The service with one provider, which may be told more in the file."""
    monkeypatch.setenv("FORGED_SECRET", "between-us")

    def assembled(issuer: str, **more: Any) -> FastAPI:
        provider = {
            "id": "forged", "name": "Trust account", "issuer": issuer, "clientId": CLIENT,
            "secretFrom": "FORGED_SECRET", "whomToAsk": "the trust's help desk", "rules": RULES,
        }  # fmt: skip
        file = tmp_path / "providers.yaml"
        told = {key: value for key, value in {**provider, **more}.items() if value is not None}
        file.write_text(json.dumps({"providers": [told]}))
        url = str(at.records.database.url)
        return assemble(Settings(demo=True, database_url=url, oidc_file=file), at)

    return assembled


@pytest.fixture
def traveller(assembled: Assemble, forger: Forger, at: Workplace) -> Traveller:
    """Somebody whom the forged provider knows as a therapist."""
    forger.claims = {"roles": ["therapist"], "name": "Nia Owen", "email": "nia@trust.example.org"}
    return travelling(assembled(forger.issuer), forger, at)


def travelling(app: FastAPI, forger: Forger, at: Workplace) -> Traveller:
    http = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    return Traveller(http=http, forger=forger, at=at)
