"""The long summary for a paper's page: four sections of Markdown."""

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.model import SummaryText
from newsletter.render.readme_text import markdown_text

MAX_MARKDOWN_CHARS = 20_000
_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$", re.MULTILINE)


def join_sections(
    text: SummaryText, *, headings: Sequence[str], sections: Sequence[str] | None = None
) -> SummaryText:
    """Return the text with its Markdown: ``sections`` as written, else lists of its points.

    Sections that are empty are left out. Headings inside a section become bold lines, so that
    there are four and no more.
    """
    parts = sections if sections is not None else _listed(text)
    written = [
        f"## {heading}\n\n{_HEADING.sub(_bold, part).strip()}"
        for heading, part in zip(headings, parts, strict=True)
        if part.strip()
    ]
    return replace(text, markdown="\n\n".join(written)[:MAX_MARKDOWN_CHARS])


def _bold(heading: re.Match[str]) -> str:
    inside = heading[1].replace("**", "").strip()
    return f"**{inside}**\n" if inside else ""


def _listed(text: SummaryText) -> tuple[str, str, str, str]:
    claims = (text.tldr, *text.contributions) if text.tldr else text.contributions
    return (
        _list(claims),
        _list(text.method),
        _list(text.results),
        _list(text.limitations),
    )


def _list(points: Sequence[str]) -> str:
    return "\n".join(f"- {markdown_text(point)}" for point in points)
