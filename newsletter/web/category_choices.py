"""arXiv's categories as a form shows them: by archive, in arXiv's order."""

from functools import cache
from itertools import groupby

from subscribers.categories import CATEGORIES

Group = tuple[str, tuple[tuple[str, str], ...]]
"""An archive, and its categories with their names."""


@cache
def category_groups() -> tuple[Group, ...]:
    """Return all categories, grouped by what stands before the dot."""
    archives = groupby(CATEGORIES.items(), key=lambda pair: pair[0].split(".")[0])
    return tuple((archive, tuple(pairs)) for archive, pairs in archives)
