"""Gateways on this machine that take messages: HTTP, and SMTP with and without TLS."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Event, Thread
from time import sleep

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Taken:
    """What a gateway was sent, and how it answers: with a status, late, or not at all."""

    status: int = 200
    seconds: float = 0.0
    requests: list[tuple[str, dict[str, str], str]] = field(default_factory=list)


@contextmanager
def http_gateway(taken: Taken) -> Iterator[str]:
    """Take messages by POST; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sleep(taken.seconds)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            taken.requests.append((self.path, dict(self.headers), body))
            self.send_response(taken.status)
            if taken.status in (301, 302, 307, 308):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            """Note whoever follows a redirect."""
            taken.requests.append((self.path, dict(self.headers), ""))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Mailbox:
    """What a mail server took: envelopes, texts, who signed in; and a code to refuse with."""

    refusal: str | None = None
    recipients: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    were_safe: list[bool] = field(default_factory=list)


#: What a mail server says to a command that it only nods at.
ANSWERS = {
    "EHLO": b"250-here\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n",
    "STARTTLS": b"220 go\r\n",
    "AUTH": b"235 yes\r\n",
    "DATA": b"354 go\r\n",
    "QUIT": b"221 bye\r\n",
}

Session = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]


def _session(mailbox: Mailbox, context: ssl.SSLContext) -> Session:
    """Return how the server talks with one client."""

    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            command, _, told = line.partition(" ")
            command = command.upper()
            if command == "RCPT" and mailbox.refusal:
                writer.write(f"{mailbox.refusal} no\r\n".encode())
                continue
            writer.write(ANSWERS.get(command, b"250 yes\r\n"))
            if command == "STARTTLS":
                await writer.drain()
                await writer.start_tls(context)
            elif command == "AUTH":
                mailbox.accounts.append(b64decode(told.partition(" ")[2]).decode().strip("\0"))
            elif command == "RCPT":
                mailbox.recipients.append(told)
            elif command == "DATA":
                mailbox.texts.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                mailbox.were_safe.append(writer.get_extra_info("ssl_object") is not None)
                writer.write(b"250 taken\r\n")
        writer.close()

    return session


@contextmanager
def mail_server(mailbox: Mailbox, certificate: Path, tls: str) -> Iterator[int]:
    """Take mail, with STARTTLS, TLS or neither; yield the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    started, stop, ports = Event(), asyncio.Event(), []

    async def serve() -> None:
        safe = context if tls == "tls" else None
        async with await asyncio.start_server(
            _session(mailbox, context), "127.0.0.1", 0, ssl=safe
        ) as server:
            ports.append(server.sockets[0].getsockname()[1])
            started.set()
            await stop.wait()

    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait(timeout=10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def write_certificate(file: Path) -> Path:
    """Write a certificate of this machine with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file
