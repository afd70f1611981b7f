"""What a browser makes of a mail, measured, and the rules that only it can check."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]

MIN_CONTRAST = 4.5
MIN_FONT_PX = 12.0
MIN_LINE_HEIGHT = 1.4
CONTAINER_PX = (600, 640)
WIDTHS_PX = (320, 375, 700)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PHONE_PX = 375
DESK_PX = 700

_SCRIPT = Path(__file__).with_name("measure.js")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One visible text node; ``left`` and ``right`` in pixels of the page."""

    text: str
    tag: str
    font_px: float
    line_px: float
    ratio: float
    left: float
    right: float
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A mail at one width in one colour scheme.

    Attributes:
        widths: of every element.
        scroll_width: as wide as the page wants to be.
        page_luminance: of the page's background, 0 black to 1 white.
    """

    texts: tuple[Text, ...]
    widths: tuple[float, ...]
    width: int
    scroll_width: int
    height: int
    page_luminance: float


@contextmanager
def show(browser: Browser, html: str) -> Iterator[tuple[Page, list[str]]]:
    """Open a mail; the list grows with every request it makes."""
    context = browser.new_context(viewport={"width": DESK_PX, "height": 900})
    try:
        page = context.new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.set_content(html, wait_until="load", timeout=10_000)
        yield page, requests
    finally:
        context.close()


def look(page: Page, *, width: int, scheme: Scheme) -> View:
    """Measure the open mail at one width in one colour scheme."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    found = page.evaluate(_SCRIPT.read_text(encoding="utf-8").split("\n", 1)[1])
    texts = tuple(Text(**text) for text in found.pop("texts"))
    return View(**{**found, "widths": tuple(found["widths"])}, texts=texts)


def faults(browser: Browser, html: str) -> tuple[str, ...]:
    """Return every rule that the mail breaks in a browser."""
    return tuple(dict.fromkeys(_faults(browser, html)))


def _faults(browser: Browser, html: str) -> Iterator[str]:
    with show(browser, html) as (page, requests):
        for width in WIDTHS_PX:
            for scheme in SCHEMES:
                view = look(page, width=width, scheme=scheme)
                yield from (f"{scheme} {width}: {fault}" for fault in faults_of(view, scheme))
        styled = look(page, width=PHONE_PX, scheme="light")
        page.evaluate("document.querySelectorAll('style').forEach(style => style.remove())")
        bare = look(page, width=PHONE_PX, scheme="light")
        yield from (f"without styles: {fault}" for fault in faults_of(bare, "light"))
        yield from _lost_texts(styled, bare)
        yield from (f"asks the network for {url}" for url in requests)


def faults_of(view: View, scheme: Scheme) -> Iterator[str]:
    """Yield what is wrong with one view."""
    if view.scroll_width > view.width:
        yield f"scrolls sideways: {view.scroll_width} px"
    if (view.page_luminance < 0.2) != (scheme == "dark"):
        yield f"the page is not {scheme}: luminance {view.page_luminance:.2f}"
    yield from _container_faults(view)
    yield from _text_faults(view)


def _container_faults(view: View) -> Iterator[str]:
    low, high = CONTAINER_PX
    if view.width > high and not any(low <= width <= high for width in view.widths):
        yield "no element is as wide as the container should be"
    shown = [text for text in view.texts if text.is_shown]
    if not shown:
        yield "nothing can be read"
    elif max(t.right for t in shown) - min(t.left for t in shown) > high:
        yield f"texts are spread over more than {high} px"


def _text_faults(view: View) -> Iterator[str]:
    for text in view.texts:
        why = _what_is_wrong(text, view.width)
        if why is not None:
            yield f"{why}: <{text.tag}> {text.text[:40]!r}"


def _what_is_wrong(text: Text, width: int) -> str | None:
    if not text.is_shown:
        return "takes no room"
    if text.left < -0.5 or text.right > width + 0.5:
        return f"reaches from {text.left:.0f} to {text.right:.0f} px"
    if text.font_px < MIN_FONT_PX:
        return f"font of {text.font_px} px"
    if text.line_px < MIN_LINE_HEIGHT * text.font_px - 0.01:
        return f"line of {text.line_px} px for {text.font_px} px"
    if text.ratio < MIN_CONTRAST:
        return f"contrast {text.ratio:.2f}"
    return None


def _lost_texts(styled: View, bare: View) -> Iterator[str]:
    left = {text.text for text in bare.texts}
    for text in styled.texts:
        if text.text not in left:
            yield f"without styles: {text.text[:40]!r} is gone"
