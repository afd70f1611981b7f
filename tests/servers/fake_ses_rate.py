"""Count what happens in any one second."""

from collections import deque
from collections.abc import Callable


class Window:
    """The times of the last second; not for several threads without a lock.

    Attributes:
        most: the most that ever fell in one second (open at its start).
        total: all of them.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._times: deque[float] = deque()
        self.most = 0
        self.total = 0

    def count(self) -> int:
        """Return how many fell in the second that ends now."""
        start = self._clock() - 1.0
        while self._times and self._times[0] <= start:
            self._times.popleft()
        return len(self._times)

    def add(self) -> None:
        """Let one happen now."""
        self._times.append(self._clock())
        self.total += 1
        self.most = max(self.most, self.count())
