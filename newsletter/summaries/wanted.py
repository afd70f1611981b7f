"""Which summaries a run is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.model import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One paper in one language, and how many readers will read it."""

    paper: Paper
    language: str
    readers: int = 1


def most_read_first(
    readers_of: Mapping[tuple[str, str], int], papers: Mapping[str, Paper]
) -> tuple[Wanted, ...]:
    """Return what is wanted, most read first; papers that are not at hand are left out.

    Args:
        readers_of: how many readers each (paper id, language) has.
        papers: by id.
    """
    found = (
        Wanted(paper=papers[paper_id], language=language, readers=readers)
        for (paper_id, language), readers in readers_of.items()
        if paper_id in papers
    )
    return tuple(sorted(found, key=lambda one: (-one.readers, one.paper.id, one.language)))
