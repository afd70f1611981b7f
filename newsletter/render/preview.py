"""The page that shows what a dry run made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.render.environment import make_environment, template_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One mail of a dry run.

    Attributes:
        stem: of the file names, beside ``.html``, ``.txt`` and ``.eml``.
        papers: how many papers are in the mail.
        top_score: of the best paper.
        findings: which rules the mail breaks; none when it is good.
        is_broken: whether one of them is our fault, not just an oddity of a paper's own text.
    """

    reader: str
    issue_id: str
    stem: str
    papers: int
    top_score: float
    html_bytes: int
    findings: tuple[str, ...]
    is_broken: bool


def preview_page(rows: Sequence[PreviewRow], *, skipped: Sequence[str], made_at: datetime) -> str:
    """Return the page: a table of mails, and beside it the mail that is chosen."""
    template = make_environment(template_dir()).get_template("preview/index.html.j2")
    return template.render(
        rows=rows,
        skipped=skipped,
        readers=len({row.reader for row in rows}) + len(skipped),
        issue_ids=sorted({row.issue_id for row in rows}),
        made_at=f"{made_at:%Y-%m-%d %H:%M} UTC",
    )
