"""TeX in Markdown, resolved before Markdown is read: its marks would become emphasis and tables."""

import re
from typing import Final

from newsletter.tex.engine import UnreadableTexError, formula_to_unicode
from newsletter.tex.resolve import to_unicode

_CODE: Final = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_DISPLAY: Final = re.compile(r"\$\$(.+?)\$\$|\\\[(.+?)\\\]", re.DOTALL)
_INLINE: Final = re.compile(r"(?<![\\$])\$(?=\S|\s\S)([^$\n]{1,600}?)\$(?!\d)|\\\((.+?)\\\)")
_MACRO: Final = re.compile(r"\\[A-Za-z]+")
_MARKS: Final = re.compile(r"([*_`\[\]<>~#])")


def resolve_tex(text: str) -> str:
    """Return Markdown without TeX; code stays as it is.

    What a formula becomes is text: its stars, underscores and bars mean nothing to Markdown.
    """
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        parts += [_resolve(text[at : code.start()]), _code(code.group())]
        at = code.end()
    return "".join([*parts, _resolve(text[at:])])


def _resolve(text: str) -> str:
    text = _DISPLAY.sub(lambda found: _formula(found, display=True), text)
    text = _INLINE.sub(lambda found: _formula(found, display=False), text)
    return _by_line(text) if _MACRO.search(text) else text


def _by_line(text: str) -> str:
    """Resolve macros outside formulas; Markdown's own backslashes stay."""
    return "\n".join(to_unicode(line) if _MACRO.search(line) else line for line in text.split("\n"))


def _formula(found: re.Match[str], *, display: bool) -> str:
    inside = " ".join((found[1] or found[2]).split())
    try:
        resolved = formula_to_unicode(inside)
    except UnreadableTexError:
        return f"`{_without_macros(inside)}`"
    if _MACRO.search(resolved):
        return f"`{_without_macros(inside)}`"
    shown = _MARKS.sub(r"\\\1", resolved).replace("|", "∣")
    return f" {shown} " if display else shown


def _without_macros(formula: str) -> str:
    """Return a formula that cannot be resolved, as readable as it gets."""
    bare = re.sub(r"\\(?:text|math\w*|operatorname|left|right|frac|displaystyle)\b", " ", formula)
    bare = re.sub(r"[\\{}$`]", " ", bare).replace("|", "∣")
    return " ".join(bare.split())


def _code(code: str) -> str:
    """Resolve a formula that stands in code marks."""
    inside = code.strip("`")
    if code.startswith("```") or not (inside.startswith("$") and inside.endswith("$")):
        return code
    return _resolve(inside)
