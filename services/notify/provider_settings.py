"""Reads what the settings say of providers; each raises ValueError with a sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from shared.contract import Channel

GOVUK_URL = "https://api.notifications.service.gov.uk"
UUID_LIKE = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: A name, the service and its secret: https://docs.notifications.service.gov.uk/rest-api.html
KEY = re.compile(rf".+-{UUID_LIKE}-{UUID_LIKE}", re.IGNORECASE)
SHORTEST_TOKEN = 20  # characters
HERE = ("http://127.0.0.1", "http://localhost")


@dataclass(frozen=True, kw_only=True)
class Govuk:
    """An account with GOV.UK Notify: a template for each channel, and the tokens that its receipts
    bear."""

    key: str = field(repr=False)
    url: str
    templates: Mapping[Channel, str]
    tokens: tuple[str, ...] = field(repr=False)


def read_account(prefix: str, *, key: str, url: str, templates: str, tokens: str) -> Govuk | None:
    """`templates` is written `email=<id> sms=<id>`, tokens are parted by spaces. `prefix` names the
    settings. None where nothing is set."""
    if not (key or templates or tokens):
        return None
    if not KEY.fullmatch(key):
        raise ValueError(f"{prefix}_KEY is no API key of GOV.UK Notify.")
    if not url.startswith(("https://", *HERE)):
        raise ValueError(f"{prefix}_URL must begin with https://.")
    if any(len(token) < SHORTEST_TOKEN for token in tokens.split()):
        raise ValueError(f"{prefix}_TOKENS: each must have at least {SHORTEST_TOKEN} characters.")
    found = {_channel(name, prefix): _id(id, prefix) for name, id in _pairs(templates)}
    if not found:
        raise ValueError(f"{prefix}_TEMPLATES is not set: there is nothing to send with.")
    return Govuk(key=key, url=url, templates=found, tokens=tuple(tokens.split()))


def read_weights(text: str) -> dict[str, float]:
    """Written `smtp=3 govuk-email=1`."""
    try:
        weights = {name: float(weight) for name, weight in _pairs(text)}
    except ValueError:
        weights = {"": -1.0}
    if not all(0 <= weight < float("inf") for weight in weights.values()):
        raise ValueError("SOONER_PROVIDER_WEIGHTS is written as: smtp=3 govuk-email=1")
    return weights


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (one.partition("=") for one in text.split())]


def _channel(name: str, prefix: str) -> Channel:
    if name not in (Channel.EMAIL, Channel.SMS, Channel.LETTER):
        raise ValueError(f"{prefix}_TEMPLATES is written as: email=<id> sms=<id> letter=<id>")
    return Channel(name)


def _id(text: str, prefix: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError(f"{prefix}_TEMPLATES: a template's id is a UUID.") from None
