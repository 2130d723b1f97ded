"""What surrounds every page: headers, the check on forms from elsewhere, and the files served."""

import hashlib
import json
import re

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from services.referral.web import vendor
from services.referral.web.csrf import is_ours
from services.referral.web.static_files import FOLDER, asset
from tests.referral.web.desks import MemoryDesk, browser


@pytest.fixture
def client() -> TestClient:
    return browser(MemoryDesk())


def asking(method: str, path: str = "/raise", **headers: str) -> Request:
    named = {"host": "sooner.example", **headers}
    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in named.items()]
    return Request(
        {
            "type": "http",
            "method": method,
            "path": path,
            "headers": raw,
            "query_string": b"",
            "server": ("sooner.example", 443),
            "scheme": "https",
        }
    )


@pytest.mark.parametrize(
    ("request_", "ours"),
    [
        (asking("GET", sec_fetch_site="cross-site"), True),
        (asking("POST", sec_fetch_site="same-origin"), True),
        (asking("POST", sec_fetch_site="none"), True),
        (asking("POST", sec_fetch_site="cross-site"), False),
        (asking("POST", sec_fetch_site="same-site"), False),
        (asking("DELETE", sec_fetch_site="cross-site"), False),
        (asking("POST", sec_fetch_site="cross-site", origin="https://sooner.example"), False),
        (asking("POST", origin="https://sooner.example"), True),
        (asking("POST", origin="https://evil.example"), False),
        (asking("POST", origin="https://sooner.example.evil.example"), False),
        (asking("POST", origin="null"), False),
        (asking("POST"), True),
        (asking("POST", "/fhir", sec_fetch_site="cross-site"), True),
        (asking("PUT", "/fhir/Task/1", sec_fetch_site="cross-site"), True),
        (asking("POST", "/fhirs", sec_fetch_site="cross-site"), False),
        (asking("POST", "/raise/fhir", sec_fetch_site="cross-site"), False),
    ],
)
def test_only_our_own_pages_may_send_forms(request_: Request, ours: bool) -> None:
    assert is_ours(request_) is ours


def test_a_form_from_elsewhere_gets_a_page_and_changes_nothing() -> None:
    desk = MemoryDesk()
    headers = {"sec-fetch-site": "cross-site"}
    refused = browser(desk).post("/raise", data={"safe": "safe"}, headers=headers)
    assert refused.status_code == 403
    assert "did not come from a page of this site" in refused.text
    assert not desk.drafts


def test_pages_are_never_kept_and_run_no_inline_code(client: TestClient) -> None:
    page = client.get("/raise")
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["referrer-policy"] == "same-origin"
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page.text)


def test_files_named_by_their_hash_are_kept_for_ever(client: TestClient) -> None:
    kept = client.get(asset("app.css"))
    assert kept.status_code == 200
    assert "immutable" in kept.headers["cache-control"]
    assert "immutable" not in client.get("/static/app.css").headers["cache-control"]


def test_every_file_a_page_names_is_there(client: TestClient) -> None:
    page = client.get("/raise").text
    for href in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        assert client.get(href).status_code == 200
    styles = (FOLDER / "vendor" / f"nhsuk-frontend-{vendor.VERSION}.min.css").read_text()
    for name in re.findall(r"url\(([^)]+)\)", styles):
        assert client.get(f"/static/vendor/{name}").status_code == 200


BRANDED = ("Frutiger", "assets.nhs.uk", "GDS Transport", "sourceMappingURL", "@font-face")


def test_no_served_file_holds_a_licensed_typeface_or_leads_elsewhere() -> None:
    files = [file for file in FOLDER.rglob("*") if file.is_file()]
    assert len(files) > 6
    for file in files:
        assert not [word for word in BRANDED if word in file.read_text()], file


def test_the_vendored_files_are_those_of_the_manifest() -> None:
    listed = json.loads(vendor.MANIFEST.read_text())
    assert listed["sha256"] == vendor.PACKAGE_SHA256
    found = {file.name for file in vendor.HERE.iterdir()} - {"manifest.json"}
    assert found == set(listed["files"])
    for name, expected in listed["files"].items():
        assert hashlib.sha256((vendor.HERE / name).read_bytes()).hexdigest() == expected


def test_the_typeface_its_host_and_the_source_map_are_taken_out() -> None:
    stock = (
        "@font-face{font-family:Frutiger W01;src:url(https://assets.nhs.uk/f.woff2)}"
        "body{font-family:Frutiger W01,arial,sans-serif;background:url(/assets/images/a.svg)}"
        "\n/*# sourceMappingURL=a.css.map */"
    )
    assert vendor.unbranded(stock) == "body{font-family:arial,sans-serif;background:url(a.svg)}\n"
