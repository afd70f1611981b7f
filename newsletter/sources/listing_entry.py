"""One ``dt`` and ``dd`` of a listing page, as the fields of an entry."""

import re

from lxml import html

from newsletter.model import AnnounceType
from newsletter.sources.entry import BadEntryError, RawEntry

_ABSTRACT_PAGE = re.compile(r"/abs/(?P<id>[^?#\s]+)$")
_VERSION = re.compile(r"/html/[^?#\s]*?v(?P<version>\d+)$")
_SUBJECT = re.compile(r"\((?P<code>[a-z-]+(?:\.[A-Za-z-]+)?)\)\s*$")
_LINK_WORDS = re.compile(r"^this\s+\S+\s+URL$", re.IGNORECASE)
_FIRST_REPLACED_VERSION = 2


def read_entry(
    term: html.HtmlElement,
    definition: html.HtmlElement,
    *,
    section: AnnounceType,
    category: str,
) -> RawEntry:
    """Take the fields of one entry; its version is known only where an HTML version is linked.

    Raises:
        BadEntryError: there is no link to an abstract page, or no title.
    """
    subjects = _subjects(definition)
    primary = _primary(definition) or (subjects[0] if subjects else None)
    return RawEntry(
        identifier=_identifier(term, section),
        title=_field(definition, "list-title") or "",
        abstract=_abstract(definition),
        authors=_authors(definition),
        categories=subjects,
        announce_type=_announce_type(section, primary, category),
        primary=primary,
        comment=_field(definition, "list-comments"),
        journal_ref=_field(definition, "list-journal-ref"),
        doi=_field(definition, "list-doi"),
    )


def _identifier(term: html.HtmlElement, section: AnnounceType) -> str:
    links = [link.get("href", "") for link in term.iter("a")]
    ids = [match["id"] for link in links if (match := _ABSTRACT_PAGE.search(link))]
    if not ids:
        raise BadEntryError("it has no link to an abstract page")
    if re.search(r"\dv\d+$", ids[0]):
        return str(ids[0])
    versions = [match["version"] for link in links if (match := _VERSION.search(link))]
    least = _FIRST_REPLACED_VERSION if section is AnnounceType.REPLACE else 1
    return f"{ids[0]}v{versions[0] if versions else least}"


def _announce_type(section: AnnounceType, primary: str | None, category: str) -> AnnounceType:
    if section is AnnounceType.REPLACE and primary not in {None, category}:
        return AnnounceType.REPLACE_CROSS
    return section


def _field(definition: html.HtmlElement, name: str) -> str | None:
    for block in definition.find_class(name):
        text = _text(block, without="descriptor").strip()
        if text:
            return text
    return None


def _authors(definition: html.HtmlElement) -> tuple[str, ...] | str:
    for block in definition.find_class("list-authors"):
        names = tuple(" ".join(link.text_content().split()) for link in block.iter("a"))
        return names or _text(block, without="descriptor")
    return ()


def _subjects(definition: html.HtmlElement) -> tuple[str, ...]:
    text = _field(definition, "list-subjects") or ""
    codes = (_SUBJECT.search(part) for part in text.split(";"))
    return tuple(match["code"] for match in codes if match)


def _primary(definition: html.HtmlElement) -> str | None:
    for block in definition.find_class("primary-subject"):
        match = _SUBJECT.search(block.text_content())
        if match:
            return match["code"]
    return None


def _abstract(definition: html.HtmlElement) -> str:
    paragraphs = (_text(block).strip() for block in definition.iter("p"))
    return "\n\n".join(filter(None, paragraphs))


def _text(element: html.HtmlElement, *, without: str | None = None) -> str:
    """Return the text: a link shown as "this https URL" written out, a break as a paragraph."""
    if without is not None and without in element.get("class", "").split():
        return ""
    if element.tag == "a" and _LINK_WORDS.match(" ".join(element.text_content().split())):
        return str(element.get("href", ""))
    parts = ["\n\n" if element.tag == "br" else "", element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(_text(child, without=without))
        parts.append(child.tail or "")
    return "".join(parts)
