"""Papers as vectors of tf-idf."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.ranking.arrays import Floats, Integers, LongIntegers, SmallFloats
from newsletter.ranking.reading import Bag

_EMPTY = Bag(words=np.zeros(1, dtype=np.int32), weights=np.zeros(1, dtype=np.float32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words that tell papers apart.

    Attributes:
        rarity: by word number, its idf; 0 for words that tell nothing.
        places: by word number, its place among those that tell something.
        size: how many places there are.
    """

    rarity: SmallFloats
    places: Integers
    size: int

    @classmethod
    def of(cls, rarity: SmallFloats) -> "Lexicon":
        """Number the words that tell something; all others share a place at the end."""
        telling = np.flatnonzero(rarity)
        places = np.full(len(rarity), len(telling), dtype=np.int32)
        places[telling] = np.arange(len(telling))
        return cls(rarity=rarity, places=places, size=len(telling) + 1)

    def spread(self, values: Floats) -> SmallFloats:
        """Turn values by word number into values by place."""
        spread = np.zeros(self.size, dtype=np.float32)
        telling = self.rarity > 0
        spread[self.places[telling]] = values[telling]
        return spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """Unit vectors, one after another.

    Attributes:
        places, values: of each entry, the word's place and its value.
        starts, sizes: of each vector, where its entries begin, and how many they are.
        mean_length: of the vectors before they were made unit vectors.
    """

    places: Integers
    values: SmallFloats
    starts: LongIntegers
    sizes: LongIntegers
    mean_length: float

    @classmethod
    def of(cls, bags: Sequence[Bag], lexicon: Lexicon) -> "Vectors":
        """Weigh the words of bags; a vector keeps one entry even where no word tells anything."""
        filled = [bag if len(bag.words) else _EMPTY for bag in bags]
        words = np.concatenate([bag.words for bag in filled])
        values = np.concatenate([bag.weights for bag in filled]) * lexicon.rarity[words]
        sizes = np.array([len(bag.words) for bag in filled], dtype=np.int64)
        kept = values > 0
        kept[np.cumsum(sizes) - sizes] = True
        sizes = np.add.reduceat(kept, np.cumsum(sizes) - sizes, dtype=np.int64)
        starts = np.cumsum(sizes) - sizes
        values = values[kept]
        lengths = np.sqrt(np.add.reduceat(values * values, starts))
        values /= np.repeat(np.maximum(lengths, 1e-9), sizes)
        return cls(
            places=lexicon.places[words[kept]],
            values=values,
            starts=starts,
            sizes=sizes,
            mean_length=float(lengths.mean()) or 1.0,
        )

    def mean(self, numbers: Integers, *, size: int) -> SmallFloats:
        """Return the mean of some of the vectors, by place."""
        slices = [slice(self.starts[n], self.starts[n] + self.sizes[n]) for n in numbers.tolist()]
        places = np.concatenate([self.places[part] for part in slices])
        values = np.concatenate([self.values[part] for part in slices])
        sums = np.bincount(places, weights=values, minlength=size)
        return (sums / len(slices)).astype(np.float32)

    def cosines(self, topic: SmallFloats) -> SmallFloats:
        """Return the cosine of each vector with ``topic``, which is by place."""
        length = np.float32(math.sqrt(float(np.add.reduce(topic * topic))) or 1.0)
        products = (topic / length)[self.places] * self.values
        cosines: SmallFloats = np.add.reduceat(products, self.starts)
        return cosines
