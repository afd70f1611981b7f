"""Text from outside, made safe to show: no control characters, one line, escaped."""

import re
from urllib.parse import urlsplit

from markupsafe import Markup

_BLANKS = re.compile(
    r"[\s\x00-\x20\x7f-\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+"
)
_UNWANTED = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2060-\u206f\ufff0-\ufffd"
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff]"
    r"|[\U0001fffe-\U0001ffff\U0002fffe-\U0002ffff\U0003fffe-\U0003ffff\U000efffe-\U0010ffff]"
)
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
_SPECIAL = re.compile(r"""[&<>"'{}@\\]""")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    | {mark: f"&#{ord(mark)};" for mark in ('"', "'", "{", "}", "@", "\\")}
)
MAX_URL_CHARS = 300


def one_line(text: str) -> str:
    """Return ``text`` on one line, without control, bidi-override and invalid characters.

    Runs of white space become one blank; joiners that Persian and emoji need stay.
    """
    return _UNWANTED.sub("", _BLANKS.sub(" ", text)).strip()


def has_right_to_left(text: str) -> bool:
    """Tell whether a letter of ``text`` is written from right to left."""
    return _RIGHT_TO_LEFT.search(text) is not None


def escape_text(text: str) -> str:
    """Escape for HTML text and attributes.

    Braces, ``@`` and backslashes become references too: what looks like a template's or TeX's
    left-over in a finished mail is then one of ours, never a paper's own title.
    """
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def escaped(text: str) -> Markup:
    """Escape, for a template that would escape once more."""
    return Markup(escape_text(text))  # noqa: S704 - escaped on this line


def web_link(url: str | None) -> str | None:
    """Return ``url`` if it is a plain https link that may stand in a mail, else None."""
    if url is None or len(url) > MAX_URL_CHARS or not url.isascii() or not url.isprintable():
        return None
    if any(char in url for char in " <>\"'`\\{}|^"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (
        url if parts.scheme == "https" and "." in parts.netloc and "@" not in parts.netloc else None
    )
