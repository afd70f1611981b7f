"""One conversation with an SMTP server: greeting, TLS, login, then mail after mail."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from newsletter.errors import MailerStoppedError, MessageRejectedError
from newsletter.mailers.smtp_faults import FIXES, Stage, at, clean, refusal
from newsletter.model import Envelope

QUIT_TIMEOUT_S: Final = 5.0


class Tls(StrEnum):
    """How the connection is encrypted: from the first byte, from STARTTLS on, or not at all."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where and how to connect.

    Attributes:
        timeout_s: for each step of the conversation, in seconds.
        context: which certificates are trusted.
        own_name: what we call ourselves in EHLO.
    """

    host: str
    port: int
    tls: Tls
    username: str | None
    password: str | None = field(repr=False)
    timeout_s: float
    context: ssl.SSLContext
    own_name: str


class Session:
    """An open connection that has been greeted, encrypted and logged in as far as wanted."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp
        self._is_in_mail = False
        self._unread = 0

    @property
    def is_open(self) -> bool:
        """Tell whether the connection still stands, as far as we know."""
        return self._smtp.sock is not None

    def begin(self, envelope: Envelope) -> None:
        """Announce the sender: the first step, safe to repeat on another connection.

        Where the server takes commands in one go (RFC 2920), all that come before the mail are
        sent with it, for every wait for a reply costs a mail the time of several. Until the mail
        itself follows there is nothing that the server could accept.
        """
        options = self._options(envelope)
        sender = " ".join((f"MAIL FROM:<{envelope.sender}>", *options))
        self._smtp.command_encoding = "utf-8" if "SMTPUTF8" in options else "ascii"
        ahead = (_rcpt(envelope), "DATA") if self._has("PIPELINING") else ()
        self._say(Stage.SENDER, sender, *ahead)
        self._hear(Stage.SENDER)
        self._is_in_mail = True

    def finish(self, envelope: Envelope) -> str:
        """Hand the mail over after ``begin``; return the server's words, without addresses."""
        for stage, command in ((Stage.RECIPIENT, _rcpt(envelope)), (Stage.DATA, "DATA")):
            if not self._unread:
                self._say(stage, command)
            self._hear(stage)
        with at(Stage.BODY):
            self._smtp.send(_with_dots_doubled(envelope.raw))
        with at(Stage.FINAL):
            self._smtp.send(b".\r\n")
            code, reply = self._smtp.getreply()
        self._is_in_mail = False
        self._expect(Stage.FINAL, code, reply)
        return clean(reply)

    def make_ready(self) -> bool:
        """Forget a mail that was refused half-way; tell whether another one may follow."""
        if self.is_open and (self._is_in_mail or self._unread):
            try:
                self._forget()
            except OSError:
                self.drop()
        return self.is_open

    def _forget(self) -> None:
        while self._unread:
            self._unread -= 1
            code, _ = self._smtp.getreply()
            if code // 100 not in {2, 4, 5}:  # it waits for a mail that nobody would get
                self.drop()
                return
        self._is_in_mail = False
        code, _ = self._smtp.rset()
        if code // 100 != 2:
            self.drop()

    def _say(self, stage: Stage, *commands: str) -> None:
        with at(stage):
            self._smtp.send("".join([f"{command}\r\n" for command in commands]))
        self._unread = len(commands)

    def _hear(self, stage: Stage) -> None:
        with at(stage):
            code, reply = self._smtp.getreply()
        self._unread -= 1
        self._expect(stage, code, reply)

    def quit(self) -> None:
        """Say goodbye and close."""
        try:
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(QUIT_TIMEOUT_S)
                self._smtp.docmd("QUIT")
        except OSError:
            pass  # the server was faster
        finally:
            self.drop()

    def drop(self) -> None:
        """Close without a word."""
        self._smtp.close()

    def _options(self, envelope: Envelope) -> tuple[str, ...]:
        needs = {
            "SMTPUTF8": not (envelope.sender + envelope.recipient).isascii(),
            "8BITMIME": not envelope.raw.isascii(),
        }
        missing = [name for name, is_needed in needs.items() if is_needed and not self._has(name)]
        if missing:
            raise MessageRejectedError(f"the mail needs {missing[0]}, which the server lacks")
        size = self._smtp.esmtp_features.get("size", "")
        if size.isascii() and size.isdigit() and 0 < int(size) < len(envelope.raw):
            raise MessageRejectedError(
                f"the mail has {len(envelope.raw)} bytes; the server takes {size}"
            )
        return (
            *((f"SIZE={len(envelope.raw)}",) if self._has("SIZE") else ()),
            *(("BODY=8BITMIME",) if needs["8BITMIME"] else ()),
            *(("SMTPUTF8",) if needs["SMTPUTF8"] else ()),
        )

    def _has(self, extension: str) -> bool:
        return self._smtp.has_extn(extension)

    def _expect(self, stage: Stage, code: int, reply: bytes) -> None:
        if code // 100 == (3 if stage is Stage.DATA else 2):
            return
        error = refusal(stage, code, reply)
        if code // 100 not in {4, 5} or code == 421:  # 421: it hangs up; others: it speaks no SMTP
            self.drop()
        raise error


def _rcpt(envelope: Envelope) -> str:
    return f"RCPT TO:<{envelope.recipient}>"


def _with_dots_doubled(raw: bytes) -> bytes:
    """Double the dot that begins a line, so that it does not end the mail (RFC 5321 §4.5.2)."""
    doubled = raw.replace(b"\r\n.", b"\r\n..")
    return b"." + doubled if doubled.startswith(b".") else doubled


def open_session(server: Server) -> Session:
    """Connect, and do not go on with less than what ``server`` asks for."""
    with at(Stage.CONNECT):
        smtp = _connect(server)
    try:
        _greet(smtp)
        if server.tls is Tls.STARTTLS:
            _start_tls(smtp, server)
        if server.username is not None:
            _log_in(smtp, server)
        if (
            smtp.sock is not None
        ):  # the dot goes out at once, not after the other side's delayed ACK
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        smtp.close()
        raise
    return Session(smtp)


def _connect(server: Server) -> smtplib.SMTP:
    if server.tls is Tls.IMPLICIT:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=server.own_name,
            timeout=server.timeout_s,
            context=server.context,
        )
    return smtplib.SMTP(
        server.host, server.port, local_hostname=server.own_name, timeout=server.timeout_s
    )


def _greet(smtp: smtplib.SMTP) -> None:
    with at(Stage.HELLO):
        smtp.ehlo_or_helo_if_needed()


def _start_tls(smtp: smtplib.SMTP, server: Server) -> None:
    if not smtp.has_extn("STARTTLS"):
        raise MailerStoppedError(
            f"the SMTP server offers no STARTTLS, so nothing was sent: {FIXES[Stage.TLS]}"
        )
    with at(Stage.TLS):
        code, reply = smtp.starttls(context=server.context)
        if code != 220:
            raise refusal(Stage.TLS, code, reply)
    _greet(smtp)


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    if not smtp.has_extn("AUTH"):
        raise MailerStoppedError(
            "the SMTP server offers no login here: remove mailer.username, or set mailer.tls or "
            "mailer.port to where it does"
        )
    with at(Stage.LOGIN):
        smtp.login(server.username or "", server.password or "")
