"""Content in lines that any mail server passes on."""

import base64
import quopri

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.render.transfer import MAX_COMPARED_BYTES, encode

LONG = b"0123456789" * (MAX_COMPARED_BYTES // 10 + 1)


def decoded(name: str, body: list[bytes]) -> bytes:
    joined = b"\r\n".join(body)
    return base64.b64decode(joined) if name == "base64" else quopri.decodestring(joined)


def lines(content: bytes) -> bytes:
    """Return content with CRLF line ends, as a part of a mail has them."""
    return content.replace(b"\r", b"").replace(b"\n", b"\r\n")


@given(st.binary(max_size=400))
@example(b"a" * 56)
@example(b"a" * 57)
@example(b"=" * 200 + b" \n\t\n.")
def test_short_content_comes_back_in_short_lines(content: bytes) -> None:
    name, body = encode(lines(content))
    assert decoded(name, body) == lines(content)
    assert max(map(len, body), default=0) <= 76
    assert not [line for line in body if b"\r" in line or b"\n" in line]


@pytest.mark.parametrize("more", [0, 1, 47, 48, 49, 3_647, 3_648, 3_649])
def test_long_content_is_base64_whatever_its_length(more: int) -> None:
    name, body = encode(LONG + b"x" * more)
    assert (name, decoded(name, body)) == ("base64", LONG + b"x" * more)
    *whole, last = body
    assert {len(line) for line in whole} == {76}
    assert 0 < len(last) <= 76


def test_text_that_people_can_read_stays_readable() -> None:
    readable = "Its size (Größe) is = 1 m or more.\r\n"
    quoted = b"Its size (Gr=C3=B6=C3=9Fe) is =3D 1 m or more."
    assert encode(readable.encode()) == ("quoted-printable", [quoted, b""])
    assert encode("全部论文".encode() * 9)[0] == "base64"
