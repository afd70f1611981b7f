"""The first look at an XML answer: well-formed, and without tricks."""

from lxml import etree

from newsletter.errors import MalformedAnnouncementError


def parse_xml(body: bytes, *, what: str) -> etree._Element:
    """Return the root of a complete document; nothing outside of it is ever read.

    arXiv sends no document type, so one with it is refused: no entity can be declared.

    Raises:
        MalformedAnnouncementError: cut short, not XML, or with a document type; names ``what``.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedAnnouncementError(_describe(body, what)) from error
    if root.getroottree().docinfo.doctype:
        raise MalformedAnnouncementError(_describe(body, what))
    return root


def _describe(body: bytes, what: str) -> str:
    start = body[:500].lstrip().lower()
    if not start:
        return f"{what} is an empty document"
    if start.startswith((b"<!doctype html", b"<html")):
        return f"{what} is an HTML page, not XML"
    if start.startswith((b"<?xml", b"<rss", b"<feed")):
        return f"{what} is broken or cut short"
    return f"{what} is not XML"
