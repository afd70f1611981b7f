"""Atom and RSS as feedgenerator writes them, with an element for each author."""

from typing import Any

from feedgenerator import Atom1Feed, Rss201rev2Feed

_DC = "http://purl.org/dc/elements/1.1/"


class AtomFeed(Atom1Feed):  # type: ignore[misc]  # feedgenerator has no types
    """Atom with one ``author`` element for each author."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:  # noqa: ANN401
        """Write an entry and then its authors."""
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")


class RssFeed(Rss201rev2Feed):  # type: ignore[misc]  # feedgenerator has no types
    """RSS with one ``dc:creator`` element for each author."""

    def rss_attributes(self) -> dict[str, str]:
        """Declare the name space of ``dc:creator``."""
        return {**super().rss_attributes(), "xmlns:dc": _DC}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:  # noqa: ANN401
        """Write an item and then its authors."""
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name)
