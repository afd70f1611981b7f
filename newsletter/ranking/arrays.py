"""Arrays of numbers, by paper or by finding."""

import numpy as np
from numpy.typing import NDArray

SCORE_STEP = 1.0 / 1024.0

Floats = NDArray[np.float64]
SmallFloats = NDArray[np.float32]
Integers = NDArray[np.int32]
Flags = NDArray[np.bool_]


def round_values(values: Floats) -> Floats:
    """Round to binary fractions, so that sums are exact whatever their order.

    The score is then the sum of its reasons to the last bit, and equal papers tie.
    """
    rounded: Floats = np.rint(values / SCORE_STEP) * SCORE_STEP
    return rounded


def sum_by_paper(positions: Integers, values: Floats, *, papers: int) -> Floats:
    """Add up values that belong to papers; return one sum for each of ``papers`` papers."""
    sums: Floats = np.bincount(positions, weights=values, minlength=papers).astype(np.float64)
    return sums
