"""Rank a day's papers for one reader after another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.model import Paper
from newsletter.ranking.admission import Gatekeeper
from newsletter.ranking.arrays import Flags, Floats, Integers, round_values
from newsletter.ranking.authors import AuthorIndex
from newsletter.ranking.hits import KeywordHits, choose_keywords, gather_hits
from newsletter.ranking.postings import PhraseTable
from newsletter.ranking.reasons import Bonuses, make_scores
from newsletter.ranking.result import Explanation, Obstacle, Ranking
from subscribers.interests import AnnounceType, Interests

_ALL_TYPES = tuple(AnnounceType)


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
        context: by paper, what the keywords' topics add to its text.
        value: by paper, the score it would have.
        matched: by paper, whether it is something the reader asked for and may be shown.
    """

    hits: KeywordHits
    context: Floats
    bonuses: Bonuses
    value: Floats
    matched: Flags


class IndexRanker:
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

    def rank(
        self,
        interests: Interests,
        *,
        shown: Collection[str] = frozenset(),
        limit: int | None = None,
    ) -> Ranking:
        """Choose papers for a reader; see ``DayRanker``."""
        view = self._view(interests, shown)
        matched = _positions(view.matched)
        order = self._order(matched, view)
        chosen = [n for n in order if _reaches(view, n, interests.min_score)]
        wanted = interests.max_papers if limit is None else limit
        top = chosen[:wanted] if wanted else chosen
        scores = make_scores(top, view.hits, context=view.context, bonuses=view.bonuses)
        pairs = tuple([(self._papers[n], score) for n, score in zip(top, scores, strict=True)])
        return Ranking(top=pairs, matched=len(matched))

    def explain(
        self, interests: Interests, paper_id: str, *, shown: Collection[str] = frozenset()
    ) -> Explanation:
        """Say why a paper is, or is not, chosen for a reader; see ``DayRanker``."""
        position = self._positions.get(paper_id)
        if position is None:
            return Explanation(paper_id=paper_id, obstacle=Obstacle.UNKNOWN)
        view = self._view(interests, shown)
        score = make_scores([position], view.hits, context=view.context, bonuses=view.bonuses)[0]
        if not view.matched[position]:
            obstacle, term = self._obstacle(position, interests, shown)
            return Explanation(paper_id=paper_id, score=score, obstacle=obstacle, term=term)
        rank = self._order(_positions(view.matched), view).index(position) + 1
        late = Obstacle.MAX_PAPERS if rank > interests.max_papers else None
        low = not _reaches(view, position, interests.min_score)
        return Explanation(
            paper_id=paper_id,
            score=score,
            rank=rank,
            obstacle=Obstacle.MIN_SCORE if low else late,
        )

    def _view(self, interests: Interests, shown: Collection[str]) -> _View:
        choice = choose_keywords(
            interests.keywords, self._table, repeated_keywords=self._weights.repeated_keywords
        )
        hits = gather_hits(choice, self._table)
        text = hits.sum_for(len(self._papers))
        context = np.where(text > 0, self._table.context.weigh(choice.numbers, choice.weights), 0.0)
        found = text > 0
        text += context
        if hits.are_mutes:
            text += hits.sum_against(len(self._papers))
        admission = self._gate.admit(interests.categories, interests.announce_types)
        bonuses = self._bonuses(interests, admission.home)
        value = text + bonuses.category_values[admission.home]
        matched = value >= 0 if _wants_anything(interests) else found & (text > 0)
        for position, names in bonuses.authors.items():
            value[position] += self._weights.author * len(names)
            matched[position] = True
        matched &= admission.admitted
        matched[self._left_out(interests, shown)] = False
        return _View(hits=hits, context=context, bonuses=bonuses, value=value, matched=matched)

    def _bonuses(self, interests: Interests, home: Integers) -> Bonuses:
        authors: dict[int, list[str]] = {}
        for author in dict.fromkeys(interests.authors):
            for position in self._authors.find(author):
                authors.setdefault(position, []).append(author)
        return Bonuses(
            authors=authors,
            author_value=self._weights.author,
            categories=interests.categories,
            category_values=self._category_values(len(interests.categories)),
            home=home,
        )

    def _category_values(self, count: int) -> Floats:
        """Return the value of each of ``count`` categories, and of ``NO_CATEGORY`` at the end."""
        values = np.zeros(count + 1)
        values[:count] = np.arange(count, 0, -1) / max(count, 1) * self._weights.category
        return round_values(values)

    def _left_out(self, interests: Interests, shown: Collection[str]) -> list[int]:
        """Return the positions of papers with an excluded word, or shown before."""
        positions = [self._positions[name] for name in self._ids.intersection(shown)]
        for phrase in interests.exclude:
            found = self._table.postings[self._table.number(phrase)]
            positions.extend(found.papers.tolist())
        return positions

    def _order(self, positions: Integers, view: _View) -> list[int]:
        """Sort best first: pinned, by score, by category, by the order of the papers."""
        keys = (view.bonuses.home[positions], -view.value[positions])
        ordered: list[int] = positions[np.lexsort(keys)].tolist()
        pinned = view.bonuses.authors
        if not pinned:
            return ordered
        return [n for n in ordered if n in pinned] + [n for n in ordered if n not in pinned]

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
            if position in self._table.postings[self._table.number(phrase)].papers:
                return Obstacle.EXCLUDED, phrase
        if self._papers[position].id in shown:
            return Obstacle.SHOWN, None
        return Obstacle.NO_MATCH, None


def _wants_anything(interests: Interests) -> bool:
    """Tell whether a reader names nothing to look for, and so gets whatever is announced."""
    return not interests.authors and all(keyword.weight < 0 for keyword in interests.keywords)


def _reaches(view: _View, position: int, min_score: float) -> bool:
    return position in view.bonuses.authors or bool(view.value[position] >= min_score)


def _positions(flags: Flags) -> Integers:
    """Return where ``flags`` are set, ascending."""
    return np.flatnonzero(flags).astype(np.int32)
