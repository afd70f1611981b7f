"""A mail taken apart once, for all rules to look at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from newsletter.model import Message
from newsletter.render.lint.looks import Look, look_of

_SPACE = re.compile(r"\s+")
_ABSTRACT_PAGE = re.compile(
    r"https://arxiv\.org/abs/([a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One piece of text in the body; ``tag`` is the element that holds it."""

    text: str
    tag: str
    look: Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One ``<a href>``; ``text`` is what a reader hears: text, else an image's alt."""

    href: str
    text: str

    @property
    def paper_id(self) -> str | None:
        """Return the arXiv id when this leads to an abstract page."""
        match = _ABSTRACT_PAGE.match(self.href)
        return match[1] if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One paper in the HTML: the outermost element of class ``paper``.

    Attributes:
        links: the links inside, in order.
        rank, score: the texts of the elements of these classes; None when there is none.
        is_pinned: it has the class ``pinned``.
    """

    links: tuple[Link, ...]
    rank: str | None
    score: str | None
    is_pinned: bool

    @property
    def paper_id(self) -> str | None:
        """Return the id of the paper its abstract link leads to."""
        return next((link.paper_id for link in self.links if link.paper_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A mail taken apart.

    Attributes:
        root: the ``<html>`` element, without comments, conditional ones too.
        sheet: the text of all ``<style>`` elements.
        runs, links, cards: of the body, in document order.
        outside: all bidi-isolated text: what papers and the reader say.
    """

    message: Message
    root: Element
    sheet: str
    runs: tuple[Run, ...]
    links: tuple[Link, ...]
    cards: tuple[Card, ...]
    outside: str

    @property
    def preheader(self) -> str | None:
        """Return the text that is shown beside the subject: the first one, and hidden."""
        first = next(iter(self.runs), None)
        return first.text if first is not None and first.look.is_hidden else None


def open_page(message: Message) -> Page:
    """Parse the HTML of a mail, however broken."""
    root = _parse(message.html)
    runs = tuple(_runs(root))
    return Page(
        message=message,
        root=root,
        sheet="\n".join(style.text or "" for style in root.iter("style")),
        runs=runs,
        links=_links(root),
        cards=tuple(_card(element) for element in _paper_elements(root)),
        outside="\n".join(run.text for run in runs if run.look.is_isolated),
    )


def _parse(source: str) -> Element:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(source.replace("\0", "\ufffd").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    return etree.Element("html") if root is None else root


def flat(element: Element) -> str:
    """Return the text of an element, its white space collapsed."""
    return _SPACE.sub(" ", "".join(element.itertext())).strip()


def _runs(root: Element) -> Iterator[Run]:
    found: list[Run] = []
    for body in root.iter("body"):
        _collect(body, look_of(body, Look()), found)
    return iter(found)


def _collect(element: Element, look: Look, found: list[Run]) -> None:
    _add(element.text, element.tag, look, found)
    for child in element:
        if child.tag not in {"style", "script"}:
            _collect(child, look_of(child, look), found)
        _add(child.tail, element.tag, look, found)


def _add(text: str | None, tag: str, look: Look, found: list[Run]) -> None:
    if text and not text.isspace():
        found.append(Run(text=_SPACE.sub(" ", text).strip(), tag=tag, look=look))


def _links(element: Element) -> tuple[Link, ...]:
    return tuple(
        Link(href=anchor.get("href").strip(), text=_heard(anchor))
        for anchor in element.iter("a")
        if anchor.get("href") is not None
    )


def _heard(anchor: Element) -> str:
    alts = " ".join(image.get("alt", "") for image in anchor.iter("img"))
    return flat(anchor) or alts.strip()


def _paper_elements(root: Element) -> Iterator[Element]:
    return (e for e in root.xpath('//*[contains(@class, "paper")]') if "paper" in _classes(e))


def _card(element: Element) -> Card:
    return Card(
        links=_links(element),
        rank=_text_of_class(element, "rank"),
        score=_text_of_class(element, "score"),
        is_pinned="pinned" in _classes(element),
    )


def _text_of_class(card: Element, name: str) -> str | None:
    return next((flat(element) for element in card.iter() if name in _classes(element)), None)


def _classes(element: Element) -> list[str]:
    return str(element.get("class", "")).split()
