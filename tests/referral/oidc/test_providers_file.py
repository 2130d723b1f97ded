"""The file of the sign-in services is read strictly: what is wrong has a line and a reason."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from joserfc.jwk import ECKey, RSAKey

from services.referral.policies.providers import private_key, read_providers
from services.referral.policies.reader import PolicyError

DOCS = Path(__file__).parents[3] / "docs" / "signing-in.md"
RIGHT: dict[str, Any] = {
    "id": "trust",
    "name": "Trust account",
    "issuer": "https://login.example.org/realms/staff",
    "clientId": "sooner",
    "secretFrom": "TRUST_SECRET",
    "whomToAsk": "the help desk",
    "rules": [{"id": "one", "when": {"roles": "desk"}, "role": "coordinator", "areas": ["A"]}],
}
ENVIRONMENT = {"TRUST_SECRET": "between-us", "COUNCIL_SECRET": "between-us"}


def problems(folder: Path, *providers: dict[str, Any], demo: bool = False) -> str:
    file = folder / "providers.yaml"
    file.write_text(yaml.safe_dump({"providers": list(providers)}, sort_keys=False))
    with pytest.raises(PolicyError) as wrong:
        read_providers(file, ENVIRONMENT, demo=demo)
    return "\n".join(wrong.value.problems)


def but(**changed: Any) -> dict[str, Any]:
    one = {**copy.deepcopy(RIGHT), **changed}
    return {key: value for key, value in one.items() if value is not None}


def rule(**changed: Any) -> list[dict[str, Any]]:
    return [{**RIGHT["rules"][0], **changed}]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "Trust!"}, "may have small letters"),
        ({"issuer": "http://login.example.org"}, "must be an https address"),
        ({"issuer": "https://me:pw@login.example.org"}, "must be an https address"),
        ({"issuer": "https://login.example.org/?a=b"}, "must be an https address"),
        ({"issuer": "http://localhost:8080/realms/a"}, "must be an https address"),
        ({"scopes": ["profile"]}, "must have openid"),
        ({"secretFrom": None}, "either “secretFrom” or “keyFile”"),
        ({"keyFile": "key.pem"}, "either “secretFrom” or “keyFile”"),
        ({"secretFrom": "NOT_SET"}, "the environment variable NOT_SET is not set"),
        ({"secretFrom": None, "keyFile": "nowhere.pem"}, "“keyFile” cannot be used"),
        ({"maxAgeMinutes": -1}, "cannot be negative"),
        ({"userInfo": "yes"}, "“userInfo”"),
        ({"color": "red"}, "“color” is not a key that is known here"),
        ({"name": None}, "“name” is missing"),
        ({"rules": []}, "nobody could come in"),
        ({"rules": rule(when={})}, "everybody would come in"),
        ({"rules": rule(when={"roles": ""})}, "“rules.0.when.roles” is empty"),
        ({"rules": rule(role="family")}, "nobody comes in as “family” this way"),
        ({"rules": rule(role="job")}, "nobody comes in as “job” this way"),
        ({"rules": rule(role="god")}, "rules.0.role"),
        ({"rules": rule(areas=[])}, "“areas” is missing"),
        ({"rules": rule(role="setting")}, "“organisation” is missing"),
        ({"rules": rule(role="professional", organisation="Z9")}, "“services” is missing"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    found = problems(tmp_path, but(**changed))
    assert said in found
    assert re.match(r"providers\.yaml:\d+: provider ", found)


def test_two_providers_are_not_to_be_mistaken_for_each_other(tmp_path: Path) -> None:
    found = problems(tmp_path, RIGHT, RIGHT)
    assert "another provider has the same “id”" in found
    assert "another provider has the same “issuer”" in found


def test_only_the_demo_may_use_a_provider_of_this_machine_without_https(tmp_path: Path) -> None:
    file = tmp_path / "providers.yaml"
    here = but(issuer="http://localhost:8080/realms/a")
    file.write_text(yaml.safe_dump({"providers": [here]}))
    (read,) = read_providers(file, ENVIRONMENT, demo=True)
    assert read.credential == "between-us"
    assert "https" in problems(tmp_path, but(issuer="http://login.example.org"), demo=True)


@pytest.mark.parametrize("key", [RSAKey.generate_key(2048), ECKey.generate_key("P-384")])
def test_a_private_key_is_read(tmp_path: Path, key: RSAKey | ECKey) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(key.as_pem(private=True))
    assert private_key(file).is_private
    file.write_bytes(key.as_pem(private=False))
    with pytest.raises(ValueError, match="no private"):
        private_key(file)


def test_a_key_and_how_it_signs_must_fit(tmp_path: Path) -> None:
    key = ECKey.generate_key("P-256")
    (tmp_path / "key.pem").write_bytes(key.as_pem(private=True))
    of_key = {"secretFrom": None, "keyFile": "key.pem"}
    assert "does not fit the key" in problems(tmp_path, but(**of_key))
    assert "is none of" in problems(tmp_path, but(**of_key, keyAlgorithm="none"))
    (tmp_path / "key.pem").write_bytes(b"no key")
    assert "cannot be used" in problems(tmp_path, but(**of_key))


def test_the_examples_for_operators_are_right(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert len(examples) == 3
    (tmp_path / "cis2.pem").write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
    for text in examples:
        (tmp_path / "providers.yaml").write_text(text)
        assert read_providers(tmp_path / "providers.yaml", ENVIRONMENT)
