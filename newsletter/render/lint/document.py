"""The frame: doctype, head, tables, images, what must never stand in a mail."""

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from newsletter.render.lint.finding import Finding, Rule, quote
from newsletter.render.lint.page import Page

MAX_HTML_BYTES = 90_000
MAX_IMAGES = 2

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_ACTIVE = frozenset(
    {"applet", "audio", "base", "button", "canvas", "embed", "form", "frame", "frameset"}
    | {"iframe", "input", "link", "math", "noscript", "object", "portal", "script", "select"}
    | {"source", "svg", "template", "textarea", "track", "video"}
)


def check_document(page: Page) -> Iterator[Finding]:
    """Check the size, and what stands above and around the content."""
    size = len(page.message.html.encode("utf-8", "replace"))
    if size > MAX_HTML_BYTES:
        yield Finding(rule=Rule.HTML_SIZE, detail=f"{size:,} bytes; at most {MAX_HTML_BYTES:,}")
    if not page.message.html.lstrip().lower().startswith("<!doctype html>"):
        yield Finding(rule=Rule.DOCTYPE, detail="the HTML does not begin with <!doctype html>")
    yield from _check_meta(page.root)
    yield from _check_root(page.root)


def _check_meta(root: Element) -> Iterator[Finding]:
    metas = list(root.iter("meta"))
    declared = {meta.get("charset", "").lower() for meta in metas}
    declared |= {
        meta.get("content", "").lower().rpartition("charset=")[2]
        for meta in metas
        if meta.get("http-equiv", "").lower() == "content-type"
    }
    if declared - {""} != {"utf-8"}:
        yield Finding(rule=Rule.CHARSET, detail="no <meta> declares UTF-8, or another one does not")
    contents = [m.get("content", "") for m in metas if m.get("name", "").lower() == "viewport"]
    if not any("width=device-width" in content.replace(" ", "") for content in contents):
        yield Finding(rule=Rule.VIEWPORT, detail="no viewport of width=device-width")


def _check_root(root: Element) -> Iterator[Finding]:
    language = root.get("lang", "")
    if not _LANGUAGE.match(language) or language.startswith("und"):
        yield Finding(rule=Rule.LANGUAGE, detail=f"<html lang> is {quote(language)}")
    if root.get("dir") not in {"ltr", "rtl"}:
        yield Finding(rule=Rule.DIRECTION, detail="<html dir> is neither ltr nor rtl")
    titles = [title.text or "" for title in root.iter("title")]
    if not any(title.strip() for title in titles):
        yield Finding(rule=Rule.TITLE, detail="the <title> is empty or missing")


def check_elements(page: Page) -> Iterator[Finding]:
    """Check tables and images, and refuse what runs or loads."""
    for element in page.root.iter():
        yield from _check_active(element)
    for table in page.root.iter("table"):
        if table.get("role") != "presentation" and next(table.iter("th"), None) is None:
            yield Finding(rule=Rule.TABLE, detail="a table has neither role=presentation nor <th>")
    images = list(page.root.iter("img"))
    if len(images) > MAX_IMAGES:
        yield Finding(rule=Rule.IMAGE, detail=f"{len(images)} images; at most {MAX_IMAGES}")
    for image in images:
        yield from _check_image(image)


def _check_active(element: Element) -> Iterator[Finding]:
    if element.tag in _ACTIVE:
        yield Finding(rule=Rule.ACTIVE_CONTENT, detail=f"<{element.tag}> stands in the mail")
    if element.tag == "meta" and element.get("http-equiv", "").lower() == "refresh":
        yield Finding(rule=Rule.ACTIVE_CONTENT, detail="a <meta> sends the reader elsewhere")
    for name in element.attrib:
        if name.startswith("on") or name == "srcset":
            yield Finding(
                rule=Rule.ACTIVE_CONTENT, detail=f"<{element.tag}> has the attribute {quote(name)}"
            )


def _check_image(image: Element) -> Iterator[Finding]:
    if not image.get("src", "").startswith("https://"):
        yield Finding(rule=Rule.IMAGE, detail="an image does not come over https")
    if not image.get("alt", "").strip():
        yield Finding(rule=Rule.IMAGE, detail="an image has no alt text")
    width, height = image.get("width", ""), image.get("height", "2")
    if not width.isdecimal():
        yield Finding(rule=Rule.IMAGE, detail="an image has no width in pixels")
    elif int(width) < 2 or height in {"0", "1"}:
        yield Finding(rule=Rule.IMAGE, detail="an image is too small to be seen: a tracking pixel")
