"""Whether the endpoint lives: one that does not must not keep the mails waiting."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from newsletter.errors import SummarizerUnavailableError, SummaryError

PATIENCE_S: Final = 50.0
MAX_PAPERS_IN_VAIN: Final = 2


class Pulse:
    """Count the seconds in which something was asked and nothing answered; shared by threads.

    Once they pass ``patience_s``, or somebody must act, nothing is asked any more in this run.
    """

    def __init__(
        self, patience_s: float = PATIENCE_S, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._lock = Lock()
        self._asking = 0
        self._silent_since: float | None = None
        self._answers = 0
        self._failures = 0
        self._held_until = 0.0
        self._stopped_by: SummaryError | None = None

    @property
    def stopped_by(self) -> SummaryError | None:
        """Return why nothing is asked any more; None while it is."""
        with self._lock:
            return self._stopped_by

    @property
    def answers(self) -> int:
        """Return how often the endpoint answered, rightly or wrongly."""
        with self._lock:
            return self._answers

    def begin(self) -> None:
        """Note that somebody asks; silence counts from the first who does."""
        with self._lock:
            if self._silent_since is None:
                self._silent_since = self._monotonic()
            self._asking += 1

    def end(self) -> None:
        """Note that somebody asks no more."""
        with self._lock:
            self._asking -= 1

    def answered(self) -> None:
        """Note an answer: the endpoint lives."""
        with self._lock:
            self._answers += 1
            self._failures = 0
            self._silent_since = self._monotonic() if self._asking > 1 else None

    def left_s(self) -> float:
        """Return how long an answer is still waited for; 0 when there is no use in it."""
        with self._lock:
            if self._stopped_by is not None:
                return 0.0
            if self._silent_since is None:
                return self._patience_s
            left = self._silent_since + self._patience_s - self._monotonic()
            if left > 0:
                return left
            self._stopped_by = SummarizerUnavailableError(
                f"the model's endpoint gave no answer for {self._patience_s:g} s"
            )
            return 0.0

    def hold(self, seconds: float) -> None:
        """Let nobody ask for this long: the endpoint asked us to wait."""
        with self._lock:
            self._held_until = max(self._held_until, self._monotonic() + seconds)

    def held_s(self) -> float:
        """Return how long nobody may ask."""
        with self._lock:
            return max(0.0, self._held_until - self._monotonic())

    def stop(self, error: SummaryError) -> None:
        """Let nothing be asked any more in this run."""
        with self._lock:
            self._stopped_by = self._stopped_by or error

    def failed(self, error: SummaryError) -> None:
        """Note that a paper was given up; stop when others were before and nothing answered."""
        with self._lock:
            self._failures += 1
            if self._failures >= MAX_PAPERS_IN_VAIN:
                self._stopped_by = self._stopped_by or error
