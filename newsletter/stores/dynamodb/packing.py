"""Texts of JSON made short: what is written is paid for by its size."""

import zlib
from typing import Final

from newsletter.stores.codec import DECODE_ERRORS

MAX_UNPACKED_BYTES: Final = 10_000_000
UNPACK_ERRORS: Final = (*DECODE_ERRORS, zlib.error)
"""What reading an attribute that we did not write may raise."""


def pack(text: str) -> bytes:
    """Make a text short."""
    return zlib.compress(text.encode())


def unpack(packed: bytes) -> str:
    """Return the text; raise ``ValueError`` for one that is longer than any of ours."""
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(packed, MAX_UNPACKED_BYTES)
    if not unpacking.eof:
        raise ValueError("it is cut short, or too long")
    return text.decode()
