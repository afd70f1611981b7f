"""How well a paper fits a reader, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Signal(StrEnum):
    """What a score is made of."""

    TEXT = "text"
    CATEGORY = "category"
    AUTHOR = "author"
    FEEDBACK = "feedback"


class ReasonKind(StrEnum):
    """Why a paper stands where it stands."""

    TITLE_KEYWORD = "title_keyword"
    KEYWORD = "keyword"
    MUTED = "muted"
    AUTHOR = "author"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One true reason, made from a part of the score.

    Attributes:
        term: the keyword, author or category as the reader wrote it.
        value: what it added to the score; negative for a mute.
    """

    kind: ReasonKind
    term: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well a paper fits a reader.

    Attributes:
        value: the sum of ``parts``.
        parts: signal → share; only signals that contributed.
        reasons: strongest first; their values sum to ``value``.
        pinned: a followed author's paper: ranks above all that are not.
    """

    value: float
    parts: Mapping[Signal, float] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A paper chosen for a reader, frozen when the issue is planned."""

    paper_id: str
    version: int
    score: Score
