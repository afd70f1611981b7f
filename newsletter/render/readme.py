"""The issue as a README: statistics, entries, configuration."""

from collections.abc import Iterator

from newsletter.model import Batch, Entry, Paper, Reason, ReasonKind
from newsletter.render.clean import web_link
from newsletter.render.export_issue import HouseIssue
from newsletter.render.export_summary import to_details
from newsletter.render.readme_text import cut_at_word, markdown_text
from subscribers.categories import CATEGORIES
from subscribers.interests import Interests, Keyword

MAX_ABSTRACT_CHARS = 300
MAX_AUTHORS = 30

_BREAK = "  "
_WORDS = {
    ReasonKind.TITLE_KEYWORD: "{} (in the title)",
    ReasonKind.KEYWORD: "{}",
    ReasonKind.MUTED: "muted: {}",
    ReasonKind.AUTHOR: "by {}",
    ReasonKind.CATEGORY: "in {}",
}
_HOW_TO_USE = """\
## How to use

This page is written by a program. To make one like it:

1. Install the newsletter and run `newsletter init`; it asks for categories and keywords and writes `newsletter.toml`.
2. Run `newsletter fetch`, then `newsletter export --format markdown > README.md`.
3. Let a timer repeat both after each announcement, Monday to Friday from 06:00 UTC on.

To change what is shown, edit `[interests]` in `newsletter.toml`: `categories`, `keywords` (each with a weight from −1 to 1; a negative one mutes), `exclude`, `authors` (their papers come first), `announce_types`, `min_score` and `max_papers`. `newsletter explain PAPER` says why a paper stands where it stands.

Thank you to arXiv for use of its open access interoperability.
"""  # noqa: E501 - one line a paragraph, as Markdown has it


def to_markdown(house: HouseIssue) -> str:
    """Write the issue as Markdown (GitHub's); scores have one decimal."""
    sections = [
        f"# {markdown_text(house.title)}",
        _statistics(house),
        _completeness(house.issue.batches),
        "## Papers",
        *([_entry(entry) for entry in house.entries] or ["No paper matched."]),
        "---",
        _configuration(house.interests),
        _HOW_TO_USE,
    ]
    return "\n\n".join(filter(None, sections))


def _statistics(house: HouseIssue) -> str:
    issue = house.issue
    days = (
        f"{issue.first_on}"
        if issue.first_on == issue.last_on
        else (f"{issue.first_on} to {issue.last_on}")
    )
    facts = {
        "Last Updated": f"{house.generated_at:%Y-%m-%d %H:%M:%S} UTC",
        "Announced On": days,
        "Total Papers Found": f"{len(house.entries)}",
        "Papers Considered": f"{issue.announced} announced, {house.matched} matched",
        "Categories Monitored": ", ".join(house.interests.categories),
    }
    return "\n".join(["## Statistics", "", *(f"- **{key}**: {facts[key]}" for key in facts)])


def _completeness(batches: tuple[Batch, ...]) -> str:
    if not batches:
        return ""
    lines = [
        "### Completeness",
        "",
        "| Category | Day | State | Expected | Read | Source | Note |",
        "|---|---|---|---:|---:|---|---|",
        *(f"| {' | '.join(_cells(batch))} |" for batch in batches),
    ]
    return "\n".join(lines)


def _cells(batch: Batch) -> tuple[str, ...]:
    aside = ", ".join(each.entry for each in batch.set_aside)
    note = "; ".join(filter(None, [batch.detail, aside and f"set aside: {aside}"]))
    return (
        batch.category,
        f"{batch.announced_on}",
        batch.state.value,
        "–" if batch.expected is None else f"{batch.expected}",
        f"{batch.fetched}",
        batch.source.value if batch.source else "–",
        markdown_text(note),
    )


def _entry(entry: Entry) -> str:
    facts = _BREAK + "\n"
    paper = entry.paper
    return "\n\n".join(
        [
            f"### {entry.rank}. [{markdown_text(paper.title)}]({paper.url})",
            facts.join(f"**{key}**: {value}" for key, value in _facts(entry)),
            "#### Abstract",
            markdown_text(cut_at_word(paper.abstract, MAX_ABSTRACT_CHARS)),
            *(["#### Summary", to_details(entry.summary)] if entry.summary else []),
        ]
    )


def _facts(entry: Entry) -> Iterator[tuple[str, str]]:
    paper = entry.paper
    yield "Authors", _authors(paper)
    yield "Category", _categories(paper)
    yield "Published", f"{paper.announced_on}" + (" (late)" if paper.late else "")
    yield "Score", f"{entry.score.value:.1f}"
    yield "Type", paper.announce_type.value + (" (withdrawn)" if paper.withdrawn else "")
    yield "arXiv ID", paper.versioned_id
    if entry.score.reasons:
        yield "Matched", ", ".join(_reasons(entry.score.reasons))
    if paper.acceptance:
        yield "Accepted", markdown_text(paper.acceptance)
    if code_url := web_link(paper.code_url):
        yield "Code", f"<{code_url}>"


def _authors(paper: Paper) -> str:
    named = ", ".join(markdown_text(name) for name in paper.authors[:MAX_AUTHORS])
    more = len(paper.authors) - MAX_AUTHORS
    return f"{named} and {more} more" if more > 0 else named or "not stated"


def _categories(paper: Paper) -> str:
    primary, *others = [markdown_text(name) for name in paper.categories] or ["not stated"]
    return f"{primary} (also {', '.join(others)})" if others else primary


def _reasons(reasons: tuple[Reason, ...]) -> Iterator[str]:
    """Yield each reason once; a keyword in title and abstract is told as in the title."""
    in_title = {each.term for each in reasons if each.kind is ReasonKind.TITLE_KEYWORD}
    told = (
        _WORDS[each.kind].format(markdown_text(each.term))
        for each in reasons
        if each.kind is not ReasonKind.KEYWORD or each.term not in in_title
    )
    yield from dict.fromkeys(told)


def _configuration(interests: Interests) -> str:
    facts = {
        "Categories": ", ".join(f"{name} ({CATEGORIES[name]})" for name in interests.categories),
        "Keywords": ", ".join(map(_keyword, interests.keywords)),
        "Excluded words": ", ".join(map(markdown_text, interests.exclude)),
        "Authors who come first": ", ".join(map(markdown_text, interests.authors)),
        "Announce types": ", ".join(kind.value for kind in interests.announce_types),
        "Lowest score": f"{interests.min_score:g}",
        "At most": f"{interests.max_papers} papers",
    }
    lines = (f"- **{key}**: {value or 'none'}" for key, value in facts.items())
    return "\n".join(["## Configuration", "", *lines])


def _keyword(keyword: Keyword) -> str:
    phrase = markdown_text(keyword.phrase)
    return phrase if keyword.weight == 1.0 else f"{phrase} ({keyword.weight:g})"
