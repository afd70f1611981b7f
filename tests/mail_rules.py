"""Stricter checks of a mail's HTML than the product needs at run time: for tests only.

html5lib is the reference parser: it names every error a lenient one repairs in silence. Outlook's
view is the same source with its conditional comments opened.
"""

import re
from collections.abc import Iterator
from html import unescape

import html5lib
import tinycss2

_FOR_OUTLOOK = re.compile(r"<!--\[if (?!!)[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
_NOT_FOR_OUTLOOK = re.compile(r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", re.DOTALL)
_OFFICE_SETTINGS = re.compile(r"<noscript>\s*<xml>.*?</xml>\s*</noscript>", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_INLINE = re.compile(r"\sstyle=\"([^\"]*)\"")


def broken_markup(html: str) -> tuple[str, ...]:
    """Return what is wrong with the HTML, as read by Outlook and by all others."""
    return (*_parse_errors(html), *(f"Outlook: {e}" for e in _parse_errors(as_outlook(html))))


def as_outlook(html: str) -> str:
    """Return the HTML as Word's engine reads it: its own comments opened, the others' parts gone.

    Its settings in ``<head>`` are XML, which no HTML parser accepts; they are left out.
    """
    opened = _FOR_OUTLOOK.sub(r"\1", _NOT_FOR_OUTLOOK.sub("", html))
    return _OFFICE_SETTINGS.sub("", opened)


def _parse_errors(html: str) -> tuple[str, ...]:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    return tuple(
        f"line {line}, column {column}: {code} {values}"
        for (line, column), code, values in parser.errors
    )


def broken_styles(html: str) -> tuple[str, ...]:
    """Return what a CSS parser cannot read in style sheets and ``style`` attributes."""
    return tuple(_sheet_errors(html)) + tuple(_inline_errors(html))


def _sheet_errors(html: str) -> Iterator[str]:
    for sheet in _STYLE.findall(html):
        for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
            if rule.type == "error":
                yield f"style sheet: {rule.message}"
            elif rule.type == "qualified-rule":
                yield from _declaration_errors(rule.content)


def _inline_errors(html: str) -> Iterator[str]:
    for style in sorted(set(_INLINE.findall(html))):
        yield from _declaration_errors(unescape(style))


def _declaration_errors(content: object) -> Iterator[str]:
    for part in tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True):
        if part.type == "error":
            yield f"declaration: {part.message}"
