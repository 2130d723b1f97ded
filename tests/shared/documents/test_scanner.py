"""A scanner is asked, and where it does not say that all is well, nothing is let in."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.documents.scanner import Clamd, NotScanned, let_through, not_set_up, scanner
from tests.shared.documents.made import EICAR


@contextmanager
def clamd(
    says: bytes | None = None, at: str | None = None
) -> Iterator[tuple[str | tuple[str, int], list[bytes]]]:
    """Stands for the daemon: knows one virus; `says` makes it answer that whatever it gets."""
    listening = socket.socket(socket.AF_UNIX if at else socket.AF_INET)
    listening.bind(at or ("127.0.0.1", 0))
    listening.listen()
    got: list[bytes] = []

    def answer() -> None:
        with listening.accept()[0] as asked:
            with asked.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack(">I", stream.read(4))[0]:
                    content += stream.read(size)
            got.append(content)
            found = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
            asked.sendall(b"stream: " + found + b"\0" if says is None else says)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield (at or listening.getsockname()), got
    finally:
        thread.join(5)
        listening.close()


def test_what_the_scanner_knows_is_named() -> None:
    with clamd() as (address, _):
        assert Clamd(address)(b"before" + EICAR) == "Eicar-Signature"


def test_what_it_finds_nothing_in_arrived_there_whole() -> None:
    letter = bytes(range(256)) * 1000
    with clamd() as (address, got):
        assert Clamd(address)(letter) is None
    assert got == [letter]


def test_it_may_listen_on_a_socket_of_this_machine(tmp_path: Path) -> None:
    path = str(tmp_path / "clamd.sock")
    with clamd(at=path) as (address, _):
        assert Clamd(address)(b"Ada") is None


@pytest.mark.parametrize(
    "says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: ", b"OK\0", b"stream: OK?\0"]
)
def test_an_answer_that_is_not_yes_is_no(says: bytes) -> None:
    with clamd(says) as (address, _), pytest.raises(NotScanned):
        Clamd(address)(b"Ada")


def test_a_scanner_that_is_down_lets_nothing_in(tmp_path: Path) -> None:
    with pytest.raises(NotScanned):
        Clamd(str(tmp_path / "nobody.sock"))(b"Ada")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(NotScanned):
            Clamd(closed.getsockname())(b"Ada")


def test_a_scanner_that_says_nothing_lets_nothing_in() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with pytest.raises(NotScanned):
            Clamd(listening.getsockname(), seconds=0.2)(b"Ada")


def test_without_a_decision_documents_are_refused() -> None:
    assert scanner("", demo=False) is not_set_up
    with pytest.raises(NotScanned):
        not_set_up(b"Ada")


def test_an_operator_says_where_the_scanner_is_or_that_there_is_none() -> None:
    assert scanner("clamd://scan.internal", demo=False) == Clamd(("scan.internal", 3310))
    assert scanner("clamd:///run/clamd.sock", demo=True) == Clamd("/run/clamd.sock")
    assert scanner("off", demo=False) is let_through
    assert scanner("", demo=True) is let_through
    with pytest.raises(ValueError, match="SOONER_SCANNER"):
        scanner("maybe", demo=False)
