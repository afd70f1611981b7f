"""Time that passes only when somebody sleeps."""

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class FakeTime:
    """A monotonic clock and its sleep; several threads may share it."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def monotonic(self) -> float:
        with self._lock:
            return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds
