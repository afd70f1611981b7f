"""Announcements of several categories, made into one set of papers."""

from collections.abc import Iterable
from dataclasses import replace

from newsletter.model import Announcement, AnnounceType, Paper

IN_PRIMARY = frozenset({AnnounceType.NEW, AnnounceType.REPLACE})
"""Types that a paper only has in its primary category."""


def merge(announcements: Iterable[Announcement]) -> tuple[Paper, ...]:
    """Return each paper once, in the order of first meeting, as ``merge_papers`` does."""
    return merge_papers(paper for announcement in announcements for paper in announcement.papers)


def merge_papers(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    """Return one paper for each id: the strongest type, and all (category, type) pairs.

    The feed of each category calls the same paper something else: dropping duplicates before
    looking at types would lose a third of all new papers.
    """
    merged: dict[str, Paper] = {}
    for paper in papers:
        known = merged.get(paper.id)
        merged[paper.id] = combine(known, paper) if known else paper
    return tuple(merged.values())


def combine(first: Paper, second: Paper) -> Paper:
    """Join what two announcements say about one paper.

    The stronger one stands (the first if they are equal); the other fills in what it lacks.
    """
    if second.announce_type.strength > first.announce_type.strength:
        first, second = second, first
    pairs = _join_pairs(first, second)
    return replace(
        first,
        version=max(first.version, second.version),
        authors=first.authors or second.authors,
        categories=_join_categories(first, second, pairs),
        announced_in=pairs,
        submitted_at=first.submitted_at or second.submitted_at,
        comment=first.comment or second.comment,
        journal_ref=first.journal_ref or second.journal_ref,
        doi=first.doi or second.doi,
        acceptance=first.acceptance or second.acceptance,
        code_url=first.code_url or second.code_url,
    )


def primary_of(paper: Paper) -> str | None:
    """Return the primary category where the types give it away: new in it, or replaced in it."""
    return next((name for name, kind in paper.announced_in if kind in IN_PRIMARY), None)


def _join_pairs(first: Paper, second: Paper) -> tuple[tuple[str, AnnounceType], ...]:
    """Keep one pair for each category, the stronger one; the primary's first."""
    pairs: dict[str, AnnounceType] = {}
    for category, kind in (*first.announced_in, *second.announced_in):
        known = pairs.get(category)
        pairs[category] = kind if known is None or kind.strength > known.strength else known
    return tuple(sorted(pairs.items(), key=lambda pair: pair[1] not in IN_PRIMARY))


def _join_categories(
    first: Paper, second: Paper, pairs: tuple[tuple[str, AnnounceType], ...]
) -> tuple[str, ...]:
    primary = [name for name, kind in pairs if kind in IN_PRIMARY][:1]
    return tuple(dict.fromkeys((*primary, *first.categories, *second.categories)))
