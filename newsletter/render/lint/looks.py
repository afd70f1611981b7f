"""How a text looks when every ``<style>`` is gone: what inline styles and attributes give it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from lxml.etree import _Element as Element

from newsletter.render.lint import css

MAX_LOOKS = 4096
"""How many are remembered: a mail has few, and all mails have the same."""

_WHITE: css.Color = (255, 255, 255)
_BLACK: css.Color = (0, 0, 0)
_LINK: css.Color = (0, 0, 238)
_SCALE = {
    "h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 0.83, "sub": 0.83,
    "sup": 0.83, "code": 0.8125, "kbd": 0.8125, "samp": 0.8125, "tt": 0.8125, "pre": 0.8125,
}  # fmt: skip
"""What browsers make of a tag's font size, as a factor of its parent's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The inherited properties of one element's text.

    Attributes:
        font_px: effective font size.
        line_factor, line_px: line height, as a factor or in pixels; both None when never set.
        color, background: None when they cannot be judged: not written as hex or rgb().
        is_hidden: not shown, and not read aloud.
        is_isolated: text from outside: inside ``dir="auto"`` or ``<bdi>``.
    """

    font_px: float = 16.0
    line_factor: float | None = None
    line_px: float | None = None
    color: css.Color | None = _BLACK
    background: css.Color | None = _WHITE
    is_hidden: bool = False
    is_isolated: bool = False

    @property
    def line_height(self) -> float | None:
        """Return the line height as a multiple of the font size; None when never set."""
        if self.line_px is not None:
            return self.line_px / self.font_px if self.font_px else 0.0
        return self.line_factor


def look_of(element: Element, parent: Look) -> Look:
    """Return how the text of ``element`` looks inside an element that looks like ``parent``."""
    tag, attributes = element.tag, element.attrib
    is_isolated = tag == "bdi" or attributes.get("dir") == "auto"
    style, paint = attributes.get("style", ""), attributes.get("bgcolor", "")
    if not (style or paint or is_isolated) and tag != "a" and tag not in _SCALE:
        return parent
    return _look(tag, parent, style=style, paint=paint, is_isolated=is_isolated)


@lru_cache(maxsize=MAX_LOOKS)
def _look(tag: str, parent: Look, *, style: str, paint: str, is_isolated: bool) -> Look:
    changes: dict[str, Any] = {}
    if tag in _SCALE:
        changes["font_px"] = parent.font_px * _SCALE[tag]
    if tag == "a":
        changes["color"] = _LINK
    if paint:
        changes["background"] = css.color(paint.lower())
    if is_isolated:
        changes["is_isolated"] = True
    if style:
        changes |= _from_style(css.declarations(style), parent, changes)
    return replace(parent, **changes) if changes else parent


def _from_style(
    style: Mapping[str, str], parent: Look, before: Mapping[str, Any]
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if size := style.get("font-size"):
        font_px = css.length_px(size, font_px=parent.font_px)
        changes["font_px"] = 0.0 if font_px is None else font_px
    if line := style.get("line-height"):
        font_px = changes.get("font_px", before.get("font_px", parent.font_px))
        changes |= _line_height(line, font_px)
    if (written := style.get("color")) not in {None, "inherit"}:
        changes["color"] = css.color(str(written))
    paint = style.get("background-color") or style.get("background")
    if paint not in {None, "transparent", "none", "inherit"}:
        changes["background"] = css.color(str(paint))
    if style.get("display") == "none" or style.get("visibility") == "hidden":
        changes["is_hidden"] = True
    return changes


def _line_height(value: str, font_px: float) -> dict[str, float | None]:
    try:
        return {"line_factor": float(value), "line_px": None}
    except ValueError:
        return {"line_factor": None, "line_px": css.length_px(value, font_px=font_px)}
