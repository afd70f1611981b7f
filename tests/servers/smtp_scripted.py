"""A small SMTP server that misbehaves exactly where it is told to."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

DROP: Final = "drop"
HANG: Final = "hang"

_NORMAL: Final[Mapping[str, str]] = {
    "GREETING": "220 ready",
    "EHLO": "250-test.example.org\r\n250-SIZE 100000\r\n250 8BITMIME",
    "HELO": "250 hello",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "BODY": "",
    "FINAL": "250 queued as 7",
    "RSET": "250 ok",
    "QUIT": "221 bye",
    "STARTTLS": "220 go on",
    "AUTH": "235 welcome",
}


@dataclass(slots=True)
class Script:
    """What the server does, and what it saw.

    Attributes:
        replies: step → replies, used one after the other (the last one stays); ``DROP`` hangs
            up, ``HANG`` says nothing more. ``BODY`` comes after the mail's first line.
        seen: the commands, in order.
        accepted: how many mails it took, also when its reply was lost.
    """

    replies: dict[str, list[str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    accepted: int = 0
    connections: int = 0
    port: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)

    def reply(self, step: str) -> str:
        """Return the next reply to a step."""
        queue = self.replies.get(step)
        if not queue:
            return _NORMAL.get(step, "500 what?")
        return queue.pop(0) if len(queue) > 1 else queue[0]


class _OverError(Exception):
    """The conversation has ended."""


class _Conversation(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self.server.script.connections += 1
        try:
            self._say("GREETING")
            while line := self.rfile.readline():
                self._answer(line.decode("utf-8", "replace").strip())
        except (_OverError, ConnectionError):
            return

    def _answer(self, line: str) -> None:
        self.server.script.seen.append(line)
        step = line.split(" ", maxsplit=1)[0].upper()
        reply = self._say(step)
        if step == "QUIT":
            raise _OverError
        if step == "DATA" and reply.startswith("354"):
            self._take_mail()

    def _take_mail(self) -> None:
        self.rfile.readline()
        self._say("BODY")
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise _OverError
        script = self.server.script
        if (script.replies.get("FINAL") or ["250"])[0][:1] in {"2", "d", "h"}:
            script.accepted += 1
        self._say("FINAL")

    def _say(self, step: str) -> str:
        reply = self.server.script.reply(step)
        if reply == DROP:
            raise _OverError
        if reply == HANG:
            self.server.script.is_over.wait(timeout=30)
            raise _OverError
        if reply:
            self.wfile.write(reply.encode() + b"\r\n")
        return reply


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    allow_reuse_address = True

    def __init__(self, script: Script) -> None:
        self.script = script
        super().__init__(("127.0.0.1", 0), _Conversation)


@contextmanager
def scripted_smtp(**replies: str | list[str]) -> Iterator[Script]:
    """Serve on a free port of 127.0.0.1 for the time of the block."""
    script = Script(
        replies={step: [says] if isinstance(says, str) else says for step, says in replies.items()}
    )
    with _Server(script) as server:
        script.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield script
        finally:
            script.is_over.set()
            server.shutdown()
            thread.join(timeout=10)
