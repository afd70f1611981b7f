"""Ask the DNS. Nothing it says, or does not say, is an error here."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import dns.exception
import dns.resolver
from dns.rdatatype import CNAME, TXT

from newsletter.errors import UsageError

TIMEOUT_S = 3.0
LIFETIME_S = 8.0
PORT = 53
UDP_BYTES = 1232
"""What fits into one packet everywhere; longer answers come over TCP. Source: DNS Flag Day 2020."""

MAX_RECORDS = 50
MAX_RECORD_CHARS = 4096


class Outcome(StrEnum):
    """What came of a question.

    FOUND: at least one record. NO_DATA: the name exists, without such a record. NO_NAME: there
    is nothing of this name, nor below it. NO_ANSWER: nobody could say.
    """

    FOUND = "found"
    NO_DATA = "no data"
    NO_NAME = "no name"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The answer to a question.

    Attributes:
        records: as text, in no order that means anything.
        why: for NO_ANSWER, what went wrong.
    """

    outcome: Outcome
    records: tuple[str, ...] = ()
    why: str = ""


class Resolver(Protocol):
    """Ask for records of a name."""

    def texts(self, name: str) -> Lookup:
        """Return the TXT records of ``name``, each put together from its strings."""

    def aliases(self, name: str) -> Lookup:
        """Return what ``name`` is an alias of (CNAME), lower case without the last dot."""


class DnsResolver:
    """Ask real name servers, over UDP, and over TCP where an answer is too long for it."""

    def __init__(self, server: str | None = None, *, lifetime_s: float = LIFETIME_S) -> None:
        """Prepare; nothing is asked yet.

        Args:
            server: ``IP`` or ``IP:PORT`` (``[IP]:PORT`` for IPv6); None asks the machine's own.
            lifetime_s: for one question with all its repetitions, in seconds.

        Raises:
            UsageError: ``server`` is neither.
        """
        self._server = None if server is None else parse_server(server)
        self._lifetime_s = lifetime_s

    def texts(self, name: str) -> Lookup:
        """Return the TXT records of ``name``."""
        return self._ask(name, TXT)

    def aliases(self, name: str) -> Lookup:
        """Return what ``name`` is an alias of."""
        return self._ask(name, CNAME)

    def _ask(self, name: str, kind: dns.rdatatype.RdataType) -> Lookup:
        try:
            answer = self._resolver().resolve(name, kind, search=False)
        except dns.resolver.NXDOMAIN:
            return Lookup(outcome=Outcome.NO_NAME)
        except dns.resolver.NoAnswer:
            return Lookup(outcome=Outcome.NO_DATA)
        except (dns.exception.DNSException, OSError, ValueError) as error:
            return Lookup(outcome=Outcome.NO_ANSWER, why=_said(error))
        records = tuple(_as_text(record) for record in list(answer)[:MAX_RECORDS])
        return Lookup(outcome=Outcome.FOUND, records=records)

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=self._server is None)
        if self._server is not None:
            host, resolver.port = self._server
            resolver.nameservers = [host]
        resolver.use_edns(0, 0, UDP_BYTES)
        resolver.timeout, resolver.lifetime = min(TIMEOUT_S, self._lifetime_s), self._lifetime_s
        return resolver


def parse_server(text: str) -> tuple[str, int]:
    """Return IP address and port of a name server; raise ``UsageError``."""
    host, _, port = text.strip("[").partition("]:" if text.startswith("[") else ":")
    try:
        return str(ipaddress.ip_address(host)), _port(port)
    except ValueError:
        pass
    try:
        return str(ipaddress.ip_address(text)), PORT
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no name server: give its IP address, as 192.0.2.1 or 192.0.2.1:53"
        ) from error


def _port(text: str) -> int:
    port = int(text) if text else PORT
    if not 0 < port < 65_536:
        raise ValueError("no port")
    return port


def _as_text(record: object) -> str:
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")[:MAX_RECORD_CHARS]
    return str(getattr(record, "target", "")).rstrip(".").lower()[:MAX_RECORD_CHARS]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
