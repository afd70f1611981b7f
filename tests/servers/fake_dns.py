"""A name server on loopback, over UDP and TCP, with faults on demand."""

import socketserver
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

MAX_UDP_BYTES = 1232


class FakeDns:
    """Serve these records while the context lasts; all may be changed meanwhile.

    Attributes:
        texts: name → its TXT records.
        aliases: name → what it is an alias of.
        silent: names about which nothing is answered.
        broken: names for which the answer is SERVFAIL.
        asked: ``TYPE name`` of each question over UDP, then of each over TCP with a + before it.
    """

    def __init__(
        self,
        texts: Mapping[str, Sequence[str]] | None = None,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self.texts = dict(texts or {})
        self.aliases = dict(aliases or {})
        self.silent: set[str] = set()
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self._udp, self._tcp = _on_one_port()
        self._udp.answer = self._tcp.answer = self._answer
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.01,))
            for server in (self._udp, self._tcp)
        ]

    @property
    def address(self) -> str:
        """``IP:PORT``."""
        host, port = self._udp.server_address[:2]
        return f"{host!s}:{port}"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _answer(self, packet: bytes, *, over_tcp: bool) -> bytes | None:
        query = dns.message.from_wire(packet)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{'+' if over_tcp else ''}{kind} {name}")
        if name in self.silent:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        self._fill(response, question.name, name, kind)
        packed = response.to_wire(max_size=65_535)
        if len(packed) <= MAX_UDP_BYTES or over_tcp:
            return packed
        response.answer.clear()
        response.flags |= dns.flags.TC
        return response.to_wire()

    def _fill(
        self, response: dns.message.Message, owner: dns.name.Name, name: str, kind: str
    ) -> None:
        records = self._records(name, kind)
        if name in self.broken:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif records:
            response.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, *records))
        elif not any(each == name or each.endswith(f".{name}") for each in self._names()):
            response.set_rcode(dns.rcode.NXDOMAIN)

    def _records(self, name: str, kind: str) -> list[str]:
        if kind == "CNAME":
            return [f"{self.aliases[name]}."] if name in self.aliases else []
        return [_quoted(text) for text in self.texts.get(name, ())] if kind == "TXT" else []

    def _names(self) -> set[str]:
        return {*self.texts, *self.aliases, *self.broken}


def _quoted(text: str) -> str:
    """Write a text as strings of at most 255 bytes, as the DNS has them."""
    pieces = [text[start : start + 255] for start in range(0, max(1, len(text)), 255)]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)


class _Server(socketserver.BaseServer):
    daemon_threads = True
    answer: Callable[..., bytes | None]


class _Udp(_Server, socketserver.ThreadingUDPServer):
    pass


class _Tcp(_Server, socketserver.ThreadingTCPServer):
    allow_reuse_address = True


def _on_one_port() -> tuple[_Udp, _Tcp]:
    """Bind both to one port that is free for both."""
    for _ in range(50):
        udp = _Udp(("127.0.0.1", 0), _UdpHandler)
        try:
            return udp, _Tcp(udp.server_address, _TcpHandler)
        except OSError:
            udp.server_close()
    raise OSError("no port is free for both UDP and TCP")


class _UdpHandler(socketserver.BaseRequestHandler):
    server: _Udp

    def handle(self) -> None:
        packet, connection = self.request
        reply = self.server.answer(packet, over_tcp=False)
        if reply is not None:
            connection.sendto(reply, self.client_address)


class _TcpHandler(socketserver.StreamRequestHandler):
    server: _Tcp

    def handle(self) -> None:
        (length,) = struct.unpack("!H", self.rfile.read(2))
        packet = self.server.answer(self.rfile.read(length), over_tcp=True) or b""
        self.wfile.write(struct.pack("!H", len(packet)) + packet)
