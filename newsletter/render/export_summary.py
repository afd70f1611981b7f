"""A summary for the export and the feeds."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from newsletter.model import Summary, SummaryOrigin
from newsletter.render.clean import escaped, one_line
from newsletter.render.readme_text import markdown_text

_BLANK_LINES = re.compile(r"\n\s*\n+")
_HEADING = 5


def origin_words(summary: Summary) -> str:
    """Say who wrote a summary, in the English of exports."""
    if summary.origin is SummaryOrigin.EXTRACTIVE:
        return "sentences chosen from the abstract"
    return f"AI summary by {one_line(summary.author)}"


def to_facts(summary: Summary) -> Mapping[str, Any]:
    """Return a summary as JSON has it."""
    text, table = summary.text, summary.text.table
    return {
        "language": summary.key.language,
        "origin": summary.origin.value,
        "model": summary.author or None,
        "tldr": text.tldr,
        "contributions": list(text.contributions),
        "method": list(text.method),
        "results": list(text.results),
        "limitations": list(text.limitations),
        "table": {"columns": table.columns, "rows": table.rows} if table else None,
        "markdown": text.markdown,
    }


def to_details(summary: Summary) -> str:
    """Write a summary as a part of a README that opens on demand."""
    # 20 ms to import, and pages and feeds without a whole summary go without.
    from newsletter.render.markdown import markdown_html  # noqa: PLC0415

    html = _without_gaps(markdown_html(summary.text.markdown, first_heading=_HEADING))
    head = f"<details><summary>Summary ({escaped(origin_words(summary))})</summary>"
    return f"{markdown_text(summary.text.tldr)}\n\n{head}\n{html}\n</details>"


def to_html(summary: Summary) -> Iterator[str]:
    """Yield the short form of a summary as HTML for feeds."""
    yield f"<p><strong>{escaped(one_line(summary.text.tldr))}</strong></p>"
    points = "".join(f"<li>{escaped(one_line(point))}</li>" for point in summary.text.points)
    if points:
        yield f"<ul>{points}</ul>"
    yield f"<p><em>{escaped(origin_words(summary))}</em></p>"


def _without_gaps(html: str) -> str:
    """Write HTML so that it stays one block in Markdown, and no page builder reads its braces."""
    return _BLANK_LINES.sub("\n", html).strip().replace("{", "&#123;").replace("}", "&#125;")
