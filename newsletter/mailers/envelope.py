"""What every mailer asks of an envelope before it touches the outside world."""

import re
from typing import Final

from newsletter.errors import MessageRejectedError
from newsletter.model import Envelope

MAX_LINE_BYTES: Final = 998
"""Without CRLF. Source: RFC 5322 §2.1.1; longer lines are cut or refused on the way."""

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_ADDRESS: Final = re.compile(r"[^\s<>\x00-\x20\x7f]+@[^\s<>\x00-\x20\x7f@]+")


def check_envelope(envelope: Envelope) -> None:
    """Raise ``MessageRejectedError`` when no server could take these bytes as they are.

    A lone CR or LF could end the mail early and begin another one at a careless server.
    """
    if not _ID.fullmatch(envelope.delivery_id):
        raise MessageRejectedError("the delivery id has characters other than A-Z a-z 0-9 _ -")
    for role, address in (("sender", envelope.sender), ("recipient", envelope.recipient)):
        if not _ADDRESS.fullmatch(address):
            raise MessageRejectedError(f"the {role} is not a bare address")
    if not envelope.raw.endswith(b"\r\n"):
        raise MessageRejectedError("the mail does not end with CRLF")
    if _has_lone_line_end(envelope.raw) or b"\0" in envelope.raw:
        raise MessageRejectedError("the mail has a lone CR, a lone LF or a NUL")
    if _has_long_line(envelope.raw):
        raise MessageRejectedError(f"the mail has a line of more than {MAX_LINE_BYTES} bytes")


def _has_lone_line_end(raw: bytes) -> bool:
    """Tell whether CR and LF do not always come together.

    Each CRLF, each lone CR and each lone LF ends a line. To count lines takes half as long as to
    look for the pairs.
    """
    return not len(raw.splitlines()) == raw.count(b"\r") == raw.count(b"\n")


def _has_long_line(raw: bytes) -> bool:
    """Leap from line end to line end, each time to the last one within reach."""
    start = 0
    while start < len(raw):
        end = raw.rfind(b"\r\n", start, start + MAX_LINE_BYTES + 2)
        if end < 0:
            return True
        start = end + 2
    return False
