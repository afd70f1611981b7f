"""Header text in any language: encoded words of RFC 2047, §2."""

from binascii import b2a_base64
from collections.abc import Iterator
from typing import Final

MAX_WORD_BYTES: Final = 45
"""Of UTF-8 in one encoded word: 60 characters of base64, 72 with what is around them."""


def encoded_words(text: str) -> tuple[str, ...]:
    """Return ``text`` as encoded words, each of whole characters and at most 75 columns."""
    return tuple(
        f"=?utf-8?b?{b2a_base64(piece, newline=False).decode()}?=" for piece in _pieces(text)
    )


def _pieces(text: str) -> Iterator[bytes]:
    piece = b""
    for char in text:
        encoded = char.encode()
        if len(piece) + len(encoded) > MAX_WORD_BYTES:
            yield piece
            piece = b""
        piece += encoded
    if piece:
        yield piece
