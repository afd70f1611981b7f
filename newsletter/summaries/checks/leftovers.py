"""What a model leaves in a text: markup, thoughts, placeholders, refusals."""

from collections.abc import Iterable
from typing import Final

from newsletter.summaries.checks.patterns import load_patterns

_OF_MARKDOWN: Final = ("a thinking tag", "a model's token", "a broken character")
_END: Final = ".。!！:： \t\n"


def wrong_texts(texts: Iterable[str], *, source: str = "") -> str:
    """Return what is left over in plain texts; empty when they are clean.

    What stands in the paper in the same letters is the authors' own: some write of ``{{ x }}``.
    """
    return next(filter(None, (_wrong_text(text, source) for text in texts)), "")


def wrong_markdown(text: str) -> str:
    """Return what is left over in Markdown; what rendering removes is not looked for."""
    for name, pattern in load_patterns("leftovers").items():
        if name in _OF_MARKDOWN and pattern.search(text):
            return f"{name} is left in the long summary"
    refusal = load_patterns("said")["refusal"]
    return "the long summary is a refusal" if refusal.match(text.strip()) else ""


def _wrong_text(text: str, source: str) -> str:
    bare = text.strip()
    if load_patterns("whole")["placeholder"].fullmatch(bare.rstrip(_END)):
        return f"a placeholder ({bare[:20]!r}) stands for a text"
    for name, pattern in load_patterns("leftovers").items():
        if any(found[0] not in source for found in pattern.finditer(text)):
            return f"{name} is left in a text"
    refusal = load_patterns("said")["refusal"].search(text)
    if refusal and refusal[0] not in source:
        return "it speaks of itself instead of the paper"
    return ""
