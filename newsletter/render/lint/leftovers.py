"""What a template left behind, and characters that no mail should carry.

A paper's title may truly hold ``{{`` or the word None. The renderer writes braces, ``@`` and
backslashes of outside text as references (``&#123;``), so a bare marker in the HTML *source* is a
leftover, wherever it stands. The word None is the author's inside bidi-isolated elements
(``dir="auto"``, ``<bdi>``), in which all text from outside stands, and a leftover elsewhere.
Subject, preheader, title, spoken attributes and text part quote such text without a mark: in them
a marker is a leftover unless the isolated text of the same mail has it too.
"""

import re
from collections.abc import Iterator

from newsletter.render.lint.finding import Finding, Rule
from newsletter.render.lint.page import Page

_BARE = re.compile(r"\{\{|\{%|@@|</?mj-[a-z]*")
_WORD = re.compile(r"\bNone\b")
_QUOTED = re.compile(r"\{\{|\{%|@@|<mj-|\bNone\b")
_TEX = re.compile(r"\\(?:[dt]?frac|(?:text|math)(?:bf|it|rm|tt|cal|bb))(?![A-Za-z])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_SPOKEN = "name()='alt' or name()='title' or name()='aria-label'"


def check_leftovers(page: Page) -> Iterator[Finding]:
    """Check every part of the mail for what a template left behind."""
    seen = set(_BARE.findall(page.message.html))
    if _WORD.search(page.message.html):
        seen.update(_WORD.findall(_ours(page)))
    for marker in sorted(seen):
        yield Finding(rule=Rule.LEFTOVER, detail=f"the HTML holds {marker}")
    allowed = frozenset(_QUOTED.findall(page.outside))
    for place, text in _quoting(page):
        for marker in sorted(set(_QUOTED.findall(text)) - allowed):
            yield Finding(rule=Rule.LEFTOVER, detail=f"{place} holds {marker}")


def _ours(page: Page) -> str:
    shown = [r.text for r in page.runs if not r.look.is_hidden and not r.look.is_isolated]
    return "\n".join([*shown, *page.root.xpath(f"//@*[not({_SPOKEN})]")])


def _quoting(page: Page) -> Iterator[tuple[str, str]]:
    yield "a label", "\n".join(page.root.xpath(f"//@*[{_SPOKEN}]"))
    yield "the title", "\n".join(page.root.xpath("//title/text()"))
    yield "the preheader", page.preheader or ""
    yield "the subject", page.message.subject
    yield "the text part", page.message.text


def check_characters(page: Page) -> Iterator[Finding]:
    """Check for control characters, halves of a surrogate, and signs of a wrong decoding."""
    parsed = "".join(page.root.itertext()) + "".join(page.root.xpath("//@*"))
    for place, text in (
        ("the HTML", page.message.html + parsed),
        ("the text part", page.message.text),
        ("the subject", page.message.subject),
    ):
        codes = sorted({f"U+{ord(found):04X}" for found in _CONTROLS.findall(text)})
        if codes:
            yield Finding(rule=Rule.CHARACTERS, detail=f"{place} holds {', '.join(codes[:5])}")


def check_tex(page: Page) -> Iterator[Finding]:
    """Tell of TeX that was not resolved: what a paper says, but not how it should be shown."""
    commands = sorted({command for run in page.runs for command in _TEX.findall(run.text)})
    if commands:
        yield Finding(rule=Rule.UNRESOLVED_TEX, detail=f"the HTML shows {', '.join(commands[:3])}")
