"""The first look at a feed: a whole XML document of the right kind, and without tricks."""

from lxml import etree

from newsletter.errors import MalformedAnnouncementError

_FEED_ROOTS = frozenset({"rss", "feed"})


def parse_feed_xml(body: bytes, *, what: str) -> etree._Element:
    """Return the root of a whole RSS or Atom document; nothing outside of it is ever read.

    arXiv sends no document type, so one with it is refused: no entity can be declared.

    Raises:
        MalformedAnnouncementError: cut short, no feed, or with a document type; names ``what``.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedAnnouncementError(_describe(body, what)) from error
    is_feed = etree.QName(root).localname in _FEED_ROOTS
    if root.getroottree().docinfo.doctype or not is_feed:
        raise MalformedAnnouncementError(_describe(body, what))
    return root


def _describe(body: bytes, what: str) -> str:
    start = body[:500].lstrip().lower()
    if not start:
        return f"{what} is an empty document"
    if start.startswith((b"<!doctype html", b"<html")):
        return f"{what} is an HTML page, not a feed"
    if b"<!doctype" in start:
        return f"{what} declares a document type, which arXiv never does"
    if start.startswith((b"<?xml", b"<rss", b"<feed")):
        return f"{what} is broken or cut short"
    return f"{what} is no feed"
