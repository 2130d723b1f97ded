"""The sign-in services (OpenID Connect providers) that an operator trusts, read from one file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from services.referral.domain.entry import EntryRule
from services.referral.policies.policy_file import Entry, PolicyFile, Problem
from services.referral.policies.reader import PolicyError
from shared.identity import Role

#: A family comes in by its own links, and a job does not sign in.
ROLES = frozenset({Role.SETTING, Role.PROFESSIONAL, Role.COORDINATOR, Role.ADMIN, Role.AUDITOR})
#: How our own key may sign; the first is what most providers expect.
KEY_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
SIGN_IN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

PrivateKey = RSAKey | ECKey


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One sign-in service: `id` stands in addresses, `name` on the button.

    We prove who we are with the secret in the environment variable `secret_from`, or by
    private_key_jwt with the PEM in `key_file`. `acr`: any of these assurance levels is demanded,
    and asked for unless `acr_asked` has other words for it. `max_age_minutes`: how long ago the
    person may have shown who they are. `user_info`: roles are asked for at the UserInfo endpoint,
    because the ID token does not hold them.
    """

    id: str
    name: str
    issuer: str
    client_id: str
    whom_to_ask: str
    rules: tuple[EntryRule, ...]
    secret_from: str = ""
    key_file: str = ""
    key_id: str = ""
    key_algorithm: str = KEY_ALGORITHMS[0]
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    acr: tuple[str, ...] = ()
    acr_asked: tuple[str, ...] = ()
    max_age_minutes: int = 0
    user_info: bool = False
    link_by_verified_email: bool = False
    private_network: bool = False


@dataclass(frozen=True, kw_only=True)
class Trusted:
    """A provider with what we show it: a secret, or a key that signs."""

    provider: Provider
    credential: str | PrivateKey


def read_providers(
    path: Path, environment: Mapping[str, str], *, demo: bool = False
) -> tuple[Trusted, ...]:
    """Every provider of the file; PolicyError with all that is wrong, by file and line.

    Only in the demo may a provider be reached without HTTPS, and only on this machine.
    """
    file = PolicyFile(path)
    file.only("providers")
    check = partial(_check, environment=environment, folder=path.parent, demo=demo)
    entries = file.read("providers", Provider, "provider", check)
    _check_together(file, entries)
    if file.problems:
        raise PolicyError(file.problems)
    return tuple(
        Trusted(provider=one.value, credential=_credential(one.value, environment, path.parent))
        for one in entries
    )


def _credential(one: Provider, environment: Mapping[str, str], folder: Path) -> str | PrivateKey:
    if one.secret_from:
        return environment[one.secret_from]
    return private_key(folder / one.key_file)


def private_key(path: Path) -> PrivateKey:
    """An RSA or EC private key from a PEM file. ValueError for anything else, OSError for none."""
    pem = path.read_bytes()
    for kind in (RSAKey, ECKey):
        try:
            key = kind.import_key(pem)
        except (JoseError, ValueError, TypeError):
            continue
        if key.is_private:
            return key
    raise ValueError("it is no private RSA or EC key in PEM")


def _check_together(file: PolicyFile, entries: list[Entry[Provider]]) -> None:
    for key in ("id", "issuer"):
        seen: set[str] = set()
        for entry in entries:
            value = getattr(entry.value, key)
            if value in seen:
                file.complain(entry, (key,), f"another provider has the same “{key}”")
            seen.add(value)


def _check(
    one: Provider, environment: Mapping[str, str], folder: Path, demo: bool
) -> Iterator[Problem]:
    if not SIGN_IN_ID.fullmatch(one.id):
        yield ("id",), "“id” may have small letters, digits and hyphens only"
    if not is_safe_address(one.issuer, demo=demo):
        yield ("issuer",), "“issuer” must be an https address, without a query"
    if "openid" not in one.scopes:
        yield ("scopes",), "“scopes” must have openid among them"
    if one.max_age_minutes < 0:
        yield ("maxAgeMinutes",), "“maxAgeMinutes” cannot be negative"
    if not one.rules:
        yield ("rules",), "“rules” is empty, so nobody could come in"
    yield from _check_credential(one, environment, folder)
    for position, rule in enumerate(one.rules):
        for reason in _wrong_with(rule):
            yield ("rules", position), f"rule {rule.id}: {reason}"


def _check_credential(
    one: Provider, environment: Mapping[str, str], folder: Path
) -> Iterator[Problem]:
    if bool(one.secret_from) == bool(one.key_file):
        yield (), "either “secretFrom” or “keyFile” is needed, and not both"
    elif one.secret_from and not environment.get(one.secret_from):
        yield ("secretFrom",), f"the environment variable {one.secret_from} is not set"
    elif one.key_file:
        yield from _check_key(one, folder)


def _check_key(one: Provider, folder: Path) -> Iterator[Problem]:
    if one.key_algorithm not in KEY_ALGORITHMS:
        yield ("keyAlgorithm",), f"“keyAlgorithm” is none of {', '.join(KEY_ALGORITHMS)}"
        return
    try:
        key = private_key(folder / one.key_file)
    except (OSError, ValueError) as wrong:
        yield ("keyFile",), f"“keyFile” cannot be used ({wrong})"
        return
    if isinstance(key, ECKey) != one.key_algorithm.startswith("ES"):
        yield ("keyAlgorithm",), f"“keyAlgorithm” {one.key_algorithm} does not fit the key"


def _wrong_with(rule: EntryRule) -> Iterator[str]:
    if not rule.when or not all(path and value for path, value in rule.when.items()):
        yield "“when” must say which claim holds which value, or everybody would come in"
    if rule.role not in ROLES:
        yield f"nobody comes in as “{rule.role}” this way"
    if rule.role in (Role.SETTING, Role.PROFESSIONAL) and not rule.organisation:
        yield "“organisation” is missing"
    if rule.role is Role.PROFESSIONAL and not rule.services:
        yield "“services” is missing, so they would see nothing"
    if rule.role is Role.COORDINATOR and not rule.areas:
        yield "“areas” is missing, so they would see nothing"


def is_safe_address(url: str, *, demo: bool) -> bool:
    """Whether it is plain https; in the demo also http on this very machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    is_here = demo and parts.scheme == "http" and host in ("localhost", "127.0.0.1")
    is_plain = not (parts.username or parts.query or parts.fragment)
    return bool(host) and is_plain and (parts.scheme == "https" or is_here)
