"""A mail server: as far as one comes without a mail."""

from collections.abc import Iterator
from typing import Protocol

from newsletter.config import MailerSettings
from newsletter.doctor.finding import Finding, ok

PROTECTIONS = {
    "starttls": "over STARTTLS",
    "implicit": "over TLS",
    "none": "without encryption",
}


class Door(Protocol):
    """What can be knocked at."""

    def knock(self) -> None:
        """Go as far as one comes without a mail; raise ``MailerError``."""


def check_smtp(server: Door, settings: MailerSettings) -> Iterator[Finding]:
    """Connect, encrypt and log in as the settings say, then leave."""
    server.knock()
    login = "takes our login" if settings.username else "wants no login, at least to greet us"
    yield ok("mailer", f"the mail server answers {PROTECTIONS[settings.tls]} and {login}")
