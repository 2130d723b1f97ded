"""Whatever fits the description of the API, or does not, is answered as the description says."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.fhir_api.systems import System

CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
#: Enough that every route is asked in many ways, and few enough for every run of the tests.
MANY = 20
#: Notify, which keeps subscriptions, is not here: that it is not reached is said with 503.
WITHOUT_NOTIFY = "/fhir/Subscription"

BOUNDED = settings(
    max_examples=MANY,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def app(anyshire: Anyshire) -> FastAPI:
    at = Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    url = str(at.records.database.url)
    return assemble(Settings(demo=True, database_url=url, api_rate=1_000_000), at)


@pytest.fixture
def kept(app: FastAPI) -> tuple[System, list[tuple[str, str]]]:
    """A system with a token, and what it may see."""
    nursery = System(TestClient(app), "demo-nursery")
    made = nursery.raises().json()["entry"]
    places = (entry["fullUrl"].removeprefix("/fhir/").split("/") for entry in made)
    return nursery, [(type, id) for type, id in places]


def test_nothing_is_answered_that_is_not_described(
    app: FastAPI, kept: tuple[System, list[tuple[str, str]]]
) -> None:
    nursery, places = kept
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    schema.config.generation.update(modes=list(GenerationMode))
    found = schema.include(path_regex="^/fhir").get_all_operations()
    asked = [one.ok() for one in found if isinstance(one, Ok)]
    said = {one.label: _ask(one, nursery, places) for one in asked}
    assert len(said) >= 20
    assert {label: wrong for label, wrong in said.items() if wrong} == {}


def _ask(operation: Any, nursery: System, places: list[tuple[str, str]]) -> str:
    """What was answered that should not be; nothing when all is well."""

    @given(case=operation.as_strategy(), real=st.none() | st.sampled_from(places))
    @BOUNDED
    def ask(case: Case[Any], real: tuple[str, str] | None) -> None:
        if real and "id" in case.path_parameters:
            case.path_parameters |= dict(zip(("type", "id"), real, strict=True))
        answer = case.call(headers=nursery.headers)
        case.validate_response(answer, checks=CHECKS)
        may_fail = case.path.startswith(WITHOUT_NOTIFY) and answer.status_code == 503
        assert answer.status_code < 500 or may_fail, case.as_curl_command()

    try:
        ask()
    except (AssertionError, BaseExceptionGroup) as wrong:
        return f"{wrong!r:.2000}"
    return ""
