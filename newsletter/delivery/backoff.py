"""When to pause a run, for how long, and when to give it up."""

from typing import Final

from newsletter.delivery.outcomes import Outcome
from newsletter.errors import MailerError

FIRST_PAUSE_S: Final = 1.0
MAX_PAUSE_S: Final = 60.0
MAX_PAUSES: Final = 6


class Backoff:
    """Pause after refusals for now: 1, 2, 4 … seconds, forgotten with the first mail that passes.

    One refusal among mails that pass is that mail's own; only throttling, or a second refusal
    in a row, pauses the run.
    """

    def __init__(self) -> None:
        self._refusals = 0
        self._pauses = 0
        self._asked_s = 0.0
        self._is_due = False
        self._last: MailerError | None = None

    @property
    def is_due(self) -> bool:
        """Tell whether nothing new should begin before a pause."""
        return self._is_due

    @property
    def gave_up(self) -> MailerError | None:
        """Return the last refusal when it is no use to go on in this run."""
        is_over = self._pauses >= MAX_PAUSES or self._asked_s > MAX_PAUSE_S
        return self._last if self._is_due and is_over else None

    def note(self, outcome: Outcome) -> None:
        """Learn from an outcome, in the order in which they come."""
        follows, error = outcome.consequence, outcome.error
        if follows is None or not follows.may_retry or not isinstance(error, MailerError):
            self._refusals = self._pauses = 0
            return
        self._refusals += 1
        self._last = error
        self._asked_s = max(self._asked_s, error.retry_after_s or 0.0)
        self._is_due = self._is_due or follows.slows or self._refusals > 1

    def next_pause_s(self) -> float:
        """Return how long to pause now, in seconds, and count it."""
        pause_s = max(self._asked_s, FIRST_PAUSE_S * float(1 << self._pauses))
        self._pauses += 1
        self._asked_s, self._is_due = 0.0, False
        return min(pause_s, MAX_PAUSE_S)
