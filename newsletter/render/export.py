"""The house's choice of an issue for other programs and pages: Markdown, JSON, Atom, RSS."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from newsletter.model import Batch, Entry
from newsletter.render.export_issue import HouseIssue
from newsletter.render.export_summary import to_facts
from newsletter.render.feed import to_atom, to_rss
from newsletter.render.readme import to_markdown


class ExportFormat(StrEnum):
    """What an issue can be exported as."""

    MARKDOWN = "markdown"
    JSON = "json"
    ATOM = "atom"
    RSS = "rss"


def export(form: ExportFormat, house: HouseIssue) -> str:
    """Write the issue in this format; the same issue always gives the same text.

    Any Unicode of the papers comes out as valid UTF-8 once encoded.
    """
    match form:
        case ExportFormat.MARKDOWN:
            return to_markdown(house)
        case ExportFormat.JSON:
            return to_json(house)
        case ExportFormat.ATOM:
            return to_atom(house)
        case ExportFormat.RSS:
            return to_rss(house)


def to_json(house: HouseIssue) -> str:
    """Write one JSON object: the issue, its completeness, and ``papers`` by rank.

    Scores keep their full precision; the text ends with a line feed.
    """
    document = {
        "issue": house.issue.id,
        "announced_on": house.issue.last_on.isoformat(),
        "announced": house.issue.announced,
        "matched": house.matched,
        "batches": [batch_facts(batch) for batch in house.issue.batches],
        "papers": [_paper(entry) for entry in house.entries],
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def batch_facts(batch: Batch) -> Mapping[str, Any]:
    """Return one row of the completeness ledger as JSON has it."""
    return {
        "category": batch.category,
        "announced_on": batch.announced_on.isoformat(),
        "state": batch.state.value,
        "expected": batch.expected,
        "fetched": batch.fetched,
        "unseen": batch.unseen,
        "source": batch.source.value if batch.source else None,
        "detail": batch.detail,
        "set_aside": [{"entry": each.entry, "why": each.why} for each in batch.set_aside],
    }


def _paper(entry: Entry) -> Mapping[str, Any]:
    paper, score = entry.paper, entry.score
    summary = {} if entry.summary is None else {"summary": to_facts(entry.summary)}
    return {
        "rank": entry.rank,
        "id": paper.id,
        "version": paper.version,
        "title": paper.title,
        "authors": list(paper.authors),
        "category": paper.categories[0] if paper.categories else None,
        "announced_on": paper.announced_on.isoformat(),
        "announce_type": paper.announce_type.value,
        "score": score.value,
        "reasons": [
            {"kind": reason.kind.value, "term": reason.term, "value": reason.value}
            for reason in score.reasons
        ],
        **summary,
    }
