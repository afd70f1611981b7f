"""What is frozen of a ranking when an issue is planned."""

from newsletter.model import Pick
from newsletter.ranking import Ranking


def pick(ranking: Ranking) -> tuple[Pick, ...]:
    """Return the top papers of one reader as picks, best first."""
    return tuple(
        Pick(paper_id=paper.id, version=paper.version, score=score) for paper, score in ranking.top
    )
