"""Readers for the speed benchmark: many, cheap, and the same in every run."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from newsletter.model import Paper
from subscribers.interests import Interests, Keyword

POOL = 5_000
KEYWORDS = 30
MAX_SHARE = 0.1
_SEED = 20261120


def make_pool(papers: Sequence[Paper]) -> tuple[Keyword, ...]:
    """Draw words and word pairs from the titles; none met just once or all too often."""
    counts: Counter[str] = Counter()
    for paper in papers:
        words = [word.strip(".,:;?!()").lower() for word in paper.title.split()]
        words = [word for word in words if len(word) > 2]
        counts.update({*words, *(f"{one} {two}" for one, two in pairwise(words))})
    known = [phrase for phrase, count in counts.items() if 1 < count <= MAX_SHARE * len(papers)]
    chosen = random.Random(_SEED).sample(sorted(known), k=min(POOL, len(known)))
    return tuple([Keyword(phrase=phrase) for phrase in chosen])


def make_readers(pool: Sequence[Keyword], count: int) -> Iterator[Interests]:
    """Yield ``count`` readers with ``KEYWORDS`` different keywords each."""
    draw = random.Random(_SEED)
    strides = [n for n in range(1, len(pool) // KEYWORDS) if len(pool) % n or n == 1]
    for _ in range(count):
        place, stride = draw.randrange(len(pool)), draw.choice(strides)
        yield Interests(
            keywords=tuple([pool[(place + n * stride) % len(pool)] for n in range(KEYWORDS)])
        )
