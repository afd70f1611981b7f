"""How often a visitor's keywords were met of late, and what to think of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from newsletter.render.clean import one_line
from newsletter.render.columns import cut

if TYPE_CHECKING:
    from newsletter.ranking.library import KeywordCounts

TOO_BROAD_SHARE: Final = 0.2
ENOUGH_PAPERS: Final = 50
"""Of fewer papers than these, nothing can be said."""
MAX_COLUMNS: Final = 60


class KeywordVerdict(StrEnum):
    """What to think of a keyword."""

    FINE = "fine"
    DEAD = "dead"
    TOO_BROAD = "too_broad"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordLine:
    """One keyword in words; ``share`` is in percent of all papers."""

    phrase: str
    papers: int
    share: int
    is_mute: bool
    verdict: KeywordVerdict


def keyword_lines(counts: "KeywordCounts") -> tuple[KeywordLine, ...]:
    """Judge each keyword, in the visitor's order."""
    return tuple(
        KeywordLine(
            phrase=cut(one_line(keyword.phrase), MAX_COLUMNS),
            papers=found,
            share=round(100 * found / max(1, counts.papers)),
            is_mute=keyword.weight < 0,
            verdict=judge(found, of=counts.papers, is_mute=keyword.weight < 0),
        )
        for keyword, found in counts.found
    )


def judge(found: int, *, of: int, is_mute: bool) -> KeywordVerdict:
    """Judge a keyword by how many papers have it; a mute may be as broad as one likes."""
    if of < ENOUGH_PAPERS:
        return KeywordVerdict.FINE
    if found == 0:
        return KeywordVerdict.DEAD
    if found > TOO_BROAD_SHARE * of and not is_mute:
        return KeywordVerdict.TOO_BROAD
    return KeywordVerdict.FINE
