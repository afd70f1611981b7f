"""What a reader sees when every ``<style>`` is gone: sizes, line heights, colours, widths."""

import re
from collections.abc import Iterator

from newsletter.render.lint import css
from newsletter.render.lint.finding import Finding, Rule, quote
from newsletter.render.lint.page import Page, Run

MIN_FONT_PX = 12.0
MIN_LINE_HEIGHT = 1.4
MIN_CONTRAST = 4.5
CONTAINER_PX = (600, 640)

_SHEET_SIZE = re.compile(r"font-size\s*:\s*([\d.]+px)")
_WIDTHS = ("max-width", "width", "min-width")
_PUNCTUATION = re.compile(r"[\W_]+\Z")


def check_typography(page: Page) -> Iterator[Finding]:
    """Check every visible text, by what inline styles give it."""
    for run in page.runs:
        if run.look.is_hidden:
            continue
        yield from _check_size(run)
        yield from _check_contrast(run)
    for size in _SHEET_SIZE.findall(page.sheet):
        if 0 < float(size.removesuffix("px")) < MIN_FONT_PX:
            yield Finding(rule=Rule.FONT_SIZE, detail=f"a style sheet sets {size}")


def _check_size(run: Run) -> Iterator[Finding]:
    if run.look.font_px < MIN_FONT_PX - 0.01:
        yield Finding(
            rule=Rule.FONT_SIZE, detail=f"{quote(run.text)} has {run.look.font_px:.1f} px"
        )
    height = run.look.line_height
    if height is None or height < MIN_LINE_HEIGHT - 0.001:
        told = "none" if height is None else f"{height:.2f}"
        yield Finding(rule=Rule.LINE_HEIGHT, detail=f"{quote(run.text)} has line height {told}")


def _check_contrast(run: Run) -> Iterator[Finding]:
    look = run.look
    if look.color is None or look.background is None:
        yield Finding(rule=Rule.CONTRAST, detail=f"{quote(run.text)} has a colour not in hex")
        return
    ratio = css.contrast(look.color, look.background)
    if ratio < MIN_CONTRAST and not _PUNCTUATION.match(run.text):
        yield Finding(rule=Rule.CONTRAST, detail=f"{quote(run.text)} has {ratio:.2f} : 1")


def check_container(page: Page) -> Iterator[Finding]:
    """Check that the widest element is as wide as a mail should be."""
    widths = list(_widths(page))
    widest = max(widths, default=0.0)
    low, high = CONTAINER_PX
    if not low <= widest <= high:
        yield Finding(
            rule=Rule.CONTAINER, detail=f"the widest element has {widest:g} px; {low} to {high}"
        )


def _widths(page: Page) -> Iterator[float]:
    for element in page.root.xpath("//body//*[@style or @width]"):
        style = css.declarations(element.get("style", ""))
        values = [style[name] for name in _WIDTHS if name in style]
        values += [element.get("width") + "px"] if element.get("width", "").isdecimal() else []
        yield from (
            width
            for value in values
            if "%" not in value and (width := css.length_px(value, font_px=16.0)) is not None
        )


def check_hidden(page: Page) -> Iterator[Finding]:
    """Check that nothing but the preheader is hidden: hidden text is what spam does."""
    for run in page.runs[1:]:
        if run.look.is_hidden:
            yield Finding(rule=Rule.HIDDEN_TEXT, detail=f"{quote(run.text)} is hidden")
