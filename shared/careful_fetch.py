"""Fetch from an address that somebody else chose, so that it leads to nothing of our own.

Only https, only addresses of the public internet, and the address that was checked is the one that
is spoken to: a name that answers otherwise a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from shared.errors import NotAllowed

SECONDS = 5.0
MAX_BYTES = 64_000

#: Behind these a gateway reaches IPv4, inside or out (RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """Every network address of a name; none when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(one[4][0]) for one in found]


@dataclass(frozen=True, kw_only=True)
class CarefulFetch:
    """`allow_private` is for partners on the same private network; `trust` adds certificates."""

    allow_private: bool = False
    trust: ssl.SSLContext | None = None
    resolve: Resolve = resolve

    def __call__(self, url: str) -> bytes:
        """The body of a 200. NotAllowed when the address must not be asked or has no such answer.

        No redirect is followed; at most 64,000 bytes are read in at most about five seconds.
        """
        host, port = _checked(url)
        addresses = self.resolve(host, port)
        if not addresses or not (self.allow_private or all(map(_is_public, addresses))):
            raise NotAllowed("This address is not on the public internet, or it does not exist.")
        address = addresses[0]
        at = httpx.URL(url).copy_with(host=address)
        netloc = host if port == 443 else f"{host}:{port}"
        try:
            with httpx.Client(
                timeout=SECONDS, trust_env=False, verify=self.trust or True
            ) as client:
                return _read(client, at, netloc, host)
        except httpx.HTTPError as wrong:
            raise NotAllowed("This address could not be read.") from wrong


def _checked(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError as wrong:
        raise NotAllowed("This is no address.") from wrong
    if parts.scheme != "https" or not host or parts.username is not None:
        raise NotAllowed("Only plain https addresses are fetched.")
    return host, port


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None) or parsed
    return parsed.is_global and inner.is_global and not parsed.is_multicast and parsed not in NAT64


def _read(client: httpx.Client, at: httpx.URL, netloc: str, host: str) -> bytes:
    until = time.monotonic() + SECONDS
    kept = b""
    # The name that was asked for is the one that the certificate must be for.
    asked = client.build_request(
        "GET", at, headers={"Host": netloc}, extensions={"sni_hostname": host}
    )
    answer = client.send(asked, stream=True)
    try:
        if answer.status_code != 200:
            raise NotAllowed(f"This address answers {answer.status_code}.")
        for chunk in answer.iter_raw():
            kept += chunk
            if len(kept) > MAX_BYTES or time.monotonic() > until:
                raise NotAllowed("This address answers too much, or too slowly.")
    finally:
        answer.close()
    return kept
