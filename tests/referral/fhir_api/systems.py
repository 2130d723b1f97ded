"""Another system, with its token and its habits."""

import json
from pathlib import Path
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from services.referral.demo.people import PASSWORD
from tests.referral.builders import service_id

EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE = EXAMPLES / "concern-speech.json"
FHIR = "application/fhir+json"
SPEECH = f"HealthcareService/{service_id('north-speech-language-therapy')}"


class System:
    """Signs in once and sends what a client of that organisation would."""

    def __init__(self, http: TestClient, id: str) -> None:
        self.http = http
        self.id = id
        self._token = ""

    @property
    def headers(self) -> dict[str, str]:
        if not self._token:
            form = {"grant_type": "client_credentials"}
            answer = self.http.post("/oauth/token", data=form, auth=(self.id, PASSWORD))
            self._token = answer.json()["access_token"]
        return {"Authorization": f"Bearer {self._token}"}

    def signs_in_again(self) -> "System":
        """Its token has run out."""
        self._token = ""
        return self

    def get(self, path: str, **headers: str) -> Response:
        return self.http.get(f"/fhir{path}", headers={**self.headers, **headers})

    def send(self, method: str, path: str, body: Any, **headers: str) -> Response:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        sent = {"Content-Type": FHIR, **self.headers, **headers}
        return self.http.request(method, f"/fhir{path}", content=content, headers=sent)

    def post(self, path: str, body: Any, **headers: str) -> Response:
        return self.send("POST", path, body, **headers)

    def raises(self, bundle: Any = None, **headers: str) -> Response:
        return self.post("", EXAMPLE.read_text() if bundle is None else bundle, **headers)

    def tasks(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.get(f"/Task?{query}")
        assert answer.status_code == 200, answer.text
        return [entry["resource"] for entry in answer.json().get("entry", [])]

    def own_task(self) -> dict[str, Any]:
        (task,) = self.tasks(f"owner={SPEECH}")
        return task

    def changes(self, task: dict[str, Any], **parts: Any) -> Response:
        """PUT of the Task as it was read, with these parts changed."""
        version = task["meta"]["versionId"]
        body = {**task, **parts}
        return self.send("PUT", f"/Task/{task['id']}", body, **{"If-Match": f'W/"{version}"'})

    def moves(self, task: dict[str, Any], **parts: Any) -> dict[str, Any]:
        """The Task after a change that must succeed."""
        answer = self.changes(task, **parts)
        assert answer.status_code == 200, answer.text
        moved: dict[str, Any] = answer.json()
        return moved


def the_bundle() -> Any:
    return json.loads(EXAMPLE.read_text())


def resource_in(bundle: Any, type: str) -> Any:
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == type)


def issues_of(answer: Response) -> list[dict[str, Any]]:
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    issues: list[dict[str, Any]] = body["issue"]
    return issues


def places_of(answer: Response) -> list[str]:
    return [place for issue in issues_of(answer) for place in issue.get("expression", [])]
