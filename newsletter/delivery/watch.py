"""When the guard looks, and the wait for what becomes of an issue's first mails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from newsletter.delivery.guard import CANARIES, Guard
from newsletter.delivery.outcomes import Outcome
from newsletter.errors import MailerError, MailerStoppedError

LOOK_EVERY: Final = timedelta(seconds=5)
LOOK_AFTER: Final = 100
POLL_S: Final = 1.0
UNBOUNDED: Final = 1_000_000_000


@dataclass(slots=True, kw_only=True)
class Watch:
    """The guard's appointments during one run.

    Attributes:
        canaries: how many mails may be sent before their events are waited for; None when they
            are not, or not any more.
        canary_s: how long they are waited for at most, in seconds.
    """

    guard: Guard
    canary_s: float
    canaries: int | None = None
    is_waiting: bool = False
    _looked_at: datetime | None = None
    _unseen: int = 0

    def expect(self, number: int) -> None:
        """Send the first mails ahead as canaries, when there are more than those to send."""
        left = CANARIES - self.guard.accepted_before
        if self.canary_s > 0 and 0 < left < number:
            self.canaries = left

    def room(self, begun: int) -> int:
        """Return how many more may begin now, when ``begun`` have begun already."""
        if self.canaries is None:
            return UNBOUNDED
        self.is_waiting = begun >= self.canaries
        return self.canaries - begun

    def note(self, outcome: Outcome, now: datetime) -> MailerError | None:
        """Learn from an outcome and look at the ledger now and then; return why to stop."""
        self._unseen += 1
        self._looked_at = self._looked_at or now
        reason = self.guard.note(outcome)
        if reason is None and self._is_time(now):
            self._looked_at, self._unseen = now, 0
            reason = self.guard.check()
        return self._stop(reason)

    def wait(self, pause: Callable[[float], object]) -> MailerError | None:
        """Wait for the canaries' events, at most ``canary_s``; return why to stop."""
        waited_s = 0.0
        while waited_s < self.canary_s and not self.guard.has_heard_of_all():
            pause(POLL_S)
            waited_s += POLL_S
        self.canaries, self.is_waiting = None, False
        return self._stop(self.guard.check(least_sent=1))

    def _is_time(self, now: datetime) -> bool:
        since = self._looked_at or now
        return self._unseen >= LOOK_AFTER or now - since >= LOOK_EVERY

    def _stop(self, reason: str | None) -> MailerError | None:
        if reason is None:
            return None
        self.guard.stop(reason)
        return MailerStoppedError(
            f"the issue is paused: {reason}; look into it, then `newsletter resume`"
        )
