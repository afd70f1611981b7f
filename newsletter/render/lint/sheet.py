"""The style sheet: its size, what mail clients refuse in it, and the dark mode."""

import re
from collections.abc import Iterator

from newsletter.render.lint import css
from newsletter.render.lint.finding import Finding, Rule
from newsletter.render.lint.page import Page

MAX_STYLE_BYTES = 8_192
"""Half of what Gmail drops *all* styles above."""

_REFUSED = ("@import", "@font-face", "url(")
_DARK = re.compile(
    r"@media[^{]*\(\s*prefers-color-scheme\s*:\s*dark\s*\)[^{]*\{([^}]*\{[^}]*:[^}]*\})"
)


def check_sheet(page: Page) -> Iterator[Finding]:
    """Check all ``<style>`` elements together."""
    size = len(page.sheet.encode())
    if size > MAX_STYLE_BYTES:
        yield Finding(rule=Rule.STYLE_SIZE, detail=f"{size:,} bytes; at most {MAX_STYLE_BYTES:,}")
    sheet = css.without_comments(page.sheet.lower())
    if _has_nested_rule(sheet):
        yield Finding(rule=Rule.STYLE_RULES, detail="an @-rule stands inside another one")
    inline = " ".join(element.get("style").lower() for element in page.root.xpath("//*[@style]"))
    for word in _REFUSED:
        if word in sheet or word in inline:
            yield Finding(rule=Rule.STYLE_RULES, detail=f"a style uses {word}")
    yield from _check_dark(page, sheet)


def _has_nested_rule(sheet: str) -> bool:
    depth = 0
    for mark in re.findall(r"[{}@]", sheet):
        if mark == "@" and depth:
            return True
        depth += {"{": 1, "}": -1, "@": 0}[mark]
    return False


def _check_dark(page: Page, sheet: str) -> Iterator[Finding]:
    metas = page.root.xpath('//meta[@name="color-scheme"]/@content')
    if not any({"light", "dark"} <= set(content.split()) for content in metas):
        yield Finding(
            rule=Rule.DARK_MODE, detail="no <meta name=color-scheme content='light dark'>"
        )
    if not _DARK.search(sheet):
        yield Finding(rule=Rule.DARK_MODE, detail="no rule under prefers-color-scheme: dark")
