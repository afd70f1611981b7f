"""The sections of arXiv's HTML (made by LaTeXML, or by its authors)."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from newsletter.summaries.text_cut import Section
from newsletter.tex.clean import fold
from newsletter.tex.resolve import to_unicode

MAX_CHARS: Final = 2_000_000
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4"})
_BLOCKS: Final = frozenset({"p", "li", "td", "th", "figcaption", "blockquote", "dd", "dt"})
_SKIPPED: Final = frozenset(
    [
        "script",
        "style",
        "nav",
        "header",
        "footer",
        "button",
        "svg",
        "form",
        "noscript",
        "annotation",
    ]
)
_SKIPPED_CLASSES: Final = re.compile(r"\bltx_(?:bibliography|page_footer|TOC|authors)\b")


def html_sections(content: bytes) -> tuple[Section, ...]:
    """Return headings and paragraphs in order; formulas as Unicode where their TeX is there."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content[: 4 * MAX_CHARS], parser)
    except etree.XMLSyntaxError:
        return ()
    if root is None:
        return ()
    return tuple(_sections(_pieces(root)))


def _sections(pieces: Iterator[tuple[bool, str]]) -> Iterator[Section]:
    heading, texts = "", []
    for is_heading, text in pieces:
        if not is_heading:
            texts.append(text)
            continue
        if texts:
            yield Section(heading=heading, text="\n".join(texts))
        heading, texts = text, []
    if texts:
        yield Section(heading=heading, text="\n".join(texts))


def _pieces(element: Element) -> Iterator[tuple[bool, str]]:
    """Yield (is a heading, text) of each block, without going into blocks."""
    stack = [element]
    while stack:
        found = stack.pop()
        tag = found.tag if isinstance(found.tag, str) else ""
        if tag in _SKIPPED or _SKIPPED_CLASSES.search(found.get("class", "")):
            continue
        if tag in _HEADINGS or tag in _BLOCKS:
            text = _text(found)
            if text:
                yield tag in _HEADINGS, text
            continue
        stack.extend(reversed(found))


def _text(element: Element) -> str:
    parts: list[str] = []
    _collect(element, parts, depth=0)
    return fold(to_unicode("".join(parts)))


def _collect(element: Element, parts: list[str], *, depth: int) -> None:
    parts.append(element.text or "")
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "math":
            parts.append(f"${child.get('alttext', '')}$" if child.get("alttext") else "")
        elif tag not in _SKIPPED and depth < 60:
            _collect(child, parts, depth=depth + 1)
        parts.append(child.tail or "")
