"""An issue to export, with whatever entries a test wants."""

from datetime import UTC, datetime
from typing import Any

from newsletter.model import (
    Batch,
    BatchState,
    Entry,
    Paper,
    Reason,
    ReasonKind,
    Score,
    SetAside,
    Signal,
    SourceName,
)
from newsletter.render.export_issue import HouseIssue
from tests.factories import DAY, make_interests, make_issue, make_paper

NASTY_TITLES = (
    "0",
    "a < b & c > d",
    "<b>bold</b> and <script>alert(1)</script>",
    "{{ user }} {% raw %} ${HOME}",
    "*stars*, _underscores_, ~~struck~~ and `ticks`",
    "[link](https://example.org) ![image](x.png)",
    "# heading | table \\ backslash",
    "1. list - dash",
    "中文 > 3x",
    "שלום world",
    "🧊 cold",
    "&amp; is not &lt;",
    "$5 and $10 and $x$",
    "quotes \" and ' and ``",
    "]](>",
)
SCORE = Score(
    value=5.123456789012345,
    parts={Signal.TEXT: 4.623456789012345, Signal.CATEGORY: 0.5},
    reasons=(
        Reason(kind=ReasonKind.TITLE_KEYWORD, term="KV cache", value=3.0),
        Reason(kind=ReasonKind.KEYWORD, term="KV cache", value=1.7),
        Reason(kind=ReasonKind.KEYWORD, term="all*reduce", value=0.523456789012345),
        Reason(kind=ReasonKind.CATEGORY, term="cs.LG", value=0.5),
        Reason(kind=ReasonKind.MUTED, term="benchmark", value=-0.6),
    ),
)
BATCHES = (
    Batch(
        category="cs.LG",
        announced_on=DAY,
        state=BatchState.FRESH,
        expected=12,
        fetched=11,
        unseen=10,
        source=SourceName.FEED,
        set_aside=(SetAside(entry="2611.9002X", why="no id"),),
    ),
    Batch(
        category="cs.AI", announced_on=DAY, state=BatchState.FAILED, detail="time-out | no *answer*"
    ),
)


def make_house(*papers: Paper, **fields: Any) -> HouseIssue:
    """Make an issue to export; its entries are these papers in order, all of the same score."""
    entries = tuple(
        Entry(rank=rank, paper=paper, score=SCORE) for rank, paper in enumerate(papers, start=1)
    )
    values: dict[str, Any] = {
        "issue": make_issue(announced=len(papers) + 7, batches=BATCHES),
        "entries": entries,
        "matched": len(papers) + 2,
        "interests": make_interests("KV cache", "all*reduce", exclude=("survey",)),
        "generated_at": datetime(2026, 11, 20, 6, 5, 4, tzinfo=UTC),
        "title": "arXiv Digest",
        "site_url": "https://papers.example.org",
    }
    return HouseIssue(**(values | fields))


def nasty_papers() -> tuple[Paper, ...]:
    """Make one paper for each nasty title."""
    return tuple(
        make_paper(number, title=title, abstract=f"About {title}.\n\nAnd again {title}.")
        for number, title in enumerate(NASTY_TITLES, start=1)
    )
