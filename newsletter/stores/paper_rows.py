"""Write papers as rows, and read them back."""

import json
from datetime import date
from typing import Any

from newsletter.model import AnnounceType, Paper
from newsletter.stores.codec import (
    Row,
    from_instant_or_none,
    to_instant,
    to_json,
    to_text,
    to_text_or_none,
)


def paper_to_row(paper: Paper) -> dict[str, Any]:
    """Write a paper as columns; TeX that is the text itself is left out."""
    return {
        "id": paper.id,
        "version": paper.version,
        "title": to_text(paper.title),
        "abstract": to_text(paper.abstract),
        "title_tex": None if paper.title_tex == paper.title else to_text(paper.title_tex),
        "abstract_tex": None
        if paper.abstract_tex == paper.abstract
        else to_text(paper.abstract_tex),
        "authors": to_json(paper.authors),
        "categories": to_json(paper.categories),
        "announce_type": paper.announce_type.value,
        "announced_in": to_json(paper.announced_in),
        "announced_on": paper.announced_on.isoformat(),
        "issue_on": paper.issue_on.isoformat(),
        "submitted_at": to_instant(paper.submitted_at) if paper.submitted_at else None,
        "comment": to_text_or_none(paper.comment),
        "journal_ref": to_text_or_none(paper.journal_ref),
        "doi": to_text_or_none(paper.doi),
        "acceptance": to_text_or_none(paper.acceptance),
        "code_url": to_text_or_none(paper.code_url),
    }


def paper_from_row(row: Row) -> Paper:
    """Read what ``paper_to_row`` wrote."""
    title_tex, abstract_tex = row["title_tex"], row["abstract_tex"]
    return Paper(
        id=row["id"],
        version=row["version"],
        title=row["title"],
        abstract=row["abstract"],
        title_tex=row["title"] if title_tex is None else title_tex,
        abstract_tex=row["abstract"] if abstract_tex is None else abstract_tex,
        authors=tuple(json.loads(row["authors"])),
        categories=tuple(json.loads(row["categories"])),
        announce_type=AnnounceType(row["announce_type"]),
        announced_in=tuple(
            (category, AnnounceType(kind)) for category, kind in json.loads(row["announced_in"])
        ),
        announced_on=date.fromisoformat(row["announced_on"]),
        issue_on=date.fromisoformat(row["issue_on"]),
        submitted_at=from_instant_or_none(row["submitted_at"]),
        comment=row["comment"],
        journal_ref=row["journal_ref"],
        doi=row["doi"],
        acceptance=row["acceptance"],
        code_url=row["code_url"],
    )
