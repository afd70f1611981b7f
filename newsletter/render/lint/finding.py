"""What a check says, and the names of all rules."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The rules that hold for every mail. Each has a test that breaks just it."""

    HTML_SIZE = "html-size"
    STYLE_SIZE = "style-size"
    STYLE_RULES = "style-rules"
    DOCTYPE = "doctype"
    CHARSET = "charset"
    VIEWPORT = "viewport"
    LANGUAGE = "language"
    DIRECTION = "direction"
    TITLE = "title"
    TABLE = "table"
    IMAGE = "image"
    ACTIVE_CONTENT = "active-content"
    LINK_TARGET = "link-target"
    LINK_TEXT = "link-text"
    LINK_COUNT = "link-count"
    FONT_SIZE = "font-size"
    LINE_HEIGHT = "line-height"
    CONTAINER = "container"
    CONTRAST = "contrast"
    HIDDEN_TEXT = "hidden-text"
    DARK_MODE = "dark-mode"
    PREHEADER = "preheader"
    LEFTOVER = "leftover"
    UNRESOLVED_TEX = "unresolved-tex"
    CHARACTERS = "characters"
    PAPER_CARD = "paper-card"
    PAPER_ORDER = "paper-order"
    TEXT_WIDTH = "text-width"
    TEXT_SIZE = "text-size"
    TEXT_PAPERS = "text-papers"
    UNSUBSCRIBE = "unsubscribe"
    SUBJECT = "subject"
    ADDRESSES = "addresses"
    HEADERS = "headers"
    HEADER_FORM = "header-form"
    ONE_CLICK = "one-click"
    PRIVACY = "privacy"


BLEMISHES = frozenset({Rule.UNRESOLVED_TEX})
"""Rules about what a paper itself says: worth a look, no reason to keep a mail back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that a mail breaks.

    Attributes:
        rule: a ``Rule``.
        detail: one sentence for the operator; no address, no token, at most 200 characters.
    """

    rule: str
    detail: str

    @property
    def is_blemish(self) -> bool:
        """Tell whether the mail may go out all the same: the paper's own text looks odd."""
        return self.rule in BLEMISHES


def quote(text: str, *, limit: int = 60) -> str:
    """Return the beginning of ``text`` in quotes; what does not print is shown as an escape."""
    flat = " ".join(text.split())
    short = flat if len(flat) <= limit else flat[: limit - 1] + "…"
    return "“" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short) + "”"
