"""Fetch from an address that somebody else chose, so that it leads to nothing of our own.

Only https, only addresses of the public internet, and the address that was checked is the one that
is spoken to: a name that answers otherwise a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from shared.deadline import cut_off
from shared.errors import NotAllowed

SECONDS = 5.0
MAX_BYTES = 64_000

#: Behind these a gateway reaches IPv4, inside or out (RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")

#: Names of this machine itself.
HERE = ("localhost", "127.0.0.1")

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """Every network address of a name; none when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(one[4][0]) for one in found]


@dataclass(frozen=True)
class Answer:
    """What an address answered, whatever the status."""

    status: int
    body: bytes


@dataclass(frozen=True, kw_only=True)
class CarefulFetch:
    """`allow_private` is for partners on the same private network; `trust` adds certificates;
    `plain_here` lets this machine itself be asked without HTTPS, which only a demo does. `seconds`
    is how long asking may take in all."""

    allow_private: bool = False
    trust: ssl.SSLContext | None = None
    resolve: Resolve = resolve
    plain_here: bool = False
    seconds: float = SECONDS

    def __call__(self, url: str) -> bytes:
        """The body of a 200. NotAllowed when the address must not be asked or has no such answer.

        No redirect is followed; at most 64,000 bytes are read in at most about five seconds.
        """
        answer = self.ask(url)
        if answer.status != 200:
            raise NotAllowed(f"This address answers {answer.status}.")
        return answer.body

    def ask(
        self, url: str, *, form: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to a GET, or to a POST of an encoded form, with the same care."""
        return self._ask(url, "GET" if form is None else "POST", form, headers)

    def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        """The answer to a POST of any body, with the same care."""
        return self._ask(url, "POST", body, headers)

    def check(self, url: str) -> None:
        """NotAllowed when the address must not be asked."""
        self._place(url)

    def _place(self, url: str) -> tuple[httpx.URL, str, str]:
        """The address with a number for its name, the name, and the name as the Host header."""
        host, port, is_plain = _checked(url, self.plain_here)
        addresses = [HERE[1]] if is_plain else self.resolve(host, port)
        is_within = self.allow_private or is_plain or all(map(_is_public, addresses))
        if not addresses or not is_within:
            raise NotAllowed("This address is not on the public internet, or it does not exist.")
        netloc = host if port == (80 if is_plain else 443) else f"{host}:{port}"
        return httpx.URL(url).copy_with(host=addresses[0]), host, netloc

    def _ask(
        self,
        url: str,
        method: str,
        content: str | bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        at, host, netloc = self._place(url)
        try:
            with (
                cut_off(self.seconds) as trace,
                httpx.Client(
                    timeout=self.seconds, trust_env=False, verify=self.trust or True
                ) as client,
            ):
                # The name that was asked for is the one that the certificate must be for. What is
                # read is counted, so nothing may come packed.
                asked = client.build_request(
                    method,
                    at,
                    content=content,
                    headers={**(headers or {}), "Host": netloc, "Accept-Encoding": "identity"},
                    extensions={"sni_hostname": host, "trace": trace},
                )
                return _read(client, asked, self.seconds)
        except httpx.HTTPError as wrong:
            raise NotAllowed("This address could not be read.") from wrong


def _checked(url: str, plain_here: bool) -> tuple[str, int, bool]:
    """Host, port, and whether it is spoken to without HTTPS."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as wrong:
        raise NotAllowed("This is no address.") from wrong
    is_plain = plain_here and parts.scheme == "http" and host in HERE
    if not (is_plain or parts.scheme == "https") or not host or parts.username is not None:
        raise NotAllowed("Only plain https addresses are fetched.")
    return host, port or (80 if is_plain else 443), is_plain


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None) or parsed
    return parsed.is_global and inner.is_global and not parsed.is_multicast and parsed not in NAT64


def _read(client: httpx.Client, asked: httpx.Request, seconds: float) -> Answer:
    until = time.monotonic() + seconds
    kept = b""
    answer = client.send(asked, stream=True)
    try:
        for chunk in answer.iter_raw():
            kept += chunk
            if len(kept) > MAX_BYTES or time.monotonic() > until:
                raise NotAllowed("This address answers too much, or too slowly.")
    finally:
        answer.close()
    return Answer(answer.status_code, kept)
