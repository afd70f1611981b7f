"""The text part: its width, its size, every paper in it."""

from collections.abc import Iterator

from newsletter.render.columns import columns
from newsletter.render.lint.finding import Finding, Rule, quote
from newsletter.render.lint.page import Page

MAX_COLUMNS = 78
SHARE_OF_HTML = (0.05, 0.40)


def check_text(page: Page) -> Iterator[Finding]:
    """Check width, size and completeness of the text part."""
    for number, line in enumerate(page.message.text.splitlines(), start=1):
        width = columns(line)
        if width > MAX_COLUMNS and not _is_url(line.strip()):
            yield Finding(
                rule=Rule.TEXT_WIDTH, detail=f"line {number} has {width} columns: {quote(line)}"
            )
    text_bytes = len(page.message.text.encode("utf-8", "replace"))
    share = text_bytes / max(1, len(page.message.html.encode("utf-8", "replace")))
    low, high = SHARE_OF_HTML
    if not low <= share <= high:
        yield Finding(
            rule=Rule.TEXT_SIZE,
            detail=f"{share:.0%} of the HTML's bytes; {low:.0%} to {high:.0%}",
        )
    yield from _check_papers(page)


def _is_url(line: str) -> bool:
    bare = line.removeprefix("<").removesuffix(">")
    return bare.startswith(("https://", "mailto:")) and not any(c.isspace() for c in bare)


def _check_papers(page: Page) -> Iterator[Finding]:
    words = set(page.message.text.split())
    for card in page.cards:
        if (
            card.paper_id
            and not {
                f"https://arxiv.org/abs/{card.paper_id}",
                f"<https://arxiv.org/abs/{card.paper_id}>",
            }
            & words
        ):
            yield Finding(rule=Rule.TEXT_PAPERS, detail=f"{card.paper_id} is not in the text part")
