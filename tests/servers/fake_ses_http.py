"""A small HTTP/1.1 server for fakes: keep-alive, little parsing, and faults on the wire.

``http.server`` reads headers as mail; at 500 requests a second that alone is half a core.
"""

import io
import json
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

MAX_LINE_BYTES = 16_384
MAX_HEADERS = 100
MAX_BODY_BYTES = 60_000_000


class Wire(StrEnum):
    """How a reply leaves, or does not.

    REPLY: as it should. CLOSE: the connection ends without a byte. RESET: it is reset.
    HANG: nothing comes until the server stops. CUT: it ends in the middle of the body.
    """

    REPLY = "reply"
    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"
    CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    wire: Wire = Wire.REPLY

    @classmethod
    def of(cls, value: object, *, status: int = 200) -> Self:
        """Make a reply of a JSON value."""
        return cls(status=status, body=json.dumps(value).encode())

    def as_bytes(self) -> bytes:
        """Return the whole reply as it goes over the wire."""
        lines = [
            f"HTTP/1.1 {self.status} Fake",
            "Content-Type: application/json",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def read_request(stream: io.BufferedIOBase) -> Request | None:
    """Read one request; None when the other side has finished or talks nonsense."""
    parts = stream.readline(MAX_LINE_BYTES).decode("latin-1").split()
    if len(parts) != 3:
        return None
    headers: dict[str, str] = {}
    for _ in range(MAX_HEADERS):
        name, _, value = stream.readline(MAX_LINE_BYTES).decode("latin-1").partition(":")
        if not name.strip():
            break
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    if length > MAX_BODY_BYTES:
        return None
    body = stream.read(length)
    if len(body) < length:
        return None
    return Request(method=parts[0], path=parts[1], headers=headers, body=body)


class HttpServer(socketserver.ThreadingTCPServer):
    """Serve ``answer`` on a loopback port; one thread for each connection."""

    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, answer: Callable[[Request], Reply], *, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.answer = answer
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End hanging replies and open connections, and wait for their threads."""
        self.closing.set()
        self.shutdown()
        with self._lock:
            for connection in self._open:
                _end(connection)
        self.server_close()
        self._thread.join()

    def keep(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        if self.closing.is_set():
            _end(connection)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Only close: a FIN before the close would soften a reset."""
        assert isinstance(request, socket.socket)
        with self._lock:
            self._open.discard(request)
        request.close()


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: HttpServer
    connection: socket.socket

    def handle(self) -> None:
        self.server.keep(self.connection)
        try:
            while request := read_request(self.rfile):
                if not self._write(self.server.answer(request)):
                    return
        except OSError:
            return

    def _write(self, reply: Reply) -> bool:
        """Tell whether the connection goes on."""
        match reply.wire:
            case Wire.REPLY:
                self.connection.sendall(reply.as_bytes())
                return True
            case Wire.CUT:
                self.connection.sendall(reply.as_bytes()[: -len(reply.body) // 2])
            case Wire.RESET:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            case Wire.HANG:
                self.server.closing.wait()
            case Wire.CLOSE:
                pass
        return False
