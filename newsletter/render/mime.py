"""A message as bytes, the same for files, SMTP and providers: RFC 5322 and 2045, by hand.

The standard library folds a long ``List-Unsubscribe`` into ``=?utf-8?q?…``, which breaks
one-click unsubscribing, and takes milliseconds; a mail of ours has a fixed shape, so its bytes
are put together here.
"""

import re
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256

from newsletter.errors import RenderError
from newsletter.model import Message
from newsletter.render.clean import one_line
from newsletter.render.encoded_words import encoded_words
from newsletter.render.transfer import CRLF, encode

MAX_VALUE_CHARS = 995
FOLD = "\r\n "
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}")
_FIELD_VALUE = re.compile(rf"[ -~]{{1,{MAX_VALUE_CHARS}}}")
_ADDRESS = re.compile(r"[!#-;=?A-Z^-~]{1,64}@[A-Za-z0-9.-]{1,253}")
_MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def to_bytes(message: Message, *, sent_at: datetime) -> bytes:
    """Return the whole mail with CRLF line ends: multipart/alternative, text first.

    Raises:
        RenderError: a header value is not one printable line, or an address is not one.
    """
    boundary = f"=_{sha256(message.delivery_id.encode()).hexdigest()[:32]}"
    head = [
        _field("From", mailbox(message.sender)),
        _field("To", bare_address(message.recipient)),
        _field("Reply-To", mailbox(message.reply_to)),
        _encoded_field("Subject", one_line(message.subject)),
        _field("Date", format_datetime(sent_at)),
        _field("Message-ID", message_id(message)),
        *(_field(name, value) for name, value in message.headers),
        b"MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"'.encode(),
    ]
    fence = f"--{boundary}".encode()
    text = _part("text/plain", message.text)
    html = _part("text/html", message.html)
    # All lines are joined once: to copy them is what costs.
    return CRLF.join([*head, b"", fence, *text, fence, *html, fence + b"--", b""])


def message_id(message: Message) -> str:
    """Return ``<delivery id@domain of the sender>``: the same for every attempt."""
    _, address = split_mailbox(message.sender)
    return f"<{message.delivery_id}@{bare_address(address).rpartition('@')[2]}>"


def mailbox(text: str) -> str:
    """Return ``Name <address>`` with the name quoted or encoded as it needs."""
    name, address = split_mailbox(text)
    checked = bare_address(address)
    if not name:
        return checked
    if _PLAIN_NAME.fullmatch(name):
        return f"{name} <{checked}>"
    if name.isascii():
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{checked}>'
    return f"{' '.join(encoded_words(name))} <{checked}>"


def split_mailbox(text: str) -> tuple[str, str]:
    """Return name and address of ``Name <address>`` or of an address alone.

    Not ``email.utils.parseaddr``: a colon in the name makes it return another address.
    """
    line = one_line(text)
    if (found := _MAILBOX.fullmatch(line)) is None:
        return "", line
    return found["name"].strip().strip('"'), found["address"]


def bare_address(address: str) -> str:
    """Return the address with an ASCII domain; refuse what would need more than ASCII mail."""
    local, _, domain = address.rpartition("@")
    try:
        ascii_address = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise RenderError("an address has a domain that is not one") from error
    if _ADDRESS.fullmatch(ascii_address) is None:
        raise RenderError("an address cannot stand in a header")
    return ascii_address


def _field(name: str, value: str) -> bytes:
    """Return one header on one line, verbatim."""
    if _FIELD_NAME.fullmatch(name) is None or _FIELD_VALUE.fullmatch(value) is None:
        raise RenderError(f"the header {name[:40]!r} is not one printable ASCII line")
    return f"{name}: {value}".encode("ascii")


def _encoded_field(name: str, value: str) -> bytes:
    """Return one header whose text may be in any language (RFC 2047)."""
    if _FIELD_VALUE.fullmatch(value) and "=?" not in value:
        return _field(name, value)
    return f"{name}: {FOLD.join(encoded_words(value))}".encode("ascii")


def _part(kind: str, text: str) -> list[bytes]:
    name, lines = encode(text.encode().replace(b"\n", CRLF))
    head = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {name}\r\n"
    return [head.encode(), *lines]
