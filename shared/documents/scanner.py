"""Asks a virus scanner about a document. Where it cannot be asked, nothing is let through."""

import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.errors import Failure

SECONDS = 20.0
_PIECE = 64_000  # bytes
_LONGEST_ANSWER = 4096

#: The name of what was found in a document, None when nothing was. Raises NotScanned.
Scan = Callable[[bytes], str | None]


class NotScanned(Failure):
    """Nobody can say now whether the document is safe."""


def not_set_up(_content: bytes) -> str | None:
    """Where nobody decided about scanning, documents are not taken."""
    raise NotScanned("Documents are not taken here: there is no virus scanner.")


def let_through(_content: bytes) -> str | None:
    """Where an operator decided to do without, and on the demo's invented children."""
    return None


def scanner(setting: str, *, demo: bool) -> Scan:
    """`clamd://host:3310`, `clamd:///path/of/socket`, or `off`. ValueError for anything else."""
    if setting == "off" or (demo and not setting):
        return let_through
    if not setting:
        return not_set_up
    parts = urlsplit(setting)
    if parts.scheme != "clamd" or not (parts.hostname or parts.path):
        raise ValueError("SOONER_SCANNER is clamd://host:port, clamd:///socket or off.")
    if parts.hostname:
        return Clamd((parts.hostname, parts.port or 3310))
    return Clamd(parts.path)


@dataclass(frozen=True)
class Clamd:
    """ClamAV's daemon, by its INSTREAM command: the path of a socket, or host and port.

    https://docs.clamav.net/manual/Usage/Scanning.html#clamd
    """

    address: str | tuple[str, int]
    seconds: float = SECONDS

    def __call__(self, content: bytes) -> str | None:
        try:
            with self._opened() as clamd:
                answer = _asked(clamd, content)
        except OSError as wrong:
            raise NotScanned("The virus scanner does not answer. Send this again later.") from wrong
        said = answer.removesuffix("\0").strip()
        if said == "stream: OK":
            return None
        if said.startswith("stream: ") and said.endswith(" FOUND"):
            return said.removeprefix("stream: ").removesuffix(" FOUND")
        raise NotScanned("The virus scanner could not say whether this is safe.")

    def _opened(self) -> socket.socket:
        if isinstance(self.address, tuple):
            return socket.create_connection(self.address, self.seconds)
        opened = socket.socket(socket.AF_UNIX)
        opened.settimeout(self.seconds)
        try:
            opened.connect(self.address)
        except OSError:
            opened.close()
            raise
        return opened


def _asked(clamd: socket.socket, content: bytes) -> str:
    clamd.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), _PIECE):
        piece = content[start : start + _PIECE]
        clamd.sendall(struct.pack(">I", len(piece)) + piece)
    clamd.sendall(struct.pack(">I", 0))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        heard = clamd.recv(_LONGEST_ANSWER)
        if not heard:
            break
        answer += heard
    return answer.decode(errors="replace")
