"""What ranking answers: values only."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from newsletter.model import Paper, Score
from subscribers.interests import Interests


class RankingMethod(StrEnum):
    """How papers are scored. BM25 is the default; SUBSTRING is the rule of the first bot."""

    BM25 = "bm25"
    SUBSTRING = "substring"


class Obstacle(StrEnum):
    """Why a paper is not among a reader's picks."""

    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    CATEGORY = "category"
    ANNOUNCE_TYPE = "announce_type"
    EXCLUDED = "excluded"
    SHOWN = "shown"
    NO_MATCH = "no_match"
    MIN_SCORE = "min_score"
    MAX_PAPERS = "max_papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """One reader's choice of a day.

    Attributes:
        top: best first: pinned papers, then by score.
        matched: how many papers had anything the reader asked for and were not left out by a
            filter, an exclude or because they were shown before; ``min_score`` and the limit
            do not lower it.
    """

    top: tuple[tuple[Paper, Score], ...]
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one paper stands where it stands for one reader.

    Attributes:
        score: as if nothing left the paper out; None when it is not a paper of this day.
        rank: place among all matched papers from 1; None when an obstacle left it out before.
        obstacle: what keeps it from the reader's picks; None when it is one of them.
        term: the excluding word, where that is the obstacle.
    """

    paper_id: str
    score: Score | None = None
    rank: int | None = None
    obstacle: Obstacle | None = None
    term: str | None = None


class DayRanker(Protocol):
    """Rank the papers of one issue for any of the readers it was prepared for."""

    def rank(
        self,
        interests: Interests,
        *,
        shown: Collection[str] = frozenset(),
        limit: int | None = None,
    ) -> Ranking:
        """Choose papers for a reader.

        Args:
            interests: among the ``wishes`` the ranker was prepared with, or of words that
                were.
            shown: ids of papers this reader has had before; they are left out.
            limit: at most so many; None for ``interests.max_papers``, 0 for all.

        Raises:
            ValueError: a keyword or exclude was in no wish, so nobody looked for it.
        """

    def explain(
        self, interests: Interests, paper_id: str, *, shown: Collection[str] = frozenset()
    ) -> Explanation:
        """Say why ``paper_id`` is, or is not, chosen for a reader; raises as ``rank`` does."""
