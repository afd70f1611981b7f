"""Content as short lines of ASCII that any mail server passes on: RFC 2045, §6.7 and §6.8."""

from binascii import b2a_base64, b2a_qp
from itertools import chain
from struct import Struct
from typing import Final

CRLF: Final = b"\r\n"
BASE64_LINE: Final = 76
_MANY_LINES: Final = Struct(f"{BASE64_LINE}s" * 64)
"""Cuts 64 lines at once, in half the time that one by one takes."""
MAX_COMPARED_BYTES: Final = 20_000
"""Up to here both encodings are tried. For a whole digest that takes half a millisecond, and
saves a fifth of its bytes."""


def encode(content: bytes) -> tuple[str, bytes]:
    """Return content with CRLF line ends encoded, and the name of the encoding.

    Short content is in the shorter encoding: quoted-printable can be read without a program.
    """
    encoded = _base64_lines(content)
    if len(content) <= MAX_COMPARED_BYTES:
        quoted = b2a_qp(content, istext=True).replace(CRLF, b"\n").replace(b"\n", CRLF)
        if len(quoted) <= len(encoded):
            return "quoted-printable", quoted
    return "base64", encoded


def _base64_lines(content: bytes) -> bytes:
    encoded = b2a_base64(content, newline=False)
    whole = len(encoded) - len(encoded) % _MANY_LINES.size
    lines = list(chain.from_iterable(_MANY_LINES.iter_unpack(encoded[:whole])))
    lines += [encoded[at : at + BASE64_LINE] for at in range(whole, len(encoded), BASE64_LINE)]
    return CRLF.join(lines)
