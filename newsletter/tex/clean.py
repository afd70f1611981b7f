"""Characters that may not stand in a mail, whoever wrote them."""

import re

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffd-\uffff"
    "\u202a-\u202e\u2066-\u2069]"
)
_LINE_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
_PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n\s*|\n[ \t]{2,}")
_WHITE_SPACE = re.compile(r"\s+")


def remove_control_characters(text: str) -> str:
    """Remove control, bidi-override, unpaired and replacement characters; keep tab and line feed.

    Every kind of line break becomes a line feed.
    """
    return _FORBIDDEN.sub("", _LINE_BREAKS.sub("\n", text))


def fold(text: str) -> str:
    """Make one line of a text: each run of white space becomes one blank."""
    return _WHITE_SPACE.sub(" ", remove_control_characters(text)).strip()


def fold_paragraphs(text: str) -> str:
    """Fold single line breaks to a blank and separate paragraphs by one blank line.

    arXiv starts a paragraph with a line that is indented by two blanks.

    Source: https://info.arxiv.org/help/prep.html#abstracts
    """
    paragraphs = _PARAGRAPH_BREAK.split(remove_control_characters(text).strip())
    return "\n\n".join(filter(None, map(fold, paragraphs)))
