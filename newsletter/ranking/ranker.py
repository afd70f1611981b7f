"""Rank a day's papers for one reader after another."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from newsletter.model import Paper
from newsletter.ranking.admission import Gatekeeper
from newsletter.ranking.arrays import STEPS, Flags, Floats, Integers, LongIntegers
from newsletter.ranking.authors import AuthorIndex
from newsletter.ranking.choice import Choice, choose_keywords
from newsletter.ranking.reasons import Bonuses, make_scores
from newsletter.ranking.result import Explanation, Obstacle, Ranking
from newsletter.ranking.table import PhraseTable
from subscribers.interests import AnnounceType, Interests

_ALL_TYPES = tuple(AnnounceType)
_TIE_STEPS = 2.0**24
_PINNED = 2.0**48


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWeights:
    """What counts beside the text, in points of score.

    Attributes:
        category: for the first of the reader's categories; later ones get evenly less.
        author: for each followed author.
        repeated_keywords: whether a keyword that is twice in the list counts twice.
    """

    category: float
    author: float
    repeated_keywords: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """All papers as one reader sees them.

    Attributes:
        context: by paper, what the keywords' topics add to its text, in steps.
        value: by paper, the score it would have, in steps.
        matched: by paper, whether it is something the reader asked for and may be shown.
        ties: by paper, whole numbers: of equal papers, the smaller goes first.
    """

    choice: Choice
    context: Integers
    bonuses: Bonuses
    value: Integers
    matched: Flags
    ties: Floats


class TableRanker:
    """Rank by a table of what was found; papers stand in the order that breaks ties."""

    def __init__(
        self, papers: Sequence[Paper], table: PhraseTable, *, weights: SignalWeights
    ) -> None:
        self._papers = tuple(papers)
        self._positions = {paper.id: n for n, paper in enumerate(self._papers)}
        self._ids = frozenset(self._positions)
        self._table = table
        self._weights = weights
        self._gate = Gatekeeper(self._papers)
        self._authors = AuthorIndex(self._papers)

    def with_table(self, table: PhraseTable) -> "TableRanker":
        """Return a ranker of the same papers by another table."""
        other = copy(self)
        other._table = table  # noqa: SLF001 - of this class
        return other

    def rank(
        self,
        interests: Interests,
        *,
        shown: Collection[str] = frozenset(),
        limit: int | None = None,
    ) -> Ranking:
        """Choose papers for a reader; see ``DayRanker``."""
        view = self._view(interests, shown)
        top: list[int] = self._best(view, interests, limit=limit).tolist()
        scores = make_scores(
            top, view.choice, self._table, context=view.context, bonuses=view.bonuses
        )
        pairs = tuple([(self._papers[n], score) for n, score in zip(top, scores, strict=True)])
        return Ranking(top=pairs, matched=int(np.count_nonzero(view.matched)))

    def choose(
        self,
        interests: Interests,
        *,
        shown: Collection[str] = frozenset(),
        limit: int | None = None,
    ) -> tuple[tuple[Paper, float], ...]:
        """Choose as ``rank`` does, with bare values: a third of the time, and no reasons."""
        view = self._view(interests, shown)
        top = self._best(view, interests, limit=limit)
        values = (view.value[top] / STEPS).tolist()
        papers = map(self._papers.__getitem__, top.tolist())
        return tuple(zip(papers, values, strict=True))

    def explain(
        self, interests: Interests, paper_id: str, *, shown: Collection[str] = frozenset()
    ) -> Explanation:
        """Say why a paper is, or is not, chosen for a reader; see ``DayRanker``."""
        position = self._positions.get(paper_id)
        if position is None:
            return Explanation(paper_id=paper_id, obstacle=Obstacle.UNKNOWN)
        view = self._view(interests, shown)
        score = make_scores(
            [position], view.choice, self._table, context=view.context, bonuses=view.bonuses
        )[0]
        if not view.matched[position]:
            obstacle, term = self._obstacle(position, interests, shown)
            return Explanation(paper_id=paper_id, score=score, obstacle=obstacle, term=term)
        positions = np.flatnonzero(view.matched)
        keys = _sort_keys(view, positions)
        rank = 1 + int(np.count_nonzero(keys > keys[positions == position]))
        too_late = Obstacle.MAX_PAPERS if rank > interests.max_papers else None
        too_low = score.value < interests.min_score and not score.pinned
        return Explanation(
            paper_id=paper_id,
            score=score,
            rank=rank,
            obstacle=Obstacle.MIN_SCORE if too_low else too_late,
        )

    def _view(self, interests: Interests, shown: Collection[str]) -> _View:
        choice = choose_keywords(
            interests.keywords, self._table, repeated_keywords=self._weights.repeated_keywords
        )
        text, context = self._read_text(choice)
        admission = self._gate.admit(interests.categories, interests.announce_types)
        bonuses = self._bonuses(interests, admission.home)
        value = text + bonuses.category_values[admission.home] if interests.categories else text
        matched = text > 0
        if _wants_anything(interests):
            matched = value >= 0
        for position, names in bonuses.authors.items():
            value[position] += bonuses.author_value * len(names)
            matched[position] = True
        matched &= admission.admitted
        self._leave_out(matched, interests, shown)
        return _View(
            choice=choice,
            context=context,
            bonuses=bonuses,
            value=value,
            matched=matched,
            ties=admission.ties,
        )

    def _read_text(self, choice: Choice) -> tuple[Integers, Integers]:
        """Return by paper the text's share of the score, and the context's part of that.

        Context counts only for papers in which a keyword was found; so do mutes, for it is the
        reader's word against theirs.
        """
        if not choice.numbers:
            nothing = np.zeros(len(self._papers), dtype=np.int32)
            return nothing, nothing.copy()
        has_mutes = not choice.is_plain and min(choice.weights) < 0
        wanted = choice.only(mutes=False) if has_mutes else choice
        found, topics = self._table.sum_up(wanted.numbers, wanted.factors)
        context: Integers = np.maximum(topics, 0) * (found > 0)
        if not has_mutes:
            return found + context, context
        mutes = choice.only(mutes=True)
        against, _ = self._table.sum_up(mutes.numbers, mutes.factors)
        return found + context + against, context

    def _bonuses(self, interests: Interests, home: Integers) -> Bonuses:
        authors: dict[int, list[str]] = {}
        for author in dict.fromkeys(interests.authors):
            for position in self._authors.find(author):
                authors.setdefault(position, []).append(author)
        return Bonuses(
            authors=authors,
            author_value=round(self._weights.author * STEPS),
            categories=interests.categories,
            category_values=self._category_values(len(interests.categories)),
            home=home,
        )

    def _category_values(self, count: int) -> Integers:
        """Return the value of each of ``count`` categories, and of ``NO_CATEGORY`` at the end."""
        whole = self._weights.category * STEPS
        steps = [round(whole * (count - place) / count) for place in range(count)]
        return np.array([*steps, 0], dtype=np.int32)

    def _leave_out(self, matched: Flags, interests: Interests, shown: Collection[str]) -> None:
        """Clear the flags of papers with an excluded word, and of those shown before."""
        if shown:
            matched[[self._positions[name] for name in self._ids.intersection(shown)]] = False
        for number in self._table.look_up(interests.exclude):
            matched[self._table.found_in(number)] = False

    def _best(self, view: _View, interests: Interests, *, limit: int | None) -> LongIntegers:
        """Return the positions of the best papers, best first."""
        reached = view.matched
        if interests.min_score > 0:
            reached = reached & (view.value >= interests.min_score * STEPS)
            pinned = list(view.bonuses.authors)
            reached[pinned] = view.matched[pinned]
        positions = np.flatnonzero(reached)
        keys = _sort_keys(view, positions)
        wanted = interests.max_papers if limit is None else limit
        if 0 < wanted < len(keys):
            best = keys.argpartition(len(keys) - wanted)[-wanted:]
            keys, positions = keys[best], positions[best]
        order: LongIntegers = positions[keys.argsort()[::-1]]
        return order

    def _obstacle(
        self, position: int, interests: Interests, shown: Collection[str]
    ) -> tuple[Obstacle, str | None]:
        """Name the first rule that leaves out a paper."""
        if self._papers[position].withdrawn:
            return Obstacle.WITHDRAWN, None
        if not self._gate.admit(interests.categories, _ALL_TYPES).admitted[position]:
            return Obstacle.CATEGORY, None
        if not self._gate.admit(interests.categories, interests.announce_types).admitted[position]:
            return Obstacle.ANNOUNCE_TYPE, None
        for phrase in interests.exclude:
            if self._table.found_in(self._table.look_up([phrase])[0])[position]:
                return Obstacle.EXCLUDED, phrase
        if self._papers[position].id in shown:
            return Obstacle.SHOWN, None
        return Obstacle.NO_MATCH, None


def _wants_anything(interests: Interests) -> bool:
    """Tell whether a reader names nothing to look for, and so gets whatever is announced."""
    return not interests.authors and all(keyword.weight < 0 for keyword in interests.keywords)


def _sort_keys(view: _View, positions: LongIntegers) -> Floats:
    """Return for each position a number to sort by, all different and exact.

    Pinned papers go first, then by score, by the reader's order of categories, by place.
    """
    keys: Floats = view.value[positions] * _TIE_STEPS - view.ties[positions]
    if view.bonuses.authors:
        keys[np.isin(positions, list(view.bonuses.authors))] += _PINNED
    return keys
