"""Where other systems find out how to sign in."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.referral.domain.scopes import EVERYTHING
from services.referral.fhir_api.oauth import WayIn
from services.referral.records.resource import Json
from services.referral.use_cases.client_assertion import ALGORITHMS

router = APIRouter()


@router.get("/.well-known/smart-configuration")
@router.get("/fhir/.well-known/smart-configuration")
def smart_configuration(gate: WayIn) -> JSONResponse:
    """https://hl7.org/fhir/smart-app-launch/conformance.html"""
    capabilities = ["client-confidential-asymmetric", "permission-v1", "permission-v2"]
    return JSONResponse({**_server(gate.base), "capabilities": capabilities})


@router.get("/.well-known/oauth-authorization-server")
def authorization_server(gate: WayIn) -> JSONResponse:
    """RFC 8414."""
    return JSONResponse({"issuer": gate.base, "response_types_supported": [], **_server(gate.base)})


def _server(base: str) -> Json:
    return {
        "token_endpoint": f"{base}/oauth/token",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": [EVERYTHING, "system/*.rs"],
    }
