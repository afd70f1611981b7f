"""What a reader wants: the wishes that ranking reads."""

import math
from dataclasses import dataclass
from enum import StrEnum

from subscribers.categories import CATEGORIES
from subscribers.errors import InvalidInterestsError

MAX_KEYWORDS = 200
MAX_PHRASE_CHARS = 100
MAX_PAPERS_LIMIT = 50


class AnnounceType(StrEnum):
    """How arXiv announced a paper, strongest first.

    Source: https://info.arxiv.org/help/rss_specifications.html
    """

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"

    @property
    def strength(self) -> int:
        """Order types by strength: 3 for NEW down to 0 for REPLACE_CROSS."""
        return _STRENGTH[self]


_STRENGTH = {kind: 3 - rank for rank, kind in enumerate(AnnounceType)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A phrase a reader looks for.

    Attributes:
        phrase: one or more words as the reader typed them, trimmed.
        weight: −1..1; how much a match counts. Negative mutes: it lowers the score.
    """

    phrase: str
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not self.phrase.strip():
            raise InvalidInterestsError(
                "a keyword is empty: write a word or remove it", field="keywords"
            )
        if len(self.phrase) > MAX_PHRASE_CHARS:
            raise InvalidInterestsError(
                f"the keyword {self.phrase[:20]!r}… is longer than {MAX_PHRASE_CHARS} characters",
                field="keywords",
            )
        if not math.isfinite(self.weight) or not -1.0 <= self.weight <= 1.0:
            raise InvalidInterestsError(
                f"the weight of {self.phrase!r} is {self.weight}; it must lie between −1 and 1",
                field="keywords",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """What one reader, or the house, wants to read.

    Attributes:
        categories: arXiv categories (``cs.LG``), in order of preference.
        keywords: phrases with weights, in the reader's order.
        exclude: hard excludes; a paper with one of these words is never shown.
        authors: names followed; their papers are pinned to the top.
        seed_papers: arXiv ids of papers the reader likes, without version.
        announce_types: which announcements to consider.
        min_score: papers scoring below this are not shown; 0 or more.
        max_papers: at most this many in one digest, 1..50.
    """

    categories: tuple[str, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    exclude: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    seed_papers: tuple[str, ...] = ()
    announce_types: tuple[AnnounceType, ...] = (AnnounceType.NEW, AnnounceType.CROSS)
    min_score: float = 0.0
    max_papers: int = 15

    def __post_init__(self) -> None:
        unknown = [name for name in self.categories if name not in CATEGORIES]
        if unknown:
            raise InvalidInterestsError(unknown_category_message(unknown[0]), field="categories")
        if len(self.keywords) > MAX_KEYWORDS:
            raise InvalidInterestsError(
                f"{len(self.keywords)} keywords; at most {MAX_KEYWORDS} are allowed",
                field="keywords",
            )
        if not 1 <= self.max_papers <= MAX_PAPERS_LIMIT:
            raise InvalidInterestsError(
                f"max_papers is {self.max_papers}; it must lie between 1 and {MAX_PAPERS_LIMIT}",
                field="max_papers",
            )
        if not math.isfinite(self.min_score) or self.min_score < 0:
            raise InvalidInterestsError(
                f"min_score is {self.min_score}; it must be 0 or more", field="min_score"
            )
        if not self.announce_types:
            raise InvalidInterestsError(
                "announce_types is empty: name at least one of "
                + ", ".join(kind.value for kind in AnnounceType),
                field="announce_types",
            )


def unknown_category_message(name: str) -> str:
    """Say that ``name`` is no arXiv category, with the nearest one that is."""
    wanted = name.casefold()
    near = [code for code in CATEGORIES if code.casefold() == wanted]
    near = near or [code for code in CATEGORIES if code.casefold().startswith(wanted[:4])][:3]
    hint = f"; did you mean {' or '.join(near)}?" if near else "."
    return f"{name!r} is not an arXiv category{hint} See https://arxiv.org/category_taxonomy"
