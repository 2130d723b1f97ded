"""An operator lets another system in, changes its secret and keeps it out, at the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, KeySet
from typer.testing import CliRunner, Result

from services.referral.client_commands import clients
from services.referral.main import way_in
from services.referral.settings import Settings
from services.referral.use_cases.give_token import give_token
from services.referral.use_cases.know_client import Shown
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from tests.referral.anyshire import Anyshire

KEY = ECKey.generate_key("P-384", {"kid": "one"})


@pytest.fixture
def at(anyshire: Anyshire) -> Workplace:
    return Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)


def _run(at: Workplace, *words: str) -> Result:
    return CliRunner().invoke(clients, list(words), obj=at)


def _added(at: Workplace, id: str = "agency", *more: str) -> str:
    result = _run(at, "add", id, "--as", "speech@example.org", *more)
    assert result.exit_code == 0, result.output
    return result.stdout.strip().partition("\t")[2]


def _scope(at: Workplace, secret: str, id: str = "agency") -> str:
    """What the system may do; "refused" when it may not sign in."""
    shown = Shown(address="elsewhere", id=id, secret=secret)
    try:
        return give_token(shown, "", gate=way_in(Settings(demo=True)), at=at).scope
    except NotAllowed:
        return "refused"


def _jwks(folder: Path, *, private: bool = False) -> str:
    file = folder / "keys.json"
    file.write_text(json.dumps(KeySet([KEY]).as_dict(private=private)))
    return str(file)


def test_a_system_is_let_in_with_a_secret_that_is_shown_once(at: Workplace) -> None:
    secret = _added(at, "agency", "--scope", "system/Task.rs")
    assert _scope(at, secret) == "system/Task.rs"
    listed = _run(at, "list").stdout
    assert "agency\tspeech@example.org\tactive\tsecret\tsystem/Task.rs" in listed
    assert secret not in listed


def test_a_new_secret_ends_the_old_one(at: Workplace) -> None:
    old = _added(at)
    new = _run(at, "rotate", "agency").stdout.strip().partition("\t")[2]
    assert (_scope(at, old), _scope(at, new)) == ("refused", "system/*.cruds")


def test_a_system_changes_from_a_secret_to_keys(at: Workplace, tmp_path: Path) -> None:
    secret = _added(at)
    assert _run(at, "rotate", "agency", "--jwks", _jwks(tmp_path)).exit_code == 0
    assert _scope(at, secret) == "refused"
    assert "agency\tspeech@example.org\tactive\tkeys" in _run(at, "list").stdout


def test_a_revoked_system_stays_out(at: Workplace) -> None:
    secret = _added(at)
    assert _run(at, "revoke", "agency").exit_code == 0
    assert _scope(at, secret) == "refused"
    assert "agency\tspeech@example.org\trevoked" in _run(at, "list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "agency", "--as", "nobody@example.org"), "Nobody has an account"),
        (("add", "demo-speech", "--as", "speech@example.org"), "already"),
        (("add", "a b", "--as", "speech@example.org"), "An id has"),
        (("add", "agency", "--as", "speech@example.org", "--scope", "everything"), "A scope"),
        (("add", "agency", "--as", "speech@example.org", "--jwks-url", "http://x/"), "https://"),
        (("add", "agency", "--as", "speech@example.org", "--jwks", "none.json"), "none.json"),
        (("rotate", "nobody"), "no client"),
        (("revoke", "nobody"), "no client"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    at: Workplace, words: tuple[str, ...], said: str
) -> None:
    before = _run(at, "list").stdout
    result = _run(at, *words)
    assert (result.exit_code, said in result.stderr) == (1, True)
    assert _run(at, "list").stdout == before


def test_a_private_key_is_not_taken(at: Workplace, tmp_path: Path) -> None:
    file = _jwks(tmp_path, private=True)
    result = _run(at, "add", "agency", "--as", "speech@example.org", "--jwks", file)
    assert (result.exit_code, "private key" in result.stderr) == (1, True)


def _command(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOONER_")}
    url = f"sqlite:///{folder / 'referral.db'}"
    return subprocess.run(
        [sys.executable, "-m", "services.referral", *words],
        env={**bare, "SOONER_DATABASE_URL": url, **settings},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_demo_is_not_served_as_if_it_were_real(tmp_path: Path) -> None:
    assert _command(tmp_path, "demo", SOONER_DEMO="1").returncode == 0
    assert "demo-speech" in _command(tmp_path, "client", "list", SOONER_DEMO="1").stdout
    refused = _command(tmp_path, "serve", SOONER_EVENTS_SECRET="whsec_" + "QUJD" * 10)
    assert (refused.returncode, "SOONER_DEMO" in refused.stdout) == (2, True)
