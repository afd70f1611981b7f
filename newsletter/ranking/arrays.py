"""Arrays of numbers, by paper or by finding.

Scores are counted in whole steps of 1/64 point: sums are then exact, whatever their order. A
score is the sum of its reasons to the last bit, equal papers tie, and two runs agree.
"""

import numpy as np
from numpy.typing import NDArray

STEPS = 64
MAX_VALUE = 500.0

Floats = NDArray[np.float64]
SmallFloats = NDArray[np.float32]
Integers = NDArray[np.int32]
LongIntegers = NDArray[np.int64]
Steps = NDArray[np.int16]
Flags = NDArray[np.bool_]


def to_steps(values: Floats | SmallFloats) -> Steps:
    """Turn points into steps; what is beyond ``MAX_VALUE`` points is cut off."""
    steps: Steps = np.rint(np.clip(values, -MAX_VALUE, MAX_VALUE) * STEPS).astype(np.int16)
    return steps
