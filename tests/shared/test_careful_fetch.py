"""An address that somebody else chose leads to nothing of our own."""

import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.careful_fetch import MAX_BYTES, CarefulFetch
from shared.errors import NotAllowed

NAME = "agency.example"


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/drip":
            self._drip()
            return
        status, body = {
            "/keys": (200, b'{"keys": []}'),
            "/long": (200, b"x" * (MAX_BYTES + 1)),
            "/moved": (302, b""),
        }.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Location", f"https://{NAME}/keys")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """A header without end, a byte each tenth of a second."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nx-long: ")
            for _ in range(60):
                self.wfile.write(b"a")
                time.sleep(0.1)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        said = f" {self.headers['X-Who']} {self.headers['Accept-Encoding']}".encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body + said)))
        self.end_headers()
        self.wfile.write(body + said)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the name, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return file


@pytest.fixture(scope="module")
def port(certificate: Path) -> Iterator[int]:
    """Where that name's pages are served on this machine."""
    server = HTTPServer(("127.0.0.1", 0), _Pages)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def _resolves_to(*addresses: str) -> CarefulFetch:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return CarefulFetch(resolve=resolve)


@pytest.fixture
def fetch(certificate: Path) -> CarefulFetch:
    return CarefulFetch(
        allow_private=True,
        trust=ssl.create_default_context(cafile=str(certificate)),
        resolve=lambda _host, _port: ["127.0.0.1"],
    )


def test_what_is_served_is_fetched(fetch: CarefulFetch, port: int) -> None:
    assert fetch(f"https://{NAME}:{port}/keys") == b'{"keys": []}'


def test_an_answer_that_drips_in_is_cut_off(fetch: CarefulFetch, port: int) -> None:
    began = time.monotonic()
    with pytest.raises(NotAllowed):
        replace(fetch, seconds=0.5)(f"https://{NAME}:{port}/drip")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("path", ["/long", "/moved", "/none"])
def test_nothing_long_nothing_elsewhere(fetch: CarefulFetch, port: int, path: str) -> None:
    with pytest.raises(NotAllowed):
        fetch(f"https://{NAME}:{port}{path}")


def test_the_certificate_must_be_for_the_name_that_was_asked_for(
    fetch: CarefulFetch, port: int
) -> None:
    with pytest.raises(NotAllowed):
        fetch(f"https://other.example:{port}/keys")


@pytest.mark.parametrize(
    "url",
    [
        "http://agency.example/keys",
        "file:///etc/passwd",
        "https://user:word@agency.example/keys",
        "https:///keys",
        "https://agency.example:port/keys",
        "https://[::1/keys",
        "gopher://agency.example/",
        "",
    ],
)
def test_only_plain_https_is_fetched(url: str) -> None:
    with pytest.raises(NotAllowed):
        _resolves_to("93.184.216.34")(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "ff02::1",
    ],
)
def test_an_address_of_our_own_is_not_spoken_to(address: str) -> None:
    with pytest.raises(NotAllowed, match="public internet"):
        _resolves_to(address)("https://agency.example/keys")
    with pytest.raises(NotAllowed, match="public internet"):
        _resolves_to("93.184.216.34", address)("https://agency.example/keys")


def test_a_name_without_an_address_is_not_spoken_to() -> None:
    with pytest.raises(NotAllowed, match="public internet"):
        _resolves_to()("https://agency.example/keys")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1"])
def test_this_machine_by_any_name_is_not_spoken_to(name: str) -> None:
    with pytest.raises(NotAllowed, match="public internet"):
        CarefulFetch()(f"https://{name}/keys")


def test_a_form_is_sent_as_carefully_and_any_answer_comes_back(
    fetch: CarefulFetch, port: int
) -> None:
    answer = fetch.ask(f"https://{NAME}:{port}/echo", form="a=b", headers={"X-Who": "me"})
    assert (answer.status, answer.body) == (400, b"a=b me identity")
    with pytest.raises(NotAllowed):
        CarefulFetch().ask(f"https://localhost:{port}/echo", form="a=b")


@pytest.mark.parametrize(
    "url", ["http://agency.example/", "http://127.0.0.2/", "http://a@localhost/", "ftp://localhost"]
)
def test_only_this_machine_may_do_without_https_and_only_in_the_demo(url: str) -> None:
    with pytest.raises(NotAllowed, match="Only plain https"):
        CarefulFetch(plain_here=True)(url)
    with pytest.raises(NotAllowed, match="Only plain https"):
        CarefulFetch()("http://localhost/")
