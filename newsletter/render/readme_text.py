"""Text from outside inside Markdown: it is shown as it is, whatever it contains."""

import re

from newsletter.render.clean import one_line

_MARKUP = re.compile(r"[\\`*_\[\]<>{}|~&$]|(?<=\{)%")
_BLOCK_START = re.compile(r"^(?:[#=+-]|\d{1,9}(?=[.)]))")
_ELLIPSIS = "…"


def markdown_text(text: str) -> str:
    r"""Write ``text`` as one line of Markdown that shows it unchanged: ``a*b`` → ``a\*b``.

    Braces are escaped too: page builders read ``{{`` and ``{%`` before Markdown.

    Source: https://spec.commonmark.org/0.31.2/#backslash-escapes
    """
    escaped = _MARKUP.sub(r"\\\g<0>", one_line(text))
    start = _BLOCK_START.match(escaped)
    if start is None:
        return escaped
    at = 0 if start.end() == 1 and not start.group().isdigit() else start.end()
    return f"{escaped[:at]}\\{escaped[at:]}"


def cut_at_word(text: str, limit: int) -> str:
    """Shorten to at most ``limit`` characters at a word where one ends near, and mark the cut."""
    line = one_line(text)
    if len(line) <= limit:
        return line
    kept = line[: limit - len(_ELLIPSIS)]
    blank = kept.rfind(" ")
    if blank > limit // 2 and line[len(kept)] != " ":
        kept = kept[:blank]
    return kept.rstrip(" ,;:.") + _ELLIPSIS
