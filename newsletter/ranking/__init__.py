"""Which papers for whom.

``prepare`` reads a day's papers once for all readers; the ``DayRanker`` it returns then answers
for one reader after another.
"""

from newsletter.ranking.prepare import prepare
from newsletter.ranking.result import (
    DayRanker,
    Explanation,
    Obstacle,
    Ranking,
    RankingMethod,
)

__all__ = ["DayRanker", "Explanation", "Obstacle", "Ranking", "RankingMethod", "prepare"]
