"""What the feeds do not say: clean names, comments, the primary category. Best effort."""

from collections.abc import Sequence
from dataclasses import replace

from newsletter.errors import SourceError
from newsletter.model import AnnounceType, Paper
from newsletter.ports import PaperLookup
from newsletter.sources.announcements import primary_of
from newsletter.sources.entry import with_comment

CHUNK_IDS = 100
_WORTH_IT = frozenset({AnnounceType.NEW, AnnounceType.CROSS})


def enrich(papers: Sequence[Paper], lookup: PaperLookup) -> tuple[Paper, ...]:
    """Return the papers, new and crossed ones completed where the lookup knows more.

    Never fails: the first refusal ends it, and the rest stays as it is.
    """
    found: dict[str, Paper] = {}
    ids = [paper.id for paper in papers if _is_incomplete(paper)]
    for start in range(0, len(ids), CHUNK_IDS):
        try:
            found.update(lookup.look_up(ids[start : start + CHUNK_IDS]))
        except SourceError:
            break
    return tuple(_complete(paper, found.get(paper.id)) for paper in papers)


def _is_incomplete(paper: Paper) -> bool:
    return paper.announce_type in _WORTH_IT and paper.submitted_at is None


def _complete(paper: Paper, found: Paper | None) -> Paper:
    """Keep what was announced (title, abstract, version, days); take the rest."""
    if found is None:
        return paper
    primary = primary_of(paper)
    known = (primary,) if primary else ()
    completed = replace(
        paper,
        authors=found.authors or paper.authors,
        categories=tuple(dict.fromkeys((*known, *found.categories, *paper.categories))),
        submitted_at=found.submitted_at,
        journal_ref=found.journal_ref or paper.journal_ref,
        doi=found.doi or paper.doi,
    )
    return with_comment(completed, found.comment or paper.comment)
