"""A real SMTP server (aiosmtpd) on loopback that keeps what it accepts."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USERNAME, PASSWORD = "digest", "correct horse"
SIZE_LIMIT = 200_000


@dataclass(slots=True)
class Mailbox:
    """What the server accepted.

    Attributes:
        mails: sender, recipients, bytes as they arrived.
        was_encrypted, was_logged_in: for each mail.
        connections: how many there were.
    """

    port: int = 0
    mails: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    was_logged_in: list[bool] = field(default_factory=list)
    connections: int = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail."""
        content = envelope.original_content or b""
        self.mails.append((envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        self.was_encrypted.append(session.ssl is not None)
        self.was_logged_in.append(bool(session.authenticated))
        return f"250 2.0.0 Ok: queued as {len(self.mails)}"


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, data: Any
) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and data == LoginPassword(
        USERNAME.encode(), PASSWORD.encode()
    )
    return AuthResult(success=is_right, handled=False)


@contextmanager
def running_smtp(
    *,
    starttls: ssl.SSLContext | None = None,
    implicit: ssl.SSLContext | None = None,
    with_login: bool = False,
) -> Iterator[Mailbox]:
    """Serve on a free port of 127.0.0.1, in a thread of its own, for the time of the block."""
    mailbox = Mailbox()
    loop = asyncio.new_event_loop()

    def make() -> SMTP:
        mailbox.connections += 1
        return SMTP(
            mailbox,
            loop=loop,
            hostname="test.example.org",
            enable_SMTPUTF8=True,
            data_size_limit=SIZE_LIMIT,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=with_login,
            auth_require_tls=starttls is not None,
            authenticator=_authenticate if with_login else None,
        )

    thread = threading.Thread(target=loop.run_forever, name="smtp")
    thread.start()
    # Begun in its own thread: in this one another loop may be running, a browser's.
    listening = loop.create_server(make, "127.0.0.1", 0, ssl=implicit)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(timeout=10)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
