"""Hand mails over to an SMTP server."""

import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, Self

from newsletter.errors import ConfigurationError, MailerThrottledError, MailerUnavailableError
from newsletter.mailers.envelope import check_envelope
from newsletter.mailers.smtp_domains import DomainLimit
from newsletter.mailers.smtp_session import Server, Session, Tls, open_session
from newsletter.model import Envelope, Receipt
from newsletter.ports import Clock


class SmtpMailer:
    """``ports.Mailer`` over SMTP. Connections are kept and used again, one for each sender."""

    def __init__(  # noqa: PLR0913 - the settings of a mail server
        self,
        host: str,
        port: int,
        *,
        tls: Literal["starttls", "implicit", "none"],
        username: str | None = None,
        password: str | None = None,
        timeout_s: float = 30.0,
        per_domain: int = 4,
        context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Remember the server; nothing is connected before the first mail.

        Args:
            host: name or IP address.
            port: 465 is mostly "implicit", 587 "starttls".
            tls: stated, never guessed; less than that is not accepted.
            username: None sends without login.
            password: for ``username``.
            timeout_s: for each step of the conversation, in seconds.
            per_domain: how many mails at once for one recipient's domain.
            context: which certificates to trust; the machine's own by default.
            clock: for the receipts; the machine's own by default.

        Raises:
            ConfigurationError: the login would travel in the clear, or cannot be sent at all.
        """
        _check_login(host, tls=Tls(tls), username=username, password=password)
        self._server = Server(
            host=host,
            port=port,
            tls=Tls(tls),
            username=username or None,
            password=password,
            timeout_s=timeout_s,
            context=context or ssl.create_default_context(),
            own_name=_own_name(),
        )
        self._domains = DomainLimit(per_domain)
        self._clock = clock or _now
        self._lock = threading.Lock()
        self._idle: list[Session] = []
        self._is_closed = False

    def send(self, envelope: Envelope) -> Receipt:
        """Hand one mail over; see ``smtp_faults`` for what its failures mean.

        Bounces that come back as mails are not read: what the server takes stays SENT.
        """
        check_envelope(envelope)
        with self._domains.entered(envelope.recipient, timeout_s=self._server.timeout_s):
            session = self._begin(envelope)
            try:
                reply = session.finish(envelope)
                return Receipt(provider_id=reply, accepted_at=self._clock())
            finally:
                self._give_back(session)

    def knock(self) -> None:
        """Connect, encrypt and log in as for a mail, then say goodbye without one.

        Raises:
            MailerError: as for ``send``; nothing was sent.
        """
        open_session(self._server).quit()

    def close(self) -> None:
        """Finish connections; ``send`` may not be called afterwards."""
        with self._lock:
            self._is_closed = True
            sessions, self._idle = self._idle, []
        for session in sessions:
            session.quit()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(self, envelope: Envelope) -> Session:
        """Begin on a kept connection, or on a new one when the server has hung up meanwhile."""
        kept = self._take()
        if kept is not None:
            try:
                return self._begun(kept, envelope)
            except (MailerUnavailableError, MailerThrottledError):
                pass  # nothing was begun: once more, on a connection of our own
        return self._begun(open_session(self._server), envelope)

    def _begun(self, session: Session, envelope: Envelope) -> Session:
        try:
            session.begin(envelope)
        except (MailerUnavailableError, MailerThrottledError):
            session.drop()
            raise
        except BaseException:
            self._give_back(session)
            raise
        return session

    def _take(self) -> Session | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, session: Session) -> None:
        if not session.make_ready():
            return
        with self._lock:
            if not self._is_closed:
                self._idle.append(session)
                return
        session.quit()


def _check_login(host: str, *, tls: Tls, username: str | None, password: str | None) -> None:
    if not username:
        return
    if tls is Tls.NONE and not _is_loopback(host):
        raise ConfigurationError(
            'mailer.tls is "none", which would send the password in the clear: set it to '
            '"starttls" or "implicit"'
        )
    if password is None:
        raise ConfigurationError(
            "mailer.username is set without a password: set NEWSLETTER_MAILER__PASSWORD or "
            "NEWSLETTER_MAILER__PASSWORD_FILE"
        )
    if not (username + password).isascii():
        raise ConfigurationError(
            "mailer.username and the password may have ASCII characters only: SMTP login knows "
            "no others"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _own_name() -> str:
    """Return this machine's name for EHLO, without asking DNS (RFC 5321 §4.1.3 if it has none)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _now() -> datetime:
    return datetime.now(UTC)
