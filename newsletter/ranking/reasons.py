"""Turn numbers into scores that say why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.model import Reason, ReasonKind, Score, Signal
from newsletter.ranking.admission import NO_CATEGORY
from newsletter.ranking.arrays import STEPS, Integers, LongIntegers
from newsletter.ranking.choice import Choice
from newsletter.ranking.table import PhraseTable

_SIGNALS: Mapping[ReasonKind, Signal] = {
    ReasonKind.AUTHOR: Signal.AUTHOR,
    ReasonKind.CATEGORY: Signal.CATEGORY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonuses:
    """What speaks for a paper beside its text; values in steps.

    Attributes:
        authors: by position of a paper: the followed authors who wrote it.
        author_value: what each of them adds.
        categories: the reader's, in order.
        category_values: what each of them adds.
        home: by paper: the place of its category in ``categories``, or ``NO_CATEGORY``.
    """

    authors: Mapping[int, Sequence[str]]
    author_value: int
    categories: Sequence[str]
    category_values: Integers
    home: Integers

    def reasons(self, position: int) -> list[Reason]:
        """Return the reasons for the paper at ``position``."""
        if not self.authors and not self.categories:
            return []
        kind, value = ReasonKind.AUTHOR, self.author_value / STEPS
        reasons = [
            Reason(kind=kind, term=author, value=value) for author in self.authors.get(position, ())
        ]
        place = int(self.home[position])
        if place != NO_CATEGORY and (steps := int(self.category_values[place])):
            term = self.categories[place]
            reasons.append(Reason(kind=ReasonKind.CATEGORY, term=term, value=steps / STEPS))
        return reasons


def make_scores(
    positions: Sequence[int],
    choice: Choice,
    table: PhraseTable,
    *,
    context: Integers,
    bonuses: Bonuses,
) -> list[Score]:
    """Make the scores of the papers at ``positions``, in their order.

    Args:
        positions: of the papers.
        choice: the reader's keywords.
        table: where they were found.
        context: by paper, in steps: what the keywords' topics add; it is told as part of the
            keywords found, each getting its proportion.
        bonuses: what else speaks for papers.
    """
    if not positions:
        return []
    steps = table.findings(choice.numbers, choice.factors, positions)
    steps = _share_out(steps, context[positions])
    found = _keyword_reasons(positions, choice, table, steps)
    texts = (steps.sum(axis=1) / STEPS).tolist()
    return [
        _make_score(
            reasons, bonuses.reasons(position), text=text, pinned=position in bonuses.authors
        )
        for position, reasons, text in zip(positions, found, texts, strict=True)
    ]


def _share_out(steps: LongIntegers, extra: Integers) -> LongIntegers:
    """Add to what speaks for each paper its ``extra``, in proportion; all of it, in whole steps.

    Both are by paper; ``steps`` is by paper and keyword.
    """
    wanted = np.maximum(steps, 0)
    so_far = np.cumsum(wanted, axis=1)
    totals = np.maximum(so_far[:, -1:], 1) if so_far.size else 1
    return steps + np.diff(so_far * extra[:, None] // totals, axis=1, prepend=0)


def _keyword_reasons(
    positions: Sequence[int], choice: Choice, table: PhraseTable, steps: LongIntegers
) -> list[list[Reason]]:
    """Return for each position the reasons that keywords give, strongest first."""
    rows, places = np.nonzero(steps)
    values = steps[rows, places]
    order = np.lexsort((-np.abs(values), rows))
    reasons: list[list[Reason]] = [[] for _ in positions]
    for row, place, value in zip(
        rows[order].tolist(),
        places[order].tolist(),
        (values[order] / STEPS).tolist(),
        strict=True,
    ):
        kind = ReasonKind.KEYWORD
        if value < 0:
            kind = ReasonKind.MUTED
        elif table.is_in_title(choice.numbers[place], positions[row]):
            kind = ReasonKind.TITLE_KEYWORD
        reasons[row].append(Reason(kind=kind, term=choice.keywords[place].phrase, value=value))
    return reasons


def _make_score(
    reasons: list[Reason], bonuses: list[Reason], *, text: float, pinned: bool
) -> Score:
    """Make one score of its keywords' reasons, which sum to ``text``, and of others."""
    parts = {Signal.TEXT: text} if reasons else {}
    if bonuses:
        for reason in bonuses:
            signal = _SIGNALS[reason.kind]
            parts[signal] = parts.get(signal, 0.0) + reason.value
        reasons = sorted(reasons + bonuses, key=lambda reason: -abs(reason.value))
    return Score(value=sum(parts.values()), parts=parts, reasons=tuple(reasons), pinned=pinned)
