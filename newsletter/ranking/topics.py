"""How much a paper is like the earlier papers that a keyword was found in.

A keyword alone is a narrow door: a paper that says ``memory`` once may be about anything. So
for each phrase some earlier papers that say it most are kept as examples; their mean, less what
every paper says, is the phrase's topic. A paper is compared with it by cosine.

Sources: Rocchio: Relevance feedback in information retrieval (1971); Lavrenko, Croft:
Relevance-based language models (2001), whose feedback without judgements this is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.ranking.arrays import Integers, SmallFloats
from newsletter.ranking.reading import Bag, Readings
from newsletter.ranking.vectors import Lexicon, Vectors

MAX_EXAMPLES = 50
MIN_EXAMPLES = 3
MIN_PAPERS_WITH_WORD = 3
MAX_SHARE_WITH_WORD = 0.3


class TopicModel:
    """Learn phrases' topics as papers pass; papers that are no examples are not kept."""

    def __init__(self) -> None:
        self._papers = 0
        self._papers_with = np.zeros(1024)
        self._weight_of = np.zeros(1024)
        self._examples = _Examples.none()
        self._bags: list[Bag] = []

    def count(self, readings: Readings) -> None:
        """Count papers' words for what is usual."""
        self._papers += len(readings.bags)
        for bag in readings.bags:
            self._make_room(bag)
            self._papers_with[bag.words] += 1.0
            self._weight_of[bag.words] += bag.weights

    def learn(self, readings: Readings, *, title_boost: float) -> None:
        """Take papers as examples of the phrases found in them."""
        strengths = title_boost * np.array(readings.in_title) + np.array(readings.in_abstract)
        more = _Examples(
            phrases=np.array(readings.phrases, dtype=np.int32),
            bags=np.array(readings.papers, dtype=np.int32) + len(self._bags),
            strengths=strengths.astype(np.float32),
        )
        kept = self._examples.join(more).strongest(MAX_EXAMPLES)
        used, places = np.unique(kept.bags, return_inverse=True)
        bags = [*self._bags, *readings.bags]
        self._bags = [bags[number] for number in used.tolist()]
        self._examples = _Examples(
            phrases=kept.phrases, bags=places.astype(np.int32), strengths=kept.strengths
        )

    def compare(self, bags: Sequence[Bag]) -> dict[int, SmallFloats]:
        """Return for each phrase that has a topic its cosine with every bag, −1..1."""
        phrases, starts, counts = np.unique(
            self._examples.phrases, return_index=True, return_counts=True
        )
        if not bags or not len(phrases):
            return {}
        for bag in bags:
            self._make_room(bag)
        lexicon = Lexicon.of(self._rarity())
        papers, examples = Vectors.of(bags, lexicon), Vectors.of(self._bags, lexicon)
        usual = lexicon.rarity * self._weight_of / self._papers / papers.mean_length
        background = lexicon.spread(usual)
        cosines = {}
        for phrase, start, count in zip(phrases.tolist(), starts, counts, strict=True):
            if count >= MIN_EXAMPLES:
                numbers = self._examples.bags[start : start + count]
                topic = examples.mean(numbers, size=lexicon.size) - background
                cosines[phrase] = papers.cosines(topic)
        return cosines

    def _make_room(self, bag: Bag) -> None:
        """Lengthen the counts to have a place for every word of ``bag``."""
        size = len(self._papers_with)
        largest = int(bag.words.max(initial=0))
        if largest >= size:
            more = max(largest + 1 - size, size)
            self._papers_with = np.pad(self._papers_with, (0, more))
            self._weight_of = np.pad(self._weight_of, (0, more))

    def _rarity(self) -> SmallFloats:
        """Return the idf of each word; 0 for those too rare to learn from or too usual."""
        rarity = np.log((self._papers + 1) / (self._papers_with + 1))
        rarity[self._papers_with < MIN_PAPERS_WITH_WORD] = 0.0
        rarity[self._papers_with > MAX_SHARE_WITH_WORD * self._papers] = 0.0
        return rarity.astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examples:
    """Papers that stand for phrases; sorted by phrase, then strongest first."""

    phrases: Integers
    bags: Integers
    strengths: SmallFloats

    @classmethod
    def none(cls) -> "_Examples":
        nothing = np.zeros(0, dtype=np.int32)
        return cls(phrases=nothing, bags=nothing, strengths=np.zeros(0, dtype=np.float32))

    def join(self, other: "_Examples") -> "_Examples":
        return _Examples(
            phrases=np.concatenate([self.phrases, other.phrases]),
            bags=np.concatenate([self.bags, other.bags]),
            strengths=np.concatenate([self.strengths, other.strengths]),
        )

    def strongest(self, limit: int) -> "_Examples":
        """Return at most ``limit`` examples of each phrase; of equal ones, the later stay."""
        order = np.lexsort((-self.bags, -self.strengths, self.phrases))
        phrases = self.phrases[order]
        first = np.searchsorted(phrases, phrases, side="left")
        kept = order[np.arange(len(order)) - first < limit]
        return _Examples(
            phrases=self.phrases[kept], bags=self.bags[kept], strengths=self.strengths[kept]
        )
