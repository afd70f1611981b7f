"""Summaries without a model: the authors' own sentences that carry the claim and the result.

Method: every sentence of the abstract is scored four times, for claim, method, result and
limitation, by cue phrases of scientific abstracts, its place, and its numbers. The TL;DR is the
best claim and the best result, in the paper's order; of the other sentences each stands under the
kind it scores highest for. Nothing is rewritten, so nothing can be made up.

Source of the idea: cue phrases and position, H. P. Edmundson, New Methods in Automatic Extracting,
J. ACM 16 (1969), https://doi.org/10.1145/321510.321519
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from newsletter.model import SummaryOrigin, SummaryText, Usage
from newsletter.model.summary import MAX_POINTS, MAX_TLDR_CHARS
from newsletter.ports import SourceText
from newsletter.render.clean import one_line
from newsletter.render.readme_text import cut_at_word
from newsletter.render.sentences import sentences
from newsletter.summaries.checks.obedience import has_hidden_orders
from newsletter.summaries.sections import join_sections

METHOD_VERSION: Final = "cues-1"
MODEL: Final = "extractive"
MIN_CHARS: Final = 20
_PARAGRAPH = re.compile(r"\n\s*\n")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|×|x\b|times\b|points?\b)|\d+\.\d+")


class Kind(StrEnum):
    """What a sentence is good for."""

    CLAIM = "claim"
    METHOD = "method"
    RESULT = "result"
    LIMITATION = "limitation"


_WE = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
_LINK = re.compile(r"https?://|\bgithub\.com\b")
_CUES_FILE = Path(__file__).with_name("extractive_cues.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A phrase that speaks for a kind of sentence.

    Attributes:
        needles: of these the sentence has one wherever ``phrase`` matches; most have none.
    """

    weight: float
    phrase: re.Pattern[str]
    needles: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        """Tell whether a text in lower case has it."""
        return any(map(text.__contains__, self.needles)) and bool(self.phrase.search(text))


@cache
def load_cues() -> Mapping[Kind, Sequence[Cue]]:
    """Read the cue phrases, by the kind they speak for."""
    data = tomllib.loads(_CUES_FILE.read_text(encoding="utf-8"))
    return {
        kind: [
            Cue(weight=weight, phrase=re.compile(phrase), needles=tuple(needles.split("|")))
            for weight, phrase, needles in data[kind.value]
        ]
        for kind in Kind
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence and how well it serves each kind; ``place`` counts from 0."""

    text: str
    place: int
    scores: dict[Kind, float]

    @property
    def best_kind(self) -> Kind | None:
        """Return what it serves best; None when it serves nothing."""
        kind = max(self.scores, key=lambda each: self.scores[each])
        return kind if self.scores[kind] >= 1.0 else None


class ExtractiveSummarizer:
    """``ports.Summarizer`` without a model and without a network."""

    origin: Final = SummaryOrigin.EXTRACTIVE
    model: Final = MODEL

    def __init__(self, headings: Callable[[str], Sequence[str]]) -> None:
        self._headings = headings

    def prompt_hash(self, language: str) -> str:  # noqa: ARG002 - the port's
        """Return the version of the method."""
        return METHOD_VERSION

    def estimate(self, source: SourceText, language: str) -> Usage:  # noqa: ARG002 - the port's
        """Return that it costs nothing."""
        return Usage()

    def write(
        self,
        source: SourceText,
        language: str,
        *,
        complaint: str = "",  # noqa: ARG002 - the port's
        timeout_s: float,  # noqa: ARG002 - the port's
    ) -> tuple[SummaryText, Usage]:
        """Choose the sentences of a paper's abstract; only headings are in ``language``."""
        return extract(source.paper.abstract, headings=self._headings(language)), Usage()

    def close(self) -> None:
        """Do nothing: there is no connection."""


def extract(abstract: str, *, headings: Sequence[str]) -> SummaryText:
    """Choose the sentences of an abstract that carry the claim and the result."""
    usable = [
        one
        for one in score_sentences(abstract)
        if len(one.text) >= MIN_CHARS and not has_hidden_orders(one.text)
    ]
    if not usable:
        return SummaryText(tldr=_beginning(abstract))
    claim = _claim(usable)
    rest = [one for one in _without_background(usable, claim) if one is not claim]
    chosen = _with_result(claim, rest)
    rest = [one for one in rest if one not in chosen]
    by_kind = {kind: _of_kind(rest, kind) for kind in Kind}
    text = SummaryText(
        tldr=cut_at_word(" ".join(one.text for one in chosen), MAX_TLDR_CHARS),
        contributions=by_kind[Kind.CLAIM],
        method=by_kind[Kind.METHOD],
        results=by_kind[Kind.RESULT],
        limitations=by_kind[Kind.LIMITATION],
    )
    return join_sections(text, headings=headings)


def _beginning(abstract: str) -> str:
    """Return how an abstract begins that has no sentence to choose, unless it is a trap."""
    return "" if has_hidden_orders(abstract) else cut_at_word(one_line(abstract), MAX_TLDR_CHARS)


def score_sentences(abstract: str) -> tuple[Sentence, ...]:
    """Score each sentence for each kind."""
    paragraphs = filter(None, map(one_line, _PARAGRAPH.split(abstract)))
    texts = [each for paragraph in paragraphs for each in sentences(paragraph)]
    return tuple(
        Sentence(text=text, place=place, scores=_scores(text, place, len(texts)))
        for place, text in enumerate(texts)
    )


def _scores(text: str, place: int, count: int) -> dict[Kind, float]:
    lower = text.lower()
    scores = {
        kind: sum(cue.weight for cue in cues if cue.is_in(lower))
        for kind, cues in load_cues().items()
    }
    if scores[Kind.RESULT]:
        scores[Kind.RESULT] += min(len(_NUMBER.findall(text)), 2) + 1.5 * place / max(count, 1)
    if scores[Kind.CLAIM]:
        scores[Kind.CLAIM] += 1.0 - place / max(count, 1)
    return scores


def _claim(usable: Sequence[Sentence]) -> Sentence:
    return max(usable, key=lambda one: (one.scores[Kind.CLAIM], -one.place))


def _without_background(scored: Sequence[Sentence], claim: Sentence) -> list[Sentence]:
    """Leave out what stands before the claim and is not about the authors' own work; and links."""
    return [
        one
        for one in scored
        if (one.place > claim.place or _WE.search(one.text)) and not _LINK.search(one.text)
    ]


def _with_result(claim: Sentence, rest: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Return the claim and the best result that fits beside it, in the paper's order."""
    room = MAX_TLDR_CHARS - len(claim.text) - 1
    results = [one for one in rest if one.scores[Kind.RESULT] >= 1.0 and len(one.text) <= room]
    if not results:
        return (claim,)
    result = max(results, key=lambda one: (one.scores[Kind.RESULT], one.place))
    return (claim, result) if claim.place < result.place else (result, claim)


def _of_kind(rest: Sequence[Sentence], kind: Kind) -> tuple[str, ...]:
    found = [one for one in rest if one.best_kind is kind]
    best = sorted(found, key=lambda one: -one.scores[kind])[:MAX_POINTS]
    return tuple(one.text for one in sorted(best, key=lambda one: one.place))
